//! `hw-notes/handsets.tsv`: what is known of doing the job over USB with a handset of each make. The tests
//! hold each row against the line of `hw-notes/android.md` that it quotes.

use std::sync::LazyLock;

use super::sysfs::Ids;
use super::table::{self, Products};

/// What is known of a make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handset {
    vendor: Option<u16>,
    products: Products,
    shows: Shows,
    /// The make.
    pub maker: &'static str,
    alone: Alone,
    /// Whether it can do the job over USB.
    pub can: Can,
    /// How sure that is.
    pub mark: Mark,
    /// What to do next.
    pub next: &'static str,
    /// The line that says so.
    pub source: &'static str,
}

/// Whether it shows a tty now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    Tty,
    NoTty,
}

/// What else the vendor makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    /// On USB, handsets alone.
    Phones,
    /// Anything.
    Mixed,
}

/// Whether a handset can do the job over USB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Can {
    /// A public source says that it sent texts so.
    Reported,
    /// It may, but nobody showed it.
    Unproved,
    /// The SIM must move to a modem.
    MoveTheSim,
}

impl Can {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Can::Reported => "can do the job over USB, it is reported",
            Can::Unproved => "unproved: it may or may not do the job over USB",
            Can::MoveTheSim => "the SIM must move to a USB modem",
        }
    }

    /// One word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Can::Reported => "reported",
            Can::Unproved => "unproved",
            Can::MoveTheSim => "move-the-sim",
        }
    }
}

/// How sure a statement of `android.md` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A named public source confirms it.
    Confirmed,
    /// Hearsay.
    Hearsay,
    /// General knowledge.
    General,
    /// Not known.
    Unknown,
}

impl Mark {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Mark::Confirmed => "a public source confirms it",
            Mark::Hearsay => "hearsay",
            Mark::General => "general knowledge",
            Mark::Unknown => "nothing is known",
        }
    }
}

static ROWS: LazyLock<Vec<Handset>> = LazyLock::new(|| lines().filter_map(row).collect());

fn lines() -> impl Iterator<Item = &'static str> {
    let text = include_str!("../../../hw-notes/handsets.tsv");
    text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// The last word on every handset: move the SIM.
static ANY: Handset = Handset {
    vendor: None,
    products: Products::ALL,
    shows: Shows::NoTty,
    maker: "",
    alone: Alone::Mixed,
    can: Can::MoveTheSim,
    mark: Mark::Unknown,
    next: "move the SIM to a USB modem",
    source: "",
};

/// What is known of this one as it shows itself now: by its ids, then by its vendor, then of handsets at large.
pub(super) fn find(ids: Ids, shows: Shows) -> &'static Handset {
    let rows = ROWS.iter().filter(|row| row.shows == shows && row.covers(ids));
    rows.min_by_key(|row| (row.vendor.is_none(), row.products.breadth())).unwrap_or(&ANY)
}

/// Whether what this vendor shows under such ids is a handset and nothing else.
pub(super) fn makes_handsets(ids: Ids) -> bool {
    ROWS.iter().any(|row| row.vendor.is_some() && row.alone == Alone::Phones && row.covers(ids))
}

/// Whether a vendor makes modems and no handset, as far as the two tables know.
pub(super) fn makes_modems_alone(vendor: u16) -> bool {
    table::makes_modems(vendor) && !ROWS.iter().any(|row| row.vendor == Some(vendor))
}

impl Handset {
    fn covers(&self, ids: Ids) -> bool {
        self.vendor.is_none_or(|vendor| vendor == ids.vendor) && self.products.cover(ids.product)
    }
}

fn row(line: &'static str) -> Option<Handset> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [vendor, products, shows, maker, alone, can, mark, next, source] = fields.as_slice() else { return None };
    Some(Handset {
        vendor: table::vendor(vendor)?,
        products: Products::parse(products)?,
        shows: match *shows {
            "tty" => Shows::Tty,
            "none" => Shows::NoTty,
            _ => return None,
        },
        maker,
        alone: match *alone {
            "phones" => Alone::Phones,
            "mixed" => Alone::Mixed,
            _ => return None,
        },
        can: match *can {
            "can" => Can::Reported,
            "unproved" => Can::Unproved,
            "move" => Can::MoveTheSim,
            _ => return None,
        },
        mark: match *mark {
            "C" => Mark::Confirmed,
            "H" => Mark::Hearsay,
            "G" => Mark::General,
            "?" => Mark::Unknown,
            _ => return None,
        },
        next,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const NOTES: &str = include_str!("../../../hw-notes/android.md");

    #[test]
    fn every_line_is_a_row_and_no_two_speak_of_the_same() {
        let mut seen = HashSet::new();
        for line in lines() {
            let row = row(line).unwrap_or_else(|| panic!("{line}"));
            assert!(seen.insert((row.vendor, row.products, row.shows == Shows::Tty)), "{line}");
            assert!(!row.next.is_empty() && !row.maker.is_empty(), "{line}");
        }
    }

    /// The line itself, word for word, in the notes that the row rests on.
    #[test]
    fn every_row_quotes_a_line_of_the_notes() {
        for row in ROWS.iter() {
            assert!(row.source.len() > 20, "{}: {}", row.maker, row.source);
            assert!(NOTES.lines().any(|line| line.contains(row.source)), "{}: {}", row.maker, row.source);
        }
    }

    #[test]
    fn without_a_tty_the_sim_always_moves() {
        for row in ROWS.iter().filter(|row| row.shows == Shows::NoTty) {
            assert_eq!(row.can, Can::MoveTheSim, "{}", row.maker);
        }
    }

    /// Nothing is called good on hearsay.
    #[test]
    fn what_can_do_the_job_is_confirmed_by_a_source() {
        for row in ROWS.iter().filter(|row| row.can == Can::Reported) {
            assert_eq!(row.mark, Mark::Confirmed, "{}", row.maker);
        }
    }

    #[test]
    fn every_handset_of_the_table_of_ports_has_a_maker_here() {
        for vendor in table::vendors_of_handsets() {
            assert!(ROWS.iter().any(|row| row.vendor == Some(vendor)), "{vendor:04x}");
        }
    }

    #[test]
    fn there_is_an_answer_for_every_handset() {
        for shows in [Shows::Tty, Shows::NoTty] {
            let any = find(Ids { vendor: 0xdead, product: 0xbeef }, shows);
            assert_eq!(any.vendor, None);
            assert!(!any.source.is_empty(), "the table has a row for the rest");
        }
    }
}

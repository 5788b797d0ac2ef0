//! A case folder and what its files mean.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::Common;
use super::error::CommandError;
use crate::case::contacts::{self, Choice, LeaveOut, List, Rules, Sorted, Why};
use crate::case::edit;
use crate::case::file::CaseFile;
use crate::case::language::Language;
use crate::case::message::Message;
use crate::case::number::{self, Realm};
use crate::case::plan::Plan;
use crate::case::terms::{Missing, Terms};
use crate::case::texts::Texts;
use crate::clock::{Clock, SystemClock};
use crate::ids::{Msisdn, Sha256};
use crate::pdu::alphabet::National;
use crate::record::Record;
use crate::record::body::Nature;
use crate::record::entry::Entry;
use crate::record::fold::{Roster, State};
use crate::record::glance::{self, Glance};
use crate::record::keeping::Access;
use crate::record::lock::Seat;
use crate::record::seal::StationKey;
use crate::record::suppression::{Suppression, SuppressionError};
use crate::text::Untrusted;

/// Who may sign a sheet (`man ssh-keygen`, ALLOWED SIGNERS).
pub const SIGNERS: &str = "approval/allowed_signers";

/// Numbers that must not be texted, in `contacts/`.
pub const LEAVE_OUT: &str = "leave-out.csv";

/// The same without the numbers, under the station's key.
pub const KEYED: &str = "leave-out.keyed";

/// How the names of the files end that stand where something was erased.
pub const TOMBSTONE: &str = ".erased.txt";

/// Whether a file only says that something was erased.
pub fn is_tombstone(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(TOMBSTONE))
}

/// A case folder.
pub struct Folder {
    path: PathBuf,
    operator: Option<String>,
}

impl Folder {
    /// The folder that was named.
    pub fn of(common: &Common) -> Self {
        Self { path: common.folder.clone(), operator: common.operator.clone() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What stands in case.toml.
    pub fn case_file(&self) -> Result<CaseFile, CommandError> {
        Ok(CaseFile::parse(&text(&self.at("case.toml"))?)?)
    }

    /// What it means, if everything is filled in.
    pub fn terms(&self) -> Result<Terms, CommandError> {
        let text = text(&self.at("case.toml"))?;
        CaseFile::parse(&text)?.terms().map_err(|missing| incomplete(&text, &missing))
    }

    /// The words, in each language.
    pub fn texts(&self) -> Result<Texts, CommandError> {
        let file = self.case_file()?;
        let main = self.words(&file.message.file)?;
        let words = |(language, name): (Language, &str)| Ok((language, self.words(name)?));
        let variants = file.languages()?.into_iter().map(words).collect::<Result<Vec<_>, CommandError>>()?;
        Ok(Texts::new(main, variants)?)
    }

    /// The words in one file.
    pub fn words(&self, name: &str) -> Result<Message, CommandError> {
        self.parse(name, &text(&self.at(name))?)
    }

    /// The words of a file, as this case wants them.
    pub fn parse(&self, name: &str, words: &str) -> Result<Message, CommandError> {
        let file = self.case_file()?;
        let national = if file.message.national_tables { National::Allowed } else { National::Forbidden };
        Message::parse(words, &file.message.sender, national).map_err(|problem| CommandError::message(name, &problem))
    }

    /// The digest of the list of those who may sign, if there is one.
    pub fn signers(&self) -> Result<Option<Sha256>, CommandError> {
        let path = self.at(SIGNERS);
        if path.exists() { Ok(Some(Sha256::of(&octets(&path)?))) } else { Ok(None) }
    }

    /// Every contacts file, in order of name.
    pub fn contact_files(&self) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
        let folder = self.at("contacts");
        let entries = std::fs::read_dir(&folder).map_err(|error| CommandError::file(&folder, &error))?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| {
            path.is_file()
                && !is_tombstone(path)
                && path.file_name().is_none_or(|name| name != LEAVE_OUT && name != KEYED)
        });
        paths.sort();
        paths.iter().map(|path| Ok((name(path), octets(path)?))).collect()
    }

    /// Every list, read.
    pub fn lists(&self, roster: &Roster) -> Result<Vec<(String, List)>, CommandError> {
        let list = |(name, octets): (String, Vec<u8>)| {
            let choices: Vec<Choice> = roster.chosen(&name).iter().filter_map(|choice| choice.parse().ok()).collect();
            let list = contacts::read(&name, &octets, &choices)?;
            Ok((name, list))
        };
        self.contact_files()?.into_iter().map(list).collect()
    }

    /// Everyone in the lists, sorted into people and left out.
    pub fn sorted(&self, nature: Nature, roster: &Roster) -> Result<Sorted, CommandError> {
        self.sort(self.lists(roster)?, nature, roster)
    }

    /// Everyone in these lists, sorted into people and left out.
    pub fn sort(&self, lists: Vec<(String, List)>, nature: Nature, roster: &Roster) -> Result<Sorted, CommandError> {
        let rows = lists.into_iter().flat_map(|(_, list)| list.rows).collect();
        let path = self.at("contacts").join(LEAVE_OUT);
        let leave_out = match path.exists() {
            true => contacts::read_leave_out(LEAVE_OUT, &octets(&path)?, realm(nature))?,
            false => LeaveOut::new(),
        };
        let suppression = self.suppression(nature)?;
        let said_yes = |to: &Msisdn| roster.includes(to.last_nine());
        let file = self.case_file()?;
        let countries = file.countries()?;
        let languages: Vec<Language> = file.languages()?.into_keys().collect();
        let plain = rules(&leave_out, nature);
        let rules = Rules { said_yes: &said_yes, countries: &countries, languages: &languages, ..plain };
        let (elsewhere, keyed) = (self.texted_elsewhere(&suppression)?, self.keyed(&suppression)?);
        let reason = |to: &Msisdn| {
            let own = roster.is_own(to.last_nine()).then_some(Why::OwnNumber);
            let excluded = roster.excluded(to.last_nine()).map(|(_, why)| Why::Excluded { why: why.to_owned() });
            let opted_out = || suppression.holds(to.last_nine()).then_some(Why::OptedOut);
            let other_case = || elsewhere(to).filter(|_| !said_yes(to)).map(|on| Why::OtherCase { on });
            own.or_else(|| keyed(to)).or(excluded).or_else(opted_out).or_else(other_case)
        };
        Ok(contacts::sort(rows, &rules).without(reason))
    }

    /// Why a number is left out by the list that holds no numbers.
    fn keyed<'a>(&self, list: &'a Suppression) -> Result<impl Fn(&Msisdn) -> Option<Why> + 'a, CommandError> {
        let path = self.at("contacts").join(KEYED);
        let lines = if path.exists() { text(&path)? } else { String::new() };
        let split = |line: &str| {
            let (digest, reason) = line.split_once(' ').unwrap_or((line, ""));
            (digest.to_owned(), reason.to_owned())
        };
        let reasons: BTreeMap<String, String> = lines.lines().map(split).collect();
        if !reasons.is_empty() {
            // Without the key nobody in it would be found.
            list.sought("")?;
        }
        let reason = move |to: &Msisdn| reasons.get(&list.sought(to.last_nine()).ok()?).cloned();
        Ok(move |to: &Msisdn| reason(to).map(|reason| Why::Listed { reason }))
    }

    /// When another case of the station texted a number, if that is not long ago.
    pub fn texted_elsewhere(&self, list: &Suppression) -> Result<impl Fn(&Msisdn) -> Option<Date>, CommandError> {
        let (texted, case) = (list.texted()?, glance::origin(&self.at("record.db"))?);
        let days = i64::from(self.case_file()?.limits.days_since_other_case);
        let since = clock().now().saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or_default();
        let since = since.to_zoned_datetime(TimeZone::UTC).date();
        Ok(move |to: &Msisdn| texted.elsewhere(to.last_nine(), &case).filter(|on| days > 0 && *on >= since))
    }

    /// Who opted out on this station.
    pub fn suppression(&self, nature: Nature) -> Result<Suppression, SuppressionError> {
        Suppression::load(&self.station(nature))
    }

    /// The plan as the files have it now.
    pub fn plan(&self, state: &State) -> Result<(Terms, Texts, Sorted, Plan), CommandError> {
        let (terms, texts) = self.terms_and_texts(nature(state))?;
        let sorted = self.sorted(nature(state), &state.roster)?;
        let plan = Plan::make(&terms, &texts, &sorted, &state.history());
        Ok((terms, texts, sorted, plan))
    }

    /// What case.toml means and the words, as they must be for a plan.
    pub fn terms_and_texts(&self, nature: Nature) -> Result<(Terms, Texts), CommandError> {
        let (terms, texts) = (self.terms()?, self.texts()?);
        if let Some(phone) = &terms.test_phone {
            number::read(phone.as_str(), realm(nature)).map_err(|problem| {
                CommandError::usage(
                    "test-phone",
                    format!("[people] test_phone: {problem}"),
                    "give your team's own mobile",
                )
            })?;
        }
        Ok((terms, texts))
    }

    /// Real or training, as the record's first entry says.
    pub fn nature(&self) -> Result<Nature, CommandError> {
        let glance = Glance::at(&self.at("record.db"))?;
        Ok(glance.opened.map_or(Nature::Real, |opened| opened.nature))
    }

    /// The record, to write.
    pub fn record(&self, clock: Arc<dyn Clock>) -> Result<Record, CommandError> {
        Ok(Record::open(&self.at("record.db"), &self.who(), clock)?)
    }

    /// The record, to look at.
    pub fn look(&self) -> Result<Record, CommandError> {
        self.record(clock())
    }

    /// Adds an entry. A case that is closed is sealed again behind it.
    pub fn add(&self, record: &mut Record, entry: Entry) -> Result<u64, CommandError> {
        let seq = record.append(entry)?;
        if record.state().closed.is_some() {
            record.checkpoint_seal(&self.key(nature(record.state()))?)?;
        }
        Ok(seq)
    }

    /// That somebody looked is recorded; who cannot write it (a medium that is write-protected) may look all the same, and is
    /// told that it is not.
    pub fn looked(&self, record: &mut Record, access: Access) {
        if let Err(error) = self.add(record, Entry::Access(access)) {
            log::warn!("that you looked could not be recorded: {}; write it down elsewhere", error.message);
        }
    }

    /// Who is at work; who is not named is "not named", which the record says.
    pub fn who(&self) -> String {
        self.operator.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "not named".into())
    }

    /// Who is at work; must be named.
    pub fn operator(&self) -> Result<String, CommandError> {
        self.operator.clone().filter(|name| !name.trim().is_empty()).ok_or_else(|| {
            let help = "give it with --operator \"PC Y\", or set SIGNPOST_OPERATOR";
            CommandError::usage("operator", "who is at work must be named: --operator is missing", help)
        })
    }

    /// The station's key: a training case has a station of its own.
    pub fn key(&self, nature: Nature) -> Result<StationKey, CommandError> {
        Ok(StationKey::load_or_create(&self.station(nature))?)
    }

    /// One of the lines that the station may work at a time.
    pub fn seat(&self, nature: Nature, since: &str) -> Result<Seat, CommandError> {
        Ok(Seat::acquire(&self.station(nature), &self.path, &self.who(), since)?)
    }

    fn station(&self, nature: Nature) -> PathBuf {
        match nature {
            Nature::Training => self.at("station"),
            Nature::Real => station(),
        }
    }
}

/// `$SIGNPOST_STATION`, else the XDG data folder.
fn station() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = || variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
    variable("SIGNPOST_STATION").or_else(|| Some(data()?.join("signpost"))).unwrap_or_else(|| PathBuf::from("station"))
}

/// Real or training, as the first entry says.
pub fn nature(state: &State) -> Nature {
    state.opened.as_ref().map_or(Nature::Real, |opened| opened.nature)
}

/// Rules without any decision of a person.
pub fn rules(leave_out: &LeaveOut, nature: Nature) -> Rules<'_> {
    Rules::plain(leave_out, realm(nature))
}

/// Which numbers count.
pub fn realm(nature: Nature) -> Realm {
    match nature {
        Nature::Real => Realm::Real,
        Nature::Training => Realm::Training,
    }
}

/// The computer's clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

/// The error for a case file that is not filled in, each key with its place.
fn incomplete(text: &str, missing: &[Missing]) -> CommandError {
    let line = |missing: &Missing| {
        let place = edit::place(text, missing.key).map(|(line, column)| format!("line {line}, column {column}, "));
        format!("{}{}: {}", place.unwrap_or_default(), missing.key, missing.why)
    };
    let lines: Vec<String> = missing.iter().map(line).collect();
    let message = format!("case.toml is not filled in:\n       {}", lines.join("\n       "));
    CommandError::usage("case-file-incomplete", message, "open case.toml in an editor and fill in every key marked (!)")
}

/// A text file.
pub fn text(path: &Path) -> Result<String, CommandError> {
    let octets = octets(path)?;
    String::from_utf8(octets).map_err(|_| {
        let message = format!("{}: it is not a text file in UTF-8", path.display());
        CommandError::usage("file", message, "save it as UTF-8")
    })
}

/// A file's octets.
pub fn octets(path: &Path) -> Result<Vec<u8>, CommandError> {
    std::fs::read(path).map_err(|error| CommandError::file(path, &error))
}

/// A file's digest, without holding the file.
pub fn digest(path: &Path) -> Result<Sha256, CommandError> {
    let failed = |error: std::io::Error| CommandError::file(path, &error);
    Sha256::of_reader(std::fs::File::open(path).map_err(failed)?).map_err(failed)
}

/// Writes a file.
pub fn write(path: &Path, octets: impl AsRef<[u8]>) -> Result<(), CommandError> {
    std::fs::write(path, octets).map_err(|error| CommandError::file(path, &error))
}

fn name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Untrusted::from(name).for_terminal()
}

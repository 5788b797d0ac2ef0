//! `+CMS ERROR` and `+CME ERROR` numbers: their names, and what each proves about a text.
//!
//! The tables are `cms_errors.tsv` and `cme_errors.tsv` beside this file, each row with its source.
//! What follows from a row for an attempt is decided in `session::outcome`, nowhere else.

use std::sync::LazyLock;

/// What a `+CMS ERROR` after Ctrl-Z proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The text cannot have left.
    NotSent,
    /// The network refused; proves it only under the 30 s rule.
    NetworkRefused,
    /// Nothing: it may have been taken.
    Nothing,
}

/// What follows for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// This recipient is done with.
    Final,
    /// Temporary: may be tried again once.
    Retry,
    /// The line or the handset cannot send: the run pauses.
    Stop,
    /// Nothing is known.
    Unknown,
}

/// One row of `cms_errors.tsv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CmsRow {
    /// The number after `+CMS ERROR:`.
    pub code: u16,
    /// Its name in the standards.
    pub name: &'static str,
    /// What it proves.
    pub proof: Proof,
    /// What follows.
    pub class: Class,
    /// Why, where the table says so.
    pub why: &'static str,
}

static CMS: LazyLock<Vec<CmsRow>> =
    LazyLock::new(|| rows(include_str!("cms_errors.tsv")).filter_map(cms_row).collect());
static CME: LazyLock<Vec<(u16, &'static str)>> =
    LazyLock::new(|| rows(include_str!("cme_errors.tsv")).filter_map(cme_row).collect());

/// The row of a `+CMS ERROR` number, if the standards give it one.
pub fn cms(code: u16) -> Option<&'static CmsRow> {
    CMS.iter().find(|row| row.code == code)
}

/// The name of a `+CMS ERROR` number.
pub fn cms_name(code: u16) -> &'static str {
    cms(code).map_or("not a standard code; see the maker's manual", |row| row.name)
}

/// The name of a `+CME ERROR` number.
pub fn cme_name(code: u16) -> &'static str {
    CME.iter().find(|row| row.0 == code).map_or("see 27.007 9.2 or the maker's manual", |row| row.1)
}

/// The number of an error that was told in words (`AT+CMEE=2`), letter case ignored.
pub fn cms_by_name(words: &str) -> Option<u16> {
    CMS.iter().find(|row| same_words(row.name, words)).map(|row| row.code)
}

/// As [`cms_by_name`], for `+CME ERROR`.
pub fn cme_by_name(words: &str) -> Option<u16> {
    CME.iter().find(|row| same_words(row.1, words)).map(|row| row.0)
}

/// "(U)SIM busy" in the standard is "SIM busy" on handsets.
fn same_words(name: &str, words: &str) -> bool {
    name.replace("(U)", "").eq_ignore_ascii_case(&words.trim().replace("(U)", ""))
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_digit())).map(|l| l.split('\t').collect())
}

fn cms_row(fields: Vec<&'static str>) -> Option<CmsRow> {
    let proof = match *fields.get(2)? {
        "no" => Proof::NotSent,
        "network" => Proof::NetworkRefused,
        _ => Proof::Nothing,
    };
    let class = match *fields.get(3)? {
        "final" => Class::Final,
        "retry" => Class::Retry,
        "stop" => Class::Stop,
        _ => Class::Unknown,
    };
    let why = fields.get(4).copied().unwrap_or_default();
    Some(CmsRow { code: fields.first()?.parse().ok()?, name: fields.get(1)?, proof, class, why })
}

fn cme_row(fields: Vec<&'static str>) -> Option<(u16, &'static str)> {
    Some((fields.first()?.parse().ok()?, fields.get(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_tables_is_read() {
        let data = |t: &str| t.lines().filter(|l| !l.starts_with('#') && !l.starts_with("code")).count();
        assert_eq!(CMS.len(), data(include_str!("cms_errors.tsv")));
        assert_eq!(CME.len(), data(include_str!("cme_errors.tsv")));
    }

    #[test]
    fn only_congestion_may_be_tried_again() {
        let retry: Vec<u16> = CMS.iter().filter(|r| r.class == Class::Retry).map(|r| r.code).collect();
        assert_eq!(retry, [42, 192]);
        assert!(CMS.iter().filter(|r| r.class == Class::Retry).all(|r| r.proof == Proof::NetworkRefused));
    }

    #[test]
    fn words_find_their_number() {
        assert_eq!(cms_by_name("Operation not allowed"), Some(302));
        assert_eq!(cms_by_name("SIM busy"), Some(314));
        assert_eq!(cme_by_name("sim pin required"), Some(11));
        assert_eq!(cms_by_name("no such thing"), None);
    }
}

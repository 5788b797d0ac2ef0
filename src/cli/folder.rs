//! A case folder and what its files mean.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Common;
use super::bars::{Bars, Phone};
use super::error::CommandError;
use super::lists;
use super::ssh_keygen::SealKey;
use crate::case::approval::Now;
use crate::case::contacts::{self, Choice, List, Rules, Sorted};
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
use crate::record::body::{Lifts, Nature};
use crate::record::entry::Entry;
use crate::record::fold::{Roster, State};
use crate::record::glance::Glance;
use crate::record::keeping::Access;
use crate::record::lock::StationLine;
use crate::record::seal::StationKey;
use crate::record::suppression::{Suppression, SuppressionError};

/// Who may sign a sheet (`man ssh-keygen`, ALLOWED SIGNERS).
pub const SIGNERS: &str = "approval/allowed_signers";

/// How the names of the files end that stand where something was erased.
pub const TOMBSTONE: &str = ".erased.txt";

/// Whether a file only says that something was erased.
pub fn is_tombstone(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(TOMBSTONE))
}

/// What the files of a case say that an approval pins; each was read once, so that what is planned is what is pinned.
pub struct Files {
    /// `case.toml`.
    pub file: CaseFile,
    /// What it means.
    pub terms: Terms,
    /// The words.
    pub texts: Texts,
    /// Who may sign, if there is a list of them.
    pub signers: Option<Signers>,
}

/// The list of those who may sign (`approval/allowed_signers`).
pub struct Signers {
    /// As it stands.
    pub octets: Vec<u8>,
    sha256: Sha256,
}

impl Files {
    /// As an approval pins them.
    pub fn now(&self) -> Result<Now<'_>, CommandError> {
        let signers = self.signers.as_ref().map(|signers| &signers.sha256);
        Now::of(&self.file, &self.texts, signers)
            .map_err(|error| CommandError::usage("case-file", error.to_string(), "mend case.toml"))
    }
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
        terms(&text, &CaseFile::parse(&text)?)
    }

    /// What all files say that an approval pins, each read once.
    pub fn files(&self, nature: Nature) -> Result<Files, CommandError> {
        let text = text(&self.at("case.toml"))?;
        let file = CaseFile::parse(&text)?;
        let terms = terms(&text, &file)?;
        if let Some(phone) = &terms.test_phone {
            number::read(phone.as_str(), realm(nature)).map_err(|problem| {
                let message = format!("[people] test_phone: {problem}");
                CommandError::usage("test-phone", message, "give your team's own mobile")
            })?;
        }
        Ok(Files { terms, texts: self.texts(&file)?, signers: self.signers()?, file })
    }

    /// The words, in each language.
    pub fn texts(&self, file: &CaseFile) -> Result<Texts, CommandError> {
        let main = self.words(file, &file.message.file)?;
        let words = |(language, name): (Language, &str)| Ok((language, self.words(file, name)?));
        let variants = file.languages()?.into_iter().map(words).collect::<Result<Vec<_>, CommandError>>()?;
        Ok(Texts::new(main, variants)?)
    }

    /// The words in one file.
    fn words(&self, file: &CaseFile, name: &str) -> Result<Message, CommandError> {
        parse(file, name, &text(&self.at(name))?)
    }

    /// The list of those who may sign, if there is one.
    fn signers(&self) -> Result<Option<Signers>, CommandError> {
        let path = self.at(SIGNERS);
        match std::fs::read(&path) {
            Ok(octets) => Ok(Some(Signers { sha256: Sha256::of(&octets), octets })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CommandError::file(&path, &error)),
        }
    }

    /// Every list, read.
    pub fn lists(&self, roster: &Roster) -> Result<Vec<(String, List)>, CommandError> {
        let list = |(name, octets): (String, Vec<u8>)| {
            let choices: Vec<Choice> = roster.chosen(&name).iter().filter_map(|choice| choice.parse().ok()).collect();
            let list = contacts::read(&name, &octets, &choices)?;
            Ok((name, list))
        };
        lists::received(self, roster)?.into_iter().map(list).collect()
    }

    /// Everyone in the lists, sorted into people and left out; and by what.
    pub fn sorted(&self, file: &CaseFile, nature: Nature, roster: &Roster) -> Result<(Sorted, Bars), CommandError> {
        self.sort(self.lists(roster)?, file, nature, roster)
    }

    /// Everyone in these lists, sorted into people and left out; and by what.
    pub fn sort(
        &self,
        lists: Vec<(String, List)>,
        file: &CaseFile,
        nature: Nature,
        roster: &Roster,
    ) -> Result<(Sorted, Bars), CommandError> {
        let rows = lists.into_iter().flat_map(|(_, list)| list.rows).collect();
        let bars = Bars::of(self, file, nature, roster)?;
        let said_yes = |to: &Msisdn| roster.lifted(to.last_nine(), Lifts::LostNought);
        let out = |to: &Msisdn| bars.why(roster, to);
        let countries = file.countries()?;
        let languages: Vec<Language> = file.languages()?.into_keys().collect();
        let rules = Rules {
            said_yes: &said_yes,
            out: &out,
            countries: &countries,
            languages: &languages,
            realm: realm(nature),
        };
        Ok((contacts::sort(rows, &rules), bars))
    }

    /// Who opted out on this station.
    pub fn suppression(&self, nature: Nature) -> Result<Suppression, SuppressionError> {
        Suppression::load(&self.station(nature))
    }

    /// The plan as the files have it now.
    pub fn plan(&self, state: &State) -> Result<(Files, Sorted, Plan), CommandError> {
        let files = self.files(nature(state))?;
        let (sorted, bars) = self.sorted(&files.file, nature(state), &state.roster)?;
        let history = state.history();
        let phone = Phone::of(files.terms.test_phone.as_ref(), &sorted);
        bars.spare(&state.roster, phone.as_ref(), &history.tried)?;
        let plan = Plan::make(&files.terms, &files.texts, &sorted, &history);
        Ok((files, sorted, plan))
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
        let key = record.state().closed.map(|_| self.key(nature(record.state()))).transpose()?;
        let seq = record.append(entry)?;
        if let Some(key) = key {
            record.checkpoint_seal(&key)?;
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
        let help = "give it with --operator \"PC Y\", or set SIGNPOST_OPERATOR";
        let missing = || CommandError::usage("operator", "who is at work must be named: --operator is missing", help);
        self.operator.clone().filter(|name| !name.trim().is_empty()).ok_or_else(missing)
    }

    /// The key that seals: the one that `SIGNPOST_SEAL_KEY` names, else the station's own. A training case has a station of
    /// its own.
    pub fn key(&self, nature: Nature) -> Result<StationKey, CommandError> {
        match SealKey::named() {
            Some(key) => Ok(StationKey::elsewhere(Box::new(key))?),
            None => Ok(StationKey::load_or_create(&self.station(nature))?),
        }
    }

    /// One of the lines that the station may work at a time.
    pub fn seat(&self, nature: Nature, since: &str) -> Result<StationLine, CommandError> {
        Ok(StationLine::acquire(&self.station(nature), &self.path, &self.who(), since)?)
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

/// The words of a file, as a case wants them.
pub fn parse(file: &CaseFile, name: &str, words: &str) -> Result<Message, CommandError> {
    let national = if file.message.national_tables { National::Allowed } else { National::Forbidden };
    Message::parse(words, &file.message.sender, national).map_err(|problem| CommandError::message(name, &problem))
}

fn terms(text: &str, file: &CaseFile) -> Result<Terms, CommandError> {
    file.terms().map_err(|missing| incomplete(text, &missing))
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

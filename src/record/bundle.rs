//! A bundle: a folder for others, with the digest of every file in it and the station's signature over those. `sha256sum -c`
//! and `ssh-keygen -Y verify` read both (`FORMAT.md`, "The bundle"). What the files say is not known here. Called by
//! `cli::export` and `cli::verify`.
//!
//! It is made beside its place and put there whole: what bears a bundle's name is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use ssh_key::{HashAlg, PublicKey, SshSig};

use super::seal::{KeyError, StationKey};
use super::small;
use super::{Record, RecordError};
use crate::ids::Sha256;
use crate::text::Untrusted;

/// Digests of all the others, in the form that `sha256sum -c` reads.
pub const MANIFEST: &str = "manifest.sha256";

/// The signature over it.
pub const SIGNATURE: &str = "manifest.sha256.sig";

/// Who signed, in the form of ssh-keygen's ALLOWED SIGNERS.
pub const SIGNERS: &str = "signers";

/// What the signature is for.
pub const NAMESPACE: &str = "signpost-export@v1";

/// How names of bundles begin that are not whole.
pub const UNFINISHED: &str = "unfinished-";

/// What stands before the key in [`SIGNERS`].
const SIGNER: &str = "station namespaces=\"signpost-export@v1\" ";

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The file system.
    #[error("{path}: {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        error: io::Error,
    },
    /// There is something of its name.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BundleError {
    let path = path.to_owned();
    move |error| BundleError::Io { path, error }
}

impl Record {
    /// A copy, by SQLite itself: whole, also while another process writes.
    pub fn copy_to(&self, path: &Path) -> Result<(), RecordError> {
        if path.exists() {
            return Err(RecordError::Exists(path.to_owned()));
        }
        let mut copy = Connection::open(path)?;
        // All pages in one step: nobody's commit can come between two of them.
        match Backup::new(self.connection(), &mut copy)?.step(-1)? {
            StepResult::Done => Ok(()),
            _ => Err(RecordError::InUse),
        }
    }
}

/// A bundle that is being made. If it is not finished, it goes.
pub struct Unfinished {
    beside: PathBuf,
    place: PathBuf,
}

/// A bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Where.
    pub folder: PathBuf,
    /// Its files, in order of name.
    pub files: Vec<String>,
}

impl Unfinished {
    /// Begins one of this name in a folder.
    pub fn begin(folder: &Path, name: &str) -> Result<Self, BundleError> {
        let place = folder.join(name);
        if place.exists() {
            return Err(BundleError::Exists(place));
        }
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let beside = folder.join(format!("{UNFINISHED}{name}"));
        std::fs::create_dir(&beside).map_err(at(&beside))?;
        Ok(Self { beside, place })
    }

    /// A file in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.beside.join(name)
    }

    /// What is in it so far, in order of name.
    pub fn files(&self) -> Result<Vec<String>, BundleError> {
        names(&self.beside)
    }

    /// Writes digests and signature, makes all of it durable, and puts it into its place.
    pub fn finish(self, key: &StationKey) -> Result<Finished, BundleError> {
        let write = |name: &str, text: &str| std::fs::write(self.at(name), text).map_err(at(&self.at(name)));
        write(SIGNERS, &format!("{SIGNER}{}\n", key.public()?))?;
        let manifest = self.files()?.iter().map(|name| self.line(name)).collect::<Result<String, _>>()?;
        write(MANIFEST, &manifest)?;
        write(SIGNATURE, &key.sign(NAMESPACE, manifest.as_bytes())?)?;
        let files = self.files()?;
        for name in &files {
            File::open(self.at(name)).and_then(|file| file.sync_all()).map_err(at(&self.at(name)))?;
        }
        let _synced = File::open(&self.beside).and_then(|folder| folder.sync_all());
        small::put(&self.beside, &self.place).map_err(at(&self.place))?;
        Ok(Finished { folder: self.place.clone(), files })
    }

    fn line(&self, name: &str) -> Result<String, BundleError> {
        let path = self.at(name);
        let digest = File::open(&path).and_then(Sha256::of_reader).map_err(at(&path))?;
        Ok(format!("{digest}  {name}\n"))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _gone_or_in_its_place = std::fs::remove_dir_all(&self.beside);
    }
}

/// Names of whatever lies in a folder, in order.
fn names(folder: &Path) -> Result<Vec<String>, BundleError> {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let names = entries.map_err(at(folder))?.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// Whether a folder is a bundle, or was one.
pub fn is_one(folder: &Path) -> bool {
    [MANIFEST, SIGNATURE, SIGNERS].iter().any(|name| folder.join(name).symlink_metadata().is_ok())
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Its name.
    pub file: Untrusted,
    /// In plain words.
    pub what: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Whatever is wrong, in order of name within each question.
    pub flaws: Vec<Flaw>,
    /// The files that the manifest names.
    pub files: BTreeSet<String>,
    /// The key that signed, in OpenSSH's one-line form, if its signature holds.
    pub key: Option<String>,
}

/// Whether every file is there and as it was, nothing besides, and who signed that. Writes nothing.
pub fn check(folder: &Path) -> Result<Checked, BundleError> {
    let mut checked = Checked::default();
    let manifest = checked.read(folder, MANIFEST);
    let listed = checked.listed(manifest.as_deref().unwrap_or_default());
    checked.files = listed.keys().cloned().collect();
    for (name, digest) in &listed {
        if let Err(what) = is_as_listed(&folder.join(name), digest) {
            checked.wrong(name, what);
        }
    }
    let own = |name: &String| name == MANIFEST || name == SIGNATURE;
    for name in names(folder)?.iter().filter(|name| !listed.contains_key(*name) && !own(name)) {
        checked.wrong(name, "the manifest does not name it: it was added");
    }
    if let Some(manifest) = manifest {
        checked.signature(folder, &manifest);
    }
    Ok(checked)
}

impl Checked {
    fn wrong(&mut self, file: &str, what: impl Into<String>) {
        self.flaws.push(Flaw { file: file.into(), what: what.into() });
    }

    /// One of the three files that make a bundle.
    fn read(&mut self, folder: &Path, name: &str) -> Option<Vec<u8>> {
        let path = folder.join(name);
        let read = plain(&path).and_then(|()| std::fs::read(&path).map_err(|error| error.to_string()));
        read.map_err(|what| self.wrong(name, what)).ok()
    }

    /// Names and digests. A name that could lead elsewhere is none.
    fn listed(&mut self, manifest: &[u8]) -> BTreeMap<String, Sha256> {
        let mut listed = BTreeMap::new();
        let text = String::from_utf8_lossy(manifest);
        for (number, line) in (1..).zip(text.lines()) {
            let read = line.split_once("  ").and_then(|(digest, name)| Some((name, digest.parse::<Sha256>().ok()?)));
            match read {
                Some((name, digest)) if is_plain(name) => {
                    if listed.insert(name.to_owned(), digest).is_some() {
                        self.wrong(name, "the manifest names it twice");
                    }
                }
                Some((name, _)) => self.wrong(name, "the manifest names what no bundle holds: it leads elsewhere"),
                None => self.wrong(MANIFEST, format!("line {number} is no digest and name")),
            }
        }
        listed
    }

    fn signature(&mut self, folder: &Path, manifest: &[u8]) {
        let (Some(signers), Some(signature)) = (self.read(folder, SIGNERS), self.read(folder, SIGNATURE)) else {
            return;
        };
        let signers = String::from_utf8_lossy(&signers).into_owned();
        let key = signers.strip_prefix(SIGNER).map(str::trim_end).filter(|key| !key.contains('\n'));
        let Some((text, key)) = key.and_then(|text| Some((text, PublicKey::from_openssh(text).ok()?))) else {
            return self.wrong(SIGNERS, "it does not say in one line which key is the station's");
        };
        let signature = SshSig::from_pem(&signature);
        match signature.and_then(|signature| key.verify(NAMESPACE, manifest, &signature)) {
            Ok(()) => self.key = Some(text.to_owned()),
            Err(_) => self.wrong(SIGNATURE, "it is no signature of the key in signers over this manifest"),
        }
    }
}

/// As `export` names files: no folder, nothing hidden, nothing that a shell or a terminal takes for its own.
fn is_plain(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with(['.', '-']) && name.chars().all(fine)
}

/// Whether it is a file, and no link to one.
fn plain(path: &Path) -> Result<(), String> {
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) if found.is_symlink() => Err("it is a link to something else".into()),
        Ok(_) => Err("it is no file".into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("it is missing".into()),
        Err(error) => Err(error.to_string()),
    }
}

fn is_as_listed(path: &Path, digest: &Sha256) -> Result<(), String> {
    plain(path)?;
    let found = File::open(path).and_then(Sha256::of_reader).map_err(|error| error.to_string())?;
    if found == *digest { Ok(()) } else { Err("it was changed: its digest is not that of the manifest".into()) }
}

/// Whether two public keys in OpenSSH's form are one.
pub fn is_same_key(one: &str, other: &str) -> bool {
    let read = |text: &str| PublicKey::from_openssh(text).ok();
    read(one).zip(read(other)).is_some_and(|(one, other)| one.key_data() == other.key_data())
}

/// As `ssh-keygen -lf` shows it.
pub fn fingerprint(key: &str) -> String {
    PublicKey::from_openssh(key).map(|key| key.fingerprint(HashAlg::Sha256).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(key: &StationKey) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let bundle = Unfinished::begin(folder.path(), "export-X").unwrap();
        std::fs::write(bundle.at("a.txt"), "one").unwrap();
        std::fs::write(bundle.at("b.txt"), "two").unwrap();
        let finished = bundle.finish(key).unwrap();
        assert_eq!(finished.files, ["a.txt", "b.txt", MANIFEST, SIGNATURE, SIGNERS]);
        (folder, finished.folder)
    }

    fn flaws(bundle: &Path) -> Vec<String> {
        let flaws = check(bundle).unwrap().flaws;
        flaws.iter().map(|flaw| format!("{}: {}", flaw.file.for_record(), flaw.what)).collect()
    }

    #[test]
    fn a_whole_one_says_who_signed() {
        let key = StationKey::passing().unwrap();
        let (_folder, bundle) = made(&key);
        let checked = check(&bundle).unwrap();
        assert_eq!((checked.flaws, checked.files.len()), (vec![], 3));
        assert!(is_same_key(&checked.key.unwrap(), &key.public().unwrap()));
    }

    #[test]
    fn one_that_is_not_finished_goes_and_none_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = Unfinished::begin(folder.path(), "export-X").unwrap();
        std::fs::write(bundle.at("a.txt"), "one").unwrap();
        drop(bundle);
        assert_eq!(names(folder.path()).unwrap(), [""; 0]);
        let (folder, _) = made(&StationKey::passing().unwrap());
        assert!(matches!(Unfinished::begin(folder.path(), "export-X"), Err(BundleError::Exists(_))));
    }

    #[test]
    fn what_was_done_to_a_file_is_named() {
        type Deed = fn(&Path);
        let deeds: [(Deed, &str); 8] = [
            (|at| std::fs::write(at.join("a.txt"), "One").unwrap(), "a.txt: it was changed"),
            (|at| std::fs::remove_file(at.join("a.txt")).unwrap(), "a.txt: it is missing"),
            (|at| std::fs::write(at.join("c.txt"), "").unwrap(), "c.txt: the manifest does not name it"),
            (|at| std::fs::create_dir(at.join("d")).unwrap(), "d: the manifest does not name it"),
            (
                |at| {
                    std::fs::rename(at.join("a.txt"), at.join("x")).unwrap();
                    std::fs::rename(at.join("b.txt"), at.join("a.txt")).unwrap();
                    std::fs::rename(at.join("x"), at.join("b.txt")).unwrap();
                },
                "b.txt: it was changed",
            ),
            (|at| std::fs::remove_file(at.join(MANIFEST)).unwrap(), "manifest.sha256: it is missing"),
            (|at| std::fs::remove_file(at.join(SIGNATURE)).unwrap(), "manifest.sha256.sig: it is missing"),
            (|at| std::fs::write(at.join(SIGNERS), "x").unwrap(), "signers: it does not say"),
        ];
        for (deed, expected) in deeds {
            let (_folder, bundle) = made(&StationKey::passing().unwrap());
            deed(&bundle);
            let found = flaws(&bundle);
            assert!(found.iter().any(|flaw| flaw.starts_with(expected)), "{expected}: {found:?}");
        }
    }

    #[test]
    fn a_manifest_leads_nowhere() {
        let (folder, bundle) = made(&StationKey::passing().unwrap());
        std::fs::write(folder.path().join("out"), "three").unwrap();
        let digest = Sha256::of(b"three");
        let manifest = std::fs::read_to_string(bundle.join(MANIFEST)).unwrap();
        for name in ["../out", "/etc/passwd", "..", ".hidden", "a\u{1b}[2J", "a/b"] {
            std::fs::write(bundle.join(MANIFEST), format!("{manifest}{digest}  {name}\n")).unwrap();
            let found = flaws(&bundle);
            assert!(found.iter().any(|flaw| flaw.contains("leads elsewhere")), "{name}: {found:?}");
            assert!(found.iter().any(|flaw| flaw.contains("no signature")), "{name}: {found:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_file() {
        let (folder, bundle) = made(&StationKey::passing().unwrap());
        std::fs::rename(bundle.join("a.txt"), folder.path().join("a.txt")).unwrap();
        std::os::unix::fs::symlink("../a.txt", bundle.join("a.txt")).unwrap();
        assert_eq!(flaws(&bundle), ["a.txt: it is a link to something else"]);
    }

    #[test]
    fn a_seal_is_no_signature_of_a_bundle() {
        let key = StationKey::passing().unwrap();
        let (_folder, bundle) = made(&key);
        let manifest = std::fs::read(bundle.join(MANIFEST)).unwrap();
        std::fs::write(bundle.join(SIGNATURE), key.sign(crate::record::seal::NAMESPACE, &manifest).unwrap()).unwrap();
        assert_eq!(flaws(&bundle).len(), 1);
        assert_eq!(check(&bundle).unwrap().key, None);
    }
}

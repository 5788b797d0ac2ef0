//! Seals: an SSH signature (SSHSIG) of the station's key over the head, and a short code of it for the
//! notebook. `ssh-keygen -Y check-novalidate` and `-Y verify` read it.

use std::path::Path;
use std::time::Duration;

use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

use super::chain::Head;
use super::entry::Entry;
use super::keeping::{Closing, Seal};
use super::small;
use super::store::{Within, only_record};
use super::{Record, RecordError};
use crate::case::code::Code;

/// What the signature is for; another use of the key cannot be passed off as a seal.
pub const NAMESPACE: &str = "signpost-seal@v1";

/// What a key that is elsewhere signs first.
const TRIAL: &str = "signpost-trial@v1";

/// The station's key.
pub struct StationKey(Kind);

enum Kind {
    /// In a file of the station's own.
    Own(Box<PrivateKey>),
    /// Where signpost never sees it.
    Elsewhere(Box<dyn Signer>, Box<PublicKey>),
}

/// Has a key that signpost never sees, and signs with it: another program, an agent, hardware.
pub trait Signer {
    /// An armoured SSHSIG over the message, or why there is none. It asks nobody and soon gives up: listening stands still
    /// meanwhile, and others wait to write.
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, String>;
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system.
    #[error("the station key {path}: {error}")]
    Io {
        /// Where.
        path: String,
        /// What.
        error: std::io::Error,
    },
    /// The file holds no such key, or signing failed.
    #[error("the station key: {0}")]
    Key(#[from] ssh_key::Error),
    /// Whoever has the key does not sign, or not as this record needs it.
    #[error("the key that seals: {0}")]
    NotSigned(String),
}

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The entry that the code stands for.
    pub upto: u64,
    /// The code for the notebook.
    pub code: Code,
}

impl StationKey {
    /// Reads the key in a folder, or makes one that only this user can read.
    pub fn load_or_create(folder: &Path) -> Result<Self, KeyError> {
        let path = folder.join("seal_ed25519");
        let io = |error| KeyError::Io { path: path.display().to_string(), error };
        if small::is_there(&path).map_err(io)? {
            return Ok(Self::own(PrivateKey::read_openssh_file(&path)?));
        }
        std::fs::create_dir_all(folder).map_err(io)?;
        let key = random()?;
        let public = format!("{}\n", key.public_key().to_openssh()?);
        small::write(&path.with_extension("pub"), public.as_bytes()).map_err(io)?;
        small::write(&path, key.to_openssh(LineEnding::LF)?.as_bytes()).map_err(io)?;
        Ok(Self::own(key))
    }

    /// A key that is kept nowhere: for rehearsals.
    pub fn passing() -> Result<Self, KeyError> {
        Ok(Self::own(random()?))
    }

    /// A key that is elsewhere. It signs once, which shows that it does and whose it is.
    pub fn elsewhere(signer: Box<dyn Signer>) -> Result<Self, KeyError> {
        let armoured = signer.sign(TRIAL, TRIAL.as_bytes()).map_err(KeyError::NotSigned)?;
        let other = |why: &dyn std::fmt::Display| KeyError::NotSigned(format!("an Ed25519 key is needed: {why}"));
        let signature = SshSig::from_pem(armoured).map_err(|error| other(&error))?;
        let public = PublicKey::from(signature.public_key().clone());
        if !matches!(public.algorithm(), Algorithm::Ed25519 | Algorithm::SkEd25519) {
            return Err(other(&public.algorithm()));
        }
        public.verify(TRIAL, TRIAL.as_bytes(), &signature)?;
        Ok(Self(Kind::Elsewhere(signer, Box::new(public))))
    }

    fn own(key: PrivateKey) -> Self {
        Self(Kind::Own(Box::new(key)))
    }

    /// The public key in OpenSSH's one-line form.
    pub fn public(&self) -> Result<String, KeyError> {
        let public = match &self.0 {
            Kind::Own(key) => key.public_key(),
            Kind::Elsewhere(_, public) => public,
        };
        Ok(public.to_openssh()?)
    }

    /// An armoured SSHSIG. The namespace says what for: a signature of one use cannot be passed off as one of another. What
    /// comes from elsewhere is looked at first: a seal that does not hold would break the record.
    pub(super) fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, KeyError> {
        match &self.0 {
            Kind::Own(key) => Ok(SshSig::sign(&**key, namespace, HashAlg::Sha512, message)?.to_pem(LineEnding::LF)?),
            Kind::Elsewhere(signer, public) => {
                let armoured = signer.sign(namespace, message).map_err(KeyError::NotSigned)?;
                public.verify(namespace, message, &SshSig::from_pem(&armoured)?)?;
                Ok(armoured)
            }
        }
    }

    fn seal(&self, head: Head) -> Result<Seal, KeyError> {
        Ok(Seal {
            upto: head.seq,
            head: head.hash,
            code: Code::of(&head.hash).to_string(),
            key: self.public()?,
            signature: self.sign(NAMESPACE, &message(head))?,
        })
    }
}

fn random() -> Result<PrivateKey, KeyError> {
    Ok(PrivateKey::random(&mut ssh_key::rand_core::OsRng, Algorithm::Ed25519)?)
}

/// What is signed: two lines.
pub fn message(head: Head) -> Vec<u8> {
    format!("seq {}\nhead {}\n", head.seq, head.hash).into_bytes()
}

/// Whether a seal's signature is that of the key in it over the head in it.
pub fn holds(seal: &Seal) -> Result<(), ssh_key::Error> {
    let key = PublicKey::from_openssh(&seal.key)?;
    let signature = SshSig::from_pem(&seal.signature)?;
    key.verify(NAMESPACE, &message(Head { seq: seal.upto, hash: seal.head }), &signature)
}

/// For whoever has the record open it is waited so long.
const SHORTLY: Duration = Duration::from_millis(200);

/// Why a record cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Record {
    /// Seals everything up to now: one more entry.
    pub fn checkpoint_seal(&mut self, key: &StationKey) -> Result<Sealed, SealError> {
        self.sealed(Vec::new(), Within::Nothing, key)
    }

    /// Closes the case: the closing entry and its seal in one commit. [`Record::into_one_file`] comes next.
    pub fn close(&mut self, closing: Closing, key: &StationKey) -> Result<Sealed, SealError> {
        self.sealed(vec![Entry::Closing(closing)], Within::Nothing, key)
    }

    /// One commit: these entries, if there are any, and the seal over them. Without a seal there are none.
    pub(super) fn sealed(&mut self, before: Vec<Entry>, within: Within, key: &StationKey) -> Result<Sealed, SealError> {
        let alone = before.is_empty();
        let mut before = before.into_iter();
        let mut made: Option<Result<Seal, KeyError>> = None;
        let mut next = |head| match (before.next(), &made) {
            (Some(entry), _) => Ok(Some(entry)),
            (None, Some(_)) => Ok(None),
            (None, None) => {
                let seal = key.seal(head);
                let entry = seal.as_ref().ok().cloned().map(Entry::Seal);
                made = Some(seal);
                if entry.is_some() || alone { Ok(entry) } else { Err(unsealed()) }
            }
        };
        let committed = self.commit(&mut next, within).map_err(only_record);
        // Why there is no seal says more than that nothing was written.
        let seal = made.transpose()?;
        committed?;
        let seal = seal.ok_or_else(unsealed)?;
        Ok(Sealed { upto: seal.upto, code: Code::of(&seal.head) })
    }

    /// Folds the journal into the file, so that it opens from write-protected media. Can be said again
    /// if another process had the record open the first time.
    pub fn into_one_file(self) -> Result<(), RecordError> {
        let connection = self.connection();
        connection.busy_timeout(SHORTLY)?;
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(in_use)?;
        let mode: String = connection.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0)).map_err(in_use)?;
        if busy != 0 || !mode.eq_ignore_ascii_case("delete") {
            return Err(RecordError::InUse);
        }
        let path = std::path::PathBuf::from(connection.path().unwrap_or_default());
        drop(self);
        sync(&path)
    }
}

fn unsealed() -> RecordError {
    RecordError::Dead("no seal was made".into())
}

/// Of work on the whole file, for which nobody else may have it open.
pub(super) fn in_use(error: rusqlite::Error) -> RecordError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => RecordError::InUse,
        _ => error.into(),
    }
}

/// The file, and the folder that names it.
fn sync(path: &Path) -> Result<(), RecordError> {
    let io = |error| RecordError::Io { path: path.to_owned(), error };
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(io)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
}

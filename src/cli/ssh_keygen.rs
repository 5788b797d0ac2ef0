//! `ssh-keygen -Y`: signs a sheet and checks a signature, so that agents, passphrases and hardware keys work as they
//! always do. Called by `approve`.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::CommandError;
use super::scratch::Scratch;
use crate::text::Untrusted;

/// What the signature is for; another use of a key cannot be passed off as an approval.
const NAMESPACE: &str = "signpost-approval";

/// How a signature begins.
const ARMOUR: &[u8] = b"-----BEGIN SSH SIGNATURE-----";

/// Whether a file is a signature.
pub fn is_signature(octets: &[u8]) -> bool {
    octets.trim_ascii_start().starts_with(ARMOUR)
}

/// Signs a file, and gives the signature. May ask for a passphrase or a touch.
pub fn sign(key: &Path, file: &Path) -> Result<Vec<u8>, CommandError> {
    let input = File::open(file).map_err(|error| CommandError::file(file, &error))?;
    let mut command = keygen("sign");
    command.arg("-f").arg(key).stdin(input).stdout(Stdio::piped());
    let output = command.spawn().and_then(std::process::Child::wait_with_output).map_err(|error| missing(&error))?;
    if output.status.success() && is_signature(&output.stdout) {
        return Ok(output.stdout);
    }
    let message = format!("ssh-keygen did not sign with {}", key.display());
    Err(CommandError::usage("not-signed", message, "name a private SSH key of the approver's"))
}

/// What is to be checked, as it was read: what a file holds by now is no matter.
pub struct Claim<'a> {
    /// The list of those who may sign.
    pub signers: &'a [u8],
    /// Whose signature it is to be.
    pub who: &'a str,
    /// The signature.
    pub signature: &'a [u8],
    /// What was signed.
    pub sheet: &'a [u8],
}

/// Checks a signature by one of the allowed signers; gives the key in `ssh-keygen`'s words.
pub fn verify(claim: &Claim, list: &Path) -> Result<String, CommandError> {
    let scratch = Scratch::new()?;
    let (signers, signature) = (scratch.file("signers", claim.signers)?, scratch.file("signature", claim.signature)?);
    let mut command = keygen("verify");
    command.arg("-f").arg(signers).arg("-I").arg(claim.who).arg("-s").arg(signature);
    let output = told(command, claim.sheet).map_err(|error| missing(&error))?;
    let said = said(&output);
    if output.status.success() {
        return Ok(said.split_once(" with ").map_or(said.clone(), |(_, key)| key.to_owned()));
    }
    let message = format!("the signature does not hold for {}: {said}", claim.who);
    let help = format!(
        "the approver's key must stand in {}, their name in quotation marks before it, and the sheet must be as it was",
        list.display()
    );
    Err(CommandError::rule("bad-signature", message, help))
}

fn told(mut command: Command, input: &[u8]) -> std::io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // Whoever finds the signature wrong at once does not read on.
    let _unread = child.stdin.take().map(|mut to| to.write_all(input));
    child.wait_with_output()
}

/// Puts a signature beside the sheet, under the next name that is free: none is written over.
pub fn place(sheet: &Path, signature: &[u8]) -> Result<PathBuf, CommandError> {
    for number in 1_u32.. {
        let nth = if number == 1 { String::new() } else { format!(".{number}") };
        let path = PathBuf::from(format!("{}{nth}.sig", sheet.display()));
        match File::create_new(&path) {
            Ok(mut file) => {
                let written = file.write_all(signature).and_then(|()| file.sync_all());
                return written.map(|()| path.clone()).map_err(|error| CommandError::file(&path, &error));
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if std::fs::read(&path).is_ok_and(|there| there == signature) {
                    return Ok(path);
                }
            }
            Err(error) => return Err(CommandError::file(&path, &error)),
        }
    }
    Err(CommandError::usage("file-exists", "no name is free for the signature", "tidy up approval/"))
}

fn keygen(what: &str) -> Command {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", what, "-n", NAMESPACE]);
    command
}

fn said(output: &Output) -> String {
    let octets = if output.status.success() { &output.stdout } else { &output.stderr };
    Untrusted::from(String::from_utf8_lossy(octets).trim()).for_terminal()
}

fn missing(error: &std::io::Error) -> CommandError {
    let message = format!("ssh-keygen cannot be run: {error}");
    CommandError::failed("ssh-keygen", message, "install OpenSSH (Debian: openssh-client)")
}

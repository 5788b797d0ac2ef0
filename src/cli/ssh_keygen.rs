//! `ssh-keygen -Y`: signs a sheet and checks a signature, so that agents, passphrases and hardware keys work as they
//! always do; and signs a seal with a key that is not the station's own. Called by `approve`, and wherever something is sealed.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::error::CommandError;
use super::scratch::Scratch;
use crate::record::seal::Signer;
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
    let mut command = keygen("sign", NAMESPACE);
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
    let mut command = keygen("verify", NAMESPACE);
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

/// Names the key that seals in place of the station's own: a private key, or the public half of one in an agent or in hardware.
const SEAL_KEY: &str = "SIGNPOST_SEAL_KEY";

/// A seal is made while listening stands still and other processes wait to write.
const SIGNS_WITHIN: Duration = Duration::from_secs(5);

/// A key that `ssh-keygen` signs seals with.
pub struct SealKey(PathBuf);

impl SealKey {
    /// The one that is to seal, if not the station's own.
    pub fn named() -> Option<Self> {
        std::env::var_os(SEAL_KEY).filter(|path| !path.is_empty()).map(|path| Self(path.into()))
    }
}

impl Signer for SealKey {
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, String> {
        let mut command = keygen("sign", namespace);
        // No passphrase, and nobody to ask for one, nor a terminal to ask at.
        command.args(["-P", ""]).arg("-f").arg(&self.0).env("SSH_ASKPASS_REQUIRE", "never");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let key = self.0.display();
        let output =
            within(SIGNS_WITHIN, command, message).map_err(|error| format!("ssh-keygen with {key}: {error}"))?;
        if output.status.success() && is_signature(&output.stdout) {
            return String::from_utf8(output.stdout).map_err(|error| error.to_string());
        }
        Err(format!("ssh-keygen does not sign with {key} without asking: {}", said(&output)))
    }
}

/// What a program says of these octets, if it comes to its end in time.
fn within(limit: Duration, mut command: Command, input: &[u8]) -> std::io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let _unread = child.stdin.take().map(|mut to| to.write_all(input));
    let began = Instant::now();
    while child.try_wait()?.is_none() {
        if began.elapsed() > limit {
            return Err(end(child, limit));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output()
}

fn end(mut child: Child, limit: Duration) -> std::io::Error {
    let _ended_just_now = child.kill();
    let _buried = child.wait();
    std::io::Error::other(format!("it did not sign within {} s; it waits for a person, or hangs", limit.as_secs()))
}

fn keygen(what: &str, namespace: &str) -> Command {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", what, "-n", namespace]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_waits_for_somebody_is_ended() {
        let error = within(Duration::ZERO, Command::new("yes"), b"").unwrap_err();
        assert!(error.to_string().contains("did not sign within"), "{error}");
        let output = within(Duration::from_secs(600), Command::new("cat"), b"seq 1\n").unwrap();
        assert_eq!(output.stdout, b"seq 1\n");
    }
}

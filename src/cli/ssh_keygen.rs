//! `ssh-keygen -Y`: signs a sheet and checks a signature, so that agents, passphrases and hardware keys work as they
//! always do. Called by `approve`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::CommandError;
use crate::text::Untrusted;

/// What the signature is for; another use of a key cannot be passed off as an approval.
const NAMESPACE: &str = "signpost-approval";

/// How a signature begins.
const ARMOUR: &[u8] = b"-----BEGIN SSH SIGNATURE-----";

/// Whether a file is a signature.
pub fn is_signature(octets: &[u8]) -> bool {
    octets.trim_ascii_start().starts_with(ARMOUR)
}

/// Signs a file; the signature stands beside it, with `.sig` behind its name. May ask for a passphrase or a touch.
pub fn sign(key: &Path, file: &Path) -> Result<PathBuf, CommandError> {
    let signature = PathBuf::from(format!("{}.sig", file.display()));
    if signature.exists() {
        std::fs::remove_file(&signature).map_err(|error| CommandError::file(&signature, &error))?;
    }
    let mut command = keygen("sign");
    let status =
        command.arg("-f").arg(key).arg(file).stdout(Stdio::null()).status().map_err(|error| missing(&error))?;
    if status.success() && signature.exists() {
        return Ok(signature);
    }
    let message = format!("ssh-keygen did not sign with {}", key.display());
    Err(CommandError::usage("not-signed", message, "name a private SSH key of the approver's"))
}

/// Checks a signature over a file by one of the allowed signers; gives the key in `ssh-keygen`'s words.
pub fn verify(signers: &Path, who: &str, signature: &Path, file: &Path) -> Result<String, CommandError> {
    let input = File::open(file).map_err(|error| CommandError::file(file, &error))?;
    let mut command = keygen("verify");
    command.arg("-f").arg(signers).arg("-I").arg(who).arg("-s").arg(signature).stdin(input);
    let output = command.output().map_err(|error| missing(&error))?;
    let said = said(&output);
    if output.status.success() {
        return Ok(said.split_once(" with ").map_or(said.clone(), |(_, key)| key.to_owned()));
    }
    let message = format!("the signature does not hold for {who}: {said}");
    let help = format!(
        "the approver's key must stand in {}, their name in quotation marks before it, and the sheet must be as it was",
        signers.display()
    );
    Err(CommandError::rule("bad-signature", message, help))
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

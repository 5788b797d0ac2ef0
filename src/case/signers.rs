//! `approval/allowed_signers` (`man ssh-keygen`, ALLOWED SIGNERS) as an approver reads it: whose key may sign, by its
//! fingerprint. Whoever keeps the folder writes that list; on the sheet the approver sees whether it has their own key.

use ssh_key::{HashAlg, PublicKey};

use crate::text::Untrusted;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Who, and for what, as it stands before the key.
    pub who: Untrusted,
    /// As `ssh-keygen -l` has it; nothing if no key can be read there.
    pub fingerprint: Option<String>,
}

/// Every line that is no remark.
pub fn read(octets: &[u8]) -> Vec<Signer> {
    let text = String::from_utf8_lossy(octets);
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(signer).collect()
}

/// The key is the first two words that are one.
fn signer(line: &str) -> Signer {
    let starts = line
        .char_indices()
        .filter(|(at, _)| *at == 0 || line.get(..*at).is_some_and(|before| before.ends_with([' ', '\t'])));
    let found = starts.map(|(at, _)| at).find_map(|at| Some((at, fingerprint(line.get(at..)?)?)));
    match found {
        Some((at, fingerprint)) => {
            let who = line.get(..at).unwrap_or_default().trim();
            Signer { who: who.into(), fingerprint: Some(fingerprint) }
        }
        None => Signer { who: line.into(), fingerprint: None },
    }
}

fn fingerprint(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let key = PublicKey::from_openssh(&format!("{} {}", words.next()?, words.next()?)).ok()?;
    Some(key.fingerprint(HashAlg::Sha256).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    // `ssh-keygen -t ed25519`, and what `ssh-keygen -lf` says of it.
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPokEzp5HL9uFkwT63Pgchp6qSknSUKkQQQpjeiS1J3B";
    const PRINT: &str = "SHA256:ICANzj2GvwBuYEc9DLiLuz6aNsJRmE3jAojdMnFHTHU";

    #[test]
    fn each_line_has_whose_key_it_is_and_its_fingerprint() {
        let list = format!(
            "# signers\n\"DI A. Example\" namespaces=\"signpost-approval\" {KEY} a@b\n\n*\t{KEY}\nB ssh-rsa AA\n"
        );
        let found: Vec<(String, Option<String>)> =
            read(list.as_bytes()).into_iter().map(|signer| (signer.who.for_terminal(), signer.fingerprint)).collect();
        let print = Some(PRINT.to_owned());
        assert_eq!(
            found,
            [
                ("\"DI A. Example\" namespaces=\"signpost-approval\"".to_owned(), print.clone()),
                ("*".to_owned(), print),
                ("B ssh-rsa AA".to_owned(), None),
            ]
        );
    }
}

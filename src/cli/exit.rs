//! How the program ends. Stable; anything unlisted is failure.

use std::process::ExitCode;

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: failed.
    Failed,
    /// 2: usage, or an input file.
    Usage,
    /// 3: no usable device, or in use.
    Device,
    /// 4: refused by a rule.
    Refused,
    /// 5: done, but something is NOT KNOWN and a person must resolve it.
    NotKnown,
    /// 6: the record does not verify, or a bundle, or a paper of the approval.
    DoesNotVerify,
    /// 7: stopped early; the same command continues.
    Early,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Device => 3,
            Exit::Refused => 4,
            Exit::NotKnown => 5,
            Exit::DoesNotVerify => 6,
            Exit::Early => 7,
        }
    }

    /// Where several hold, the first of 6, 4, 3, 1, 5, 7 counts; 2, which ends a verb before it
    /// works, stands before 1.
    pub fn or(self, other: Self) -> Self {
        const ORDER: [Exit; 8] = [
            Exit::DoesNotVerify,
            Exit::Refused,
            Exit::Device,
            Exit::Usage,
            Exit::Failed,
            Exit::NotKnown,
            Exit::Early,
            Exit::Done,
        ];
        ORDER.into_iter().find(|exit| *exit == self || *exit == other).unwrap_or(self)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: &str = include_str!("../../package/signpost-capture@.service");

    fn codes(key: &str) -> Vec<u8> {
        let line = UNIT.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap();
        line.split(' ').map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn the_service_begins_again_only_where_that_can_help() {
        let (asked_for, hopeless) = (codes("SuccessExitStatus"), codes("RestartPreventExitStatus"));
        let begins_again = |exit: Exit| {
            let code = exit.code();
            code != 0 && !asked_for.contains(&code) && !hopeless.contains(&code)
        };
        for (exit, wanted) in [
            (Exit::Done, false),
            (Exit::Failed, true),
            (Exit::Usage, false),
            (Exit::Device, true),
            (Exit::Refused, false),
            (Exit::NotKnown, false),
            (Exit::DoesNotVerify, false),
            (Exit::Early, false),
        ] {
            assert_eq!(begins_again(exit), wanted, "{exit:?}");
        }
    }
}

//! What an attempt proves: the one table (ARCHITECTURE section 4). A total function; everything else
//! in the house that needs to know asks here.
//!
//! Its rule: before Ctrl-Z the text cannot have left; after it only a refusal by the network, soon
//! and undisturbed, proves that it did not. Everything else is *not known*, and is never sent again
//! by itself.

use std::time::Duration;

use crate::at::codes::{self, Class, Proof};
use crate::record::token::{AcceptedHow, Attempt, Ending, FinalCode, Quiet, Reached, Refusal, Verdict};

/// After this the modem may have repeated the text by itself (23.040 clause 9.2.3.6; TR1M is 35 to
/// 45 s), so that a refusal proves only that its last try was refused.
const PROOF_WITHIN: Duration = Duration::from_secs(30);

/// Judges an attempt.
pub fn judge(attempt: &Attempt) -> Verdict {
    match attempt.reached {
        Reached::NothingWritten | Reached::CommandWritten | Reached::PromptSeen => before_the_pdu(attempt),
        Reached::PduPartly => unknown("part of the text was written, its end was not"),
        Reached::SubmitWritten => after_ctrl_z(attempt),
    }
}

/// Whether the run must pause after this ending, whatever became of the part: the line or the handset
/// itself cannot send.
pub fn stops_the_run(ending: &Ending) -> Option<String> {
    let Ending::Final(FinalCode::Cms(code)) = ending else { return None };
    let row = codes::cms(*code).filter(|row| row.class == Class::Stop)?;
    Some(format!("+CMS ERROR {code}: {}", row.name))
}

fn before_the_pdu(attempt: &Attempt) -> Verdict {
    match &attempt.ending {
        Ending::Called(why) => Verdict::Withdrawn { why: why.clone() },
        ending => Verdict::Refused { refusal: Refusal::BeforeTransmission, why: explain(ending) },
    }
}

fn after_ctrl_z(attempt: &Attempt) -> Verdict {
    if let Some(reference) = &attempt.reference {
        let how = match &attempt.ending {
            Ending::Final(FinalCode::Ok) => AcceptedHow::Plainly,
            Ending::Silence => AcceptedHow::Late,
            _ => AcceptedHow::NoOk,
        };
        return Verdict::Accepted { reference: reference.clone(), how };
    }
    match &attempt.ending {
        Ending::Final(FinalCode::Cms(code)) => refused_or_unknown(*code, attempt),
        Ending::Final(FinalCode::Ok) => unknown("the device said OK but not that it sent anything"),
        ending => unknown(&explain(ending)),
    }
}

/// A refusal by the network is proof only if it came soon and nothing disturbed it.
fn refused_or_unknown(code: u16, attempt: &Attempt) -> Verdict {
    let name = codes::cms_name(code);
    let Some(row) = codes::cms(code) else { return unknown(&format!("+CMS ERROR {code}: {name}")) };
    let soon = attempt.since_submit.is_some_and(|time| time < PROOF_WITHIN);
    let proved = match row.proof {
        Proof::Nothing => false,
        Proof::NotSent | Proof::NetworkRefused => soon && attempt.quiet == Quiet::Undisturbed,
    };
    let refusal = match row.class {
        Class::Final => Refusal::Final,
        Class::Retry => Refusal::Retry,
        Class::Stop => Refusal::Stop,
        Class::Unknown => return unknown(&format!("+CMS ERROR {code}: {name}")),
    };
    if proved {
        Verdict::Refused { refusal, why: format!("+CMS ERROR {code}: {name}") }
    } else {
        unknown(&format!("+CMS ERROR {code} ({name}) proves only that the last try was refused"))
    }
}

fn unknown(why: &str) -> Verdict {
    Verdict::Unknown { why: why.to_owned() }
}

fn explain(ending: &Ending) -> String {
    match ending {
        Ending::Final(FinalCode::Ok) => "the device ended the command before it had the text".to_owned(),
        Ending::Final(FinalCode::Cms(code)) => format!("+CMS ERROR {code}: {}", codes::cms_name(*code)),
        Ending::Final(FinalCode::Cme(code)) => format!("+CME ERROR {code}: {}", codes::cme_name(*code)),
        Ending::Final(FinalCode::Error) => "ERROR, without a reason".to_owned(),
        Ending::Final(FinalCode::Other(words)) => format!("the device said {words}"),
        Ending::Silence => "the device did not answer in time".to_owned(),
        Ending::Unfinished => "the device did not finish its answer".to_owned(),
        Ending::Gone => "the device was gone".to_owned(),
        Ending::Reboot => "the device started anew".to_owned(),
        Ending::Called(why) => why.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::PartId;
    use crate::ids::Msisdn;
    use crate::record::token::{Intent, Reference};

    const REACHED: [Reached; 5] = [
        Reached::NothingWritten,
        Reached::CommandWritten,
        Reached::PromptSeen,
        Reached::PduPartly,
        Reached::SubmitWritten,
    ];

    fn endings() -> Vec<Ending> {
        let codes = (0..=600).map(|code| Ending::Final(FinalCode::Cms(code)));
        let others = [
            Ending::Final(FinalCode::Ok),
            Ending::Final(FinalCode::Cme(14)),
            Ending::Final(FinalCode::Error),
            Ending::Final(FinalCode::Other("NO CARRIER".into())),
            Ending::Silence,
            Ending::Unfinished,
            Ending::Gone,
            Ending::Reboot,
            Ending::Called("STOP".into()),
        ];
        codes.chain(others).collect()
    }

    fn attempt(reached: Reached, ending: Ending, seconds: u64, quiet: Quiet, mr: Option<u32>) -> Attempt {
        let to = Msisdn::parse("+447700900123").unwrap();
        Attempt {
            intent: Intent::for_tests(PartId { person: 1, part: 1 }, to, vec![1]),
            reached,
            ending,
            reference: mr.map(|mr| Reference { mr, scts: None }),
            since_submit: (reached == Reached::SubmitWritten).then(|| Duration::from_secs(seconds)),
            quiet,
        }
    }

    #[test]
    fn before_the_pdu_nothing_can_have_left() {
        for reached in REACHED.into_iter().filter(|r| *r < Reached::PduPartly) {
            for ending in endings() {
                let verdict = judge(&attempt(reached, ending.clone(), 0, Quiet::Undisturbed, None));
                let sure = matches!(
                    verdict,
                    Verdict::Refused { refusal: Refusal::BeforeTransmission, .. } | Verdict::Withdrawn { .. }
                );
                assert!(sure, "{reached:?} {ending:?}");
            }
        }
    }

    #[test]
    fn a_text_cut_off_is_never_known() {
        for ending in endings() {
            let verdict = judge(&attempt(Reached::PduPartly, ending, 0, Quiet::Undisturbed, None));
            assert!(matches!(verdict, Verdict::Unknown { .. }));
        }
    }

    #[test]
    fn after_ctrl_z_only_a_soon_and_undisturbed_refusal_by_the_network_is_proof() {
        for ending in endings() {
            for (seconds, quiet) in [(1, Quiet::Undisturbed), (31, Quiet::Undisturbed), (1, Quiet::Disturbed)] {
                let verdict = judge(&attempt(Reached::SubmitWritten, ending.clone(), seconds, quiet, None));
                let refused = matches!(verdict, Verdict::Refused { .. });
                let proven = match &ending {
                    Ending::Final(FinalCode::Cms(code)) => {
                        codes::cms(*code).is_some_and(|row| row.proof != Proof::Nothing)
                            && seconds < 30
                            && quiet == Quiet::Undisturbed
                    }
                    _ => false,
                };
                assert_eq!(refused, proven, "{ending:?} after {seconds} s, {quiet:?}: {verdict:?}");
                assert!(refused || matches!(verdict, Verdict::Unknown { .. }));
            }
        }
    }

    #[test]
    fn a_reference_is_acceptance_whatever_comes_after() {
        for ending in endings() {
            let verdict = judge(&attempt(Reached::SubmitWritten, ending.clone(), 400, Quiet::Disturbed, Some(7)));
            let Verdict::Accepted { how, .. } = verdict else { panic!("{ending:?}") };
            assert_eq!(how == AcceptedHow::Plainly, ending == Ending::Final(FinalCode::Ok));
            assert_eq!(how == AcceptedHow::Late, ending == Ending::Silence);
        }
    }

    #[test]
    fn only_congestion_leads_to_another_try_after_ctrl_z() {
        let retried: Vec<u16> = (0..=600)
            .filter(|code| {
                let ending = Ending::Final(FinalCode::Cms(*code));
                let verdict = judge(&attempt(Reached::SubmitWritten, ending, 1, Quiet::Undisturbed, None));
                matches!(verdict, Verdict::Refused { refusal: Refusal::Retry, .. })
            })
            .collect();
        assert_eq!(retried, [42, 192]);
    }
}

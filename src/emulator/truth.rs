//! The ground truth: what really happened on the emulated air, so that tests count doubles and losses
//! from outside. JSON lines, each flushed; and the same in memory.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Happened {
    /// A command line was received. PINs are struck.
    Command {
        /// The line.
        line: String,
    },
    /// The service centre took a TPDU.
    OnAir {
        /// The TPDU.
        hex: String,
        /// To whom.
        to: String,
        /// TP-MR.
        mr: u8,
        /// Its text.
        text: String,
    },
    /// The device handed a text over once more by itself, and the service centre discarded it.
    Repeated {
        /// The TPDU.
        hex: String,
        /// TP-MR.
        mr: u8,
    },
    /// A text reached the line.
    Delivered {
        /// From whom.
        from: String,
        /// The SMSC and TPDU.
        hex: String,
        /// Where it was stored; pushed if nowhere.
        storage: Option<String>,
        /// The slot.
        index: Option<u32>,
    },
    /// A status report reached the line.
    Reported {
        /// About whom.
        to: String,
        /// TP-MR.
        mr: u8,
    },
    /// A status report came while `+CNMI` let none through: it is gone (27.005 clause 3.4.1, ds=0).
    ReportDropped {
        /// About whom.
        to: String,
        /// TP-MR.
        mr: u8,
    },
    /// A call rang.
    Call {
        /// From whom.
        from: String,
    },
    /// A text lay there before anybody came.
    LayThere {
        /// The storage.
        storage: String,
        /// The SMSC and TPDU.
        hex: String,
    },
    /// A slot was read.
    Read {
        /// The storage.
        storage: String,
        /// The slot.
        index: u32,
        /// What lay in it.
        hex: String,
    },
    /// A text that was unread is marked as read now.
    Marked {
        /// The storage.
        storage: String,
        /// The slot.
        index: u32,
        /// What lies in it.
        hex: String,
    },
    /// A slot was deleted.
    Deleted {
        /// The storage.
        storage: String,
        /// The slot.
        index: u32,
        /// What lay in it.
        hex: String,
    },
    /// A pushed text was acknowledged.
    Acknowledged,
}

#[derive(Serialize)]
struct Line<'a> {
    at_ms: u128,
    #[serde(flatten)]
    happened: &'a Happened,
}

/// The log. Clones share it.
#[derive(Clone, Default)]
pub struct Truth(Arc<Mutex<Log>>);

#[derive(Default)]
struct Log {
    happened: Vec<Happened>,
    file: Option<File>,
}

impl Truth {
    /// A log that also writes to a file, behind what stands there.
    pub fn to_file(path: &Path) -> std::io::Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self(Arc::new(Mutex::new(Log { happened: Vec::new(), file: Some(file) }))))
    }

    pub(super) fn tell(&self, now: Duration, happened: Happened) {
        let mut log = self.lock();
        if let Some(file) = &mut log.file {
            let line = serde_json::to_string(&Line { at_ms: now.as_millis(), happened: &happened }).unwrap_or_default();
            if let Err(error) = writeln!(file, "{line}").and_then(|()| file.flush()) {
                log::warn!("the truth file cannot be written: {error}");
            }
        }
        log.happened.push(happened);
    }

    /// Everything, in order.
    pub fn all(&self) -> Vec<Happened> {
        self.lock().happened.clone()
    }

    /// The TPDUs that the service centre took, as hexadecimal digits.
    pub fn on_air(&self) -> Vec<String> {
        self.pick(|happened| if let Happened::OnAir { hex, .. } = happened { Some(hex.clone()) } else { None })
    }

    /// The texts that reached the line, as hexadecimal digits.
    pub fn delivered(&self) -> Vec<String> {
        self.pick(|happened| if let Happened::Delivered { hex, .. } = happened { Some(hex.clone()) } else { None })
    }

    /// The command lines.
    pub fn commands(&self) -> Vec<String> {
        self.pick(|happened| if let Happened::Command { line } = happened { Some(line.clone()) } else { None })
    }

    fn pick(&self, what: impl Fn(&Happened) -> Option<String>) -> Vec<String> {
        self.lock().happened.iter().filter_map(what).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

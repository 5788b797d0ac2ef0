//! What commands set, and what stands there after a start.

use serde::{Deserialize, Serialize};

use super::persona::{Echo, First, Persona};

/// What was set by commands; a reboot forgets it.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub(super) echo: Flag,
    pub(super) errors: u32,
    pub(super) format: u32,
    pub(super) indications: [u32; 5],
    pub(super) service: u32,
    pub(super) storages: [Place; 3],
    pub(super) callers: u32,
    pub(super) registration: u32,
    pub(super) link: u32,
    /// Whether the PIN was entered since the last start.
    pub(super) unlocked: Flag,
    pub(super) auto_answer: u32,
    /// What the settings of the persona's `quieting` are now.
    pub(super) quieting: Vec<String>,
}

/// On or off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Flag {
    On,
    #[default]
    Off,
}

/// A storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Place {
    Me,
    Sm,
    Sr,
}

impl Place {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "ME" | "MT" => Some(Place::Me),
            "SM" => Some(Place::Sm),
            "SR" => Some(Place::Sr),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Place::Me => "ME",
            Place::Sm => "SM",
            Place::Sr => "SR",
        }
    }
}

impl Config {
    /// As the family starts.
    pub(super) fn after_start(persona: &Persona) -> Self {
        let own = persona.me > 0 && persona.first == First::Own;
        let first = if own { Place::Me } else { Place::Sm };
        Self {
            echo: Flag::On,
            errors: 0,
            format: 1,
            indications: [0, 0, 0, 0, u32::from(persona.indications.ends_with(",(1)"))],
            service: 0,
            storages: [first; 3],
            callers: 0,
            registration: 0,
            link: 0,
            unlocked: Flag::Off,
            auto_answer: 0,
            quieting: persona.quieting.iter().map(|(_, value)| (*value).to_owned()).collect(),
        }
    }

    /// As no start leaves it, so that to put back what was found is more than to put back noughts.
    pub(super) fn left_by_another(self, persona: &Persona) -> Self {
        let [mode, _, cell, report, flush] = self.indications;
        let indications = [mode.max(1), 1, cell, report, flush];
        let storages = [Place::Sm; 3];
        let echo = if persona.echo == Echo::Stuck { self.echo } else { Flag::Off };
        Self { errors: 2, registration: 2, link: 1, indications, storages, echo, ..self }
    }

    /// As if no PIN had been entered: whoever entered it cannot take it back.
    pub(super) fn but_for_the_pin(self) -> Self {
        Self { unlocked: Flag::Off, ..self }
    }
}

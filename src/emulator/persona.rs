//! Families as data: what an emulated handset calls itself, offers and says at boot (`hw-notes/quirks.md`).

use std::time::Duration;

/// One family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Persona {
    /// As `--profile` takes it.
    pub name: &'static str,
    /// The command that tells the ICCID, and the prefix of its answer; with none, `+CRSM` is refused too.
    pub iccid: (&'static str, &'static str),
    /// The command that tells the tries of the PIN, and its answer.
    pub pin_counter: (&'static str, &'static str),
    /// Settings that make it say less when they are 0, and what they are after a start.
    pub quieting: &'static [(&'static str, &'static str)],
    /// What that counts.
    pub counts: Counts,
    /// `+CGSN=?`; nothing where only the IMEI is told.
    pub serials: &'static str,
    /// `+CNUM`; nothing where it does not read out what is written in the card.
    pub own_number: &'static str,
    /// `<AcT>` of `+COPS?` (27.007 clause 7.3); without LTE there is no `+CEREG`.
    pub technology: u32,
    /// `+CNMI=?`.
    pub indications: &'static str,
    /// `+CPMS=?`.
    pub storages: &'static str,
    /// Slots of `ME`; none if it has no store of its own.
    pub me: usize,
    /// Slots of the SIM.
    pub sm: usize,
    /// Said after a start.
    pub boot: &'static [&'static str],
    /// Whether the echo stays on whatever ATE0 said.
    pub echo: Echo,
    /// Into which storage it receives after a start.
    pub first: First,
    /// Whether it says which slots are in use and when the network comes and goes.
    pub tells: Tells,
    /// How its lines end.
    pub ends: &'static str,
    /// What it says unasked, now and then in the middle of an answer.
    pub chatter: &'static [&'static str],
    /// After a start its card is not ready for so long.
    pub ready_after: Duration,
    /// Whether a text can be read without being marked as read.
    pub reads: Reads,
    /// How its card says what a file is, and where files are found.
    pub card: CardKind,
    /// Who acknowledges a pushed text.
    pub acknowledges: Acknowledges,
    /// What it does when the network does not answer to a text.
    pub repeats: Repeats,
}

/// Who tells the network that a pushed text arrived (`hw-notes/quirks.md` section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledges {
    /// The device; in service 1 (`+CSMS`) whoever drives it, by `+CNMA`.
    AsService,
    /// The device, whatever the service: `+CNMA` is refused.
    Itself,
}

/// What `+CRSM` makes of the card (27.007 clause 8.18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardKind {
    /// A SIM, or a device that speaks as if it were one (51.011 clause 9.2.1).
    Sim,
    /// A USIM: files are described by templates (ETSI TS 102 221 clause 11.1.1.3), cut where less is asked for.
    Usim,
    /// As before; its files are found by their path alone, and it says how long a template is before it gives it.
    UsimByPath,
}

/// What a family's own counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// The tries of the PIN.
    ThePin,
    /// The tries of whatever `+CPIN?` asks for now (Telit UC864 guide 3.5.7.1.14).
    WhatIsAsked,
}

/// What a device does when the network does not answer to a text (23.040 clause 9.2.3.6; quirks section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// It gives up.
    Never,
    /// It hands the text over once more, with the same TP-MR and TP-RD set.
    Once,
}

/// Whether a text can be read without being marked as read (`hw-notes/quirks.md` section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// `+CMGR` marks it, and there is no other way.
    Marking,
    /// `AT+CMGR=<i>,1` does not.
    BySecondValue,
    /// `AT^SMGR=<i>` does not.
    BySmgr,
}

/// How talkative it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// `+CMGD=?` names the slots in use; `+CREG` is told.
    All,
    /// `+CMGD=?` names every slot there is; `+CREG=1` and `+CLIP=1` are refused.
    Nothing,
}

/// Where texts are received after a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Its own store, if it has one.
    Own,
    /// The SIM.
    Sim,
}

/// How obedient the echo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// As told.
    Obedient,
    /// Always on.
    Stuck,
}

const GENERIC: Persona = Persona {
    name: "generic",
    iccid: ("+CCID", "+CCID"),
    pin_counter: ("+CPINR", "+CPINR: SIM PIN,{},3"),
    quieting: &[],
    counts: Counts::ThePin,
    serials: "+CGSN: (0-3)",
    own_number: "+CNUM: ,\"+447700900999\",145",
    technology: 7,
    indications: "(0-2),(0-2),(0,2),(0-2),(0,1)",
    storages: "(\"ME\",\"SM\",\"SR\"),(\"ME\",\"SM\"),(\"ME\",\"SM\")",
    me: 255,
    sm: 30,
    boot: &["RDY", "+CFUN: 1", "+CPIN: READY", "SMS Ready"],
    echo: Echo::Obedient,
    first: First::Own,
    tells: Tells::All,
    ends: "\r\n",
    chatter: &[],
    ready_after: Duration::ZERO,
    reads: Reads::Marking,
    card: CardKind::Sim,
    acknowledges: Acknowledges::AsService,
    repeats: Repeats::Never,
};

const PUSH_ONLY: Persona = Persona { name: "push-only", indications: "(0-2),(0,2),(0,2),(0,1),(0,1)", ..GENERIC };

const SIM_FIRST: Persona = Persona { name: "sim-first", first: First::Sim, ..GENERIC };

const USIM_BY_PATH: Persona = Persona { name: "usim-by-path", card: CardKind::UsimByPath, ..GENERIC };

const NAMELESS: Persona = Persona { name: "nameless", iccid: ("", ""), ..GENERIC };

const TACITURN: Persona =
    Persona { name: "taciturn", indications: "(0-2),(0),(0),(0),(0,1)", tells: Tells::Nothing, ..GENERIC };

const ALL: &[Persona] = &[
    GENERIC,
    Persona {
        name: "quectel-ec25",
        iccid: ("+QCCID", "+QCCID"),
        pin_counter: ("+QPINC", "+QPINC: \"SC\",{},10"),
        serials: "",
        indications: "(0-2),(0-3),(0,2,3),(0-2),(0,1)",
        storages: "(\"ME\",\"SM\",\"MT\",\"SR\"),(\"ME\",\"SM\",\"MT\"),(\"ME\",\"SM\",\"MT\")",
        me: 255,
        sm: 25,
        boot: &["RDY", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"],
        ready_after: Duration::from_secs(6),
        chatter: &["+QIND: \"csq\",20,99"],
        repeats: Repeats::Once,
        echo: Echo::Obedient,
        first: First::Own,
        tells: Tells::All,
        card: CardKind::Usim,
        ..GENERIC
    },
    Persona {
        name: "huawei-e3372",
        iccid: ("^ICCID", "^ICCID"),
        pin_counter: ("^CPIN", "^CPIN: SIM PIN,,10,{},10,3"),
        quieting: &[("^CURC", "1")],
        serials: "",
        own_number: "",
        indications: "(0-2),(0-3),(0,2,3),(0,1),(0,1)",
        storages: "(\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")",
        me: 255,
        sm: 20,
        boot: &["^SIMST:1", "^SRVST:2", "+CPIN: READY"],
        ends: "\r\r\n",
        chatter: &["^RSSI:18", "^HCSQ:\"LTE\",46,54,110,20", "^MODE:5,4", "^BOOT:31123839,0,0,0,75"],
        repeats: Repeats::Once,
        echo: Echo::Stuck,
        first: First::Own,
        tells: Tells::All,
        ..GENERIC
    },
    Persona {
        name: "sim800",
        iccid: ("+CCID", ""),
        pin_counter: ("+SPIC", "+SPIC: {},3,10,10"),
        serials: "",
        own_number: "+CNUM: \"\",\"07700900999\",129,7,4",
        technology: 0,
        indications: "(0-2),(0-3),(0,2),(0-2),(0,1)",
        storages: "(\"SM\",\"SR\"),(\"SM\"),(\"SM\")",
        me: 0,
        sm: 30,
        boot: &["RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"],
        reads: Reads::BySecondValue,
        acknowledges: Acknowledges::Itself,
        echo: Echo::Obedient,
        first: First::Own,
        tells: Tells::All,
        ..GENERIC
    },
    // Says SIM busy for long after a start, and its own lines.
    Persona {
        name: "simcom-sim7600",
        iccid: ("+CICCID", "+ICCID"),
        pin_counter: ("+SPIC", "+SPIC: {},10,3,10"),
        quieting: &[("+CNSMOD", "1,8"), ("+AUTOCSQ", "1,1")],
        boot: &["+CPIN: READY", "SMS DONE", "PB DONE"],
        chatter: &["+CNSMOD: 8", "+NITZ: 2026/12/1,10:0:0,0"],
        acknowledges: Acknowledges::Itself,
        ready_after: Duration::from_secs(10),
        card: CardKind::Usim,
        ..GENERIC
    },
    Persona {
        name: "telit-le910",
        iccid: ("#CCID", "#CCID"),
        pin_counter: ("#PCT", "#PCT: {}"),
        counts: Counts::WhatIsAsked,
        boot: &["#QSS: 3"],
        ..GENERIC
    },
    Persona {
        name: "u-blox-sara",
        pin_counter: ("+UPINCNT", "+UPINCNT: {},3,10,10"),
        boot: &["+AT: READY", "+PBREADY"],
        chatter: &["+UREG: 7"],
        ..GENERIC
    },
    // Offers no status reports, and wants a fifth value of 1.
    Persona {
        name: "cinterion-phs8",
        iccid: ("^SCID", "^SCID"),
        pin_counter: ("^SPIC", "^SPIC: {}"),
        indications: "(0,1,2),(0,1),(0,2),(0),(1)",
        boot: &["^SYSSTART"],
        reads: Reads::BySmgr,
        chatter: &["+CIEV: rssi,3"],
        ..GENERIC
    },
    // Only the SIM receives.
    Persona {
        name: "zte-mf",
        pin_counter: ("+ZPINPUK", "+ZPINPUK: {},10"),
        storages: "(\"SM\"),(\"SM\"),(\"SM\")",
        me: 0,
        boot: &["+ZUSIMR:2", "+CPIN: READY"],
        chatter: &["+ZUSIMR:2", "+ZPASR: \"LTE\""],
        ..GENERIC
    },
    Persona {
        name: "sierra-mc7455",
        iccid: ("!ICCID", "!ICCID"),
        pin_counter: ("+CPINC", "+CPINC: {},3,10,10"),
        boot: &["+PACSP0"],
        acknowledges: Acknowledges::Itself,
        ready_after: Duration::from_secs(8),
        card: CardKind::Usim,
        ..GENERIC
    },
    Persona {
        name: "mediatek-phone",
        pin_counter: ("+EPINC", "+EPINC: {}, 3, 10, 10"),
        indications: "(0-1),(0,1),(0),(0,1),(0,1)",
        boot: &["+EIND: 128", "+CPIN: READY"],
        ready_after: Duration::from_secs(3),
        ..GENERIC
    },
    // Refuses +CNMI: texts are found by asking.
    Persona { name: "samsung-cdc", indications: "(0),(0),(0),(0),(0)", boot: &["+CPIN: READY"], ..GENERIC },
    PUSH_ONLY,
    SIM_FIRST,
    USIM_BY_PATH,
    TACITURN,
    NAMELESS,
];

impl Persona {
    /// Receives into the SIM after each start, until it is told to use its own store.
    pub fn sim_first() -> Self {
        SIM_FIRST
    }

    /// Stores and announces nothing: texts and reports are pushed, and wait for `+CNMA`.
    pub fn push_only() -> Self {
        PUSH_ONLY
    }

    /// Does not tell the number of its card.
    pub fn nameless() -> Self {
        NAMELESS
    }

    /// Announces neither texts nor callers nor the network, and does not say which slots are in use.
    pub fn taciturn() -> Self {
        TACITURN
    }

    /// Without quirks.
    pub fn generic() -> Self {
        GENERIC
    }

    /// The family of that name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|persona| persona.name == name).copied()
    }

    /// All names.
    pub fn names() -> Vec<&'static str> {
        ALL.iter().map(|persona| persona.name).collect()
    }
}

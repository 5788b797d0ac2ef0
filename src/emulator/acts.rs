//! What the script brings at its time.

use std::time::Duration;

use super::config::Flag;
use super::handset::Handset;
use super::network::{Due, Incoming, Kind};
use super::sim::{Lock, Sim};
use super::trouble::Act;

/// A device that repeats itself does it so often.
const FLOODS_EVERY: Duration = Duration::from_secs(1);

impl Handset {
    pub(super) fn act(&mut self, act: Act) {
        match act {
            Act::Deliver { from, text } => self.incoming(&from, &text, &[]),
            Act::Call { from } => self.ring(&from),
            Act::SwapSim { iccid, imsi } => self.swap_sim(&iccid, &imsi),
            Act::Raw(hex) => self.arrive(Incoming { hex, kind: Kind::Text { from: "raw".into() } }),
            Act::Say(line) => self.say(&line),
            Act::NoNetwork(time) => self.lose_network(time),
            Act::Unplug(time) => self.unplug(time),
            Act::LinkDrop(time) => self.drop_link(time),
            Act::LeftSet => self.config = self.config.clone().left_by_another(&self.settings.persona),
            Act::Reboot => self.reboot(),
            Act::OtherDevice(imei) => {
                self.settings.imei = imei;
                self.reboot();
            }
            Act::SimBusy(time) => self.ailing.card = self.now.saturating_add(time),
            Act::ReadFails(time) => self.ailing.reading = self.now.saturating_add(time),
            Act::Lock { pin, tries } => {
                self.lasting.sim.lock = Some(Lock { pin, tries });
                self.config.unlocked = Flag::Off;
            }
            Act::RadioOff => self.lasting.radio = Flag::Off,
            Act::TakeSim => self.lasting.sim.presence = Flag::Off,
            Act::NoServiceCentre => self.lasting.sim.service_centre.clear(),
            Act::SimFlood => {
                self.say("^SCKS: 1");
                self.acts.push((self.now + FLOODS_EVERY, Act::SimFlood));
            }
            Act::Hang(time) => self.hang(time),
            Act::Mute(time) => self.mute(time),
            Act::BrownOut => self.brown_out_soon(),
            Act::SilentReboot => self.reboot_silently(),
            Act::StuckPrompt => self.reader.expect_text(),
            Act::EchoBack => self.config.echo = Flag::On,
            Act::DoubledCr => self.settings.persona.ends = "\r\r\n",
            Act::ClockAhead(time) => self.settings.wall += time,
        }
    }

    fn swap_sim(&mut self, iccid: &str, imsi: &str) {
        self.lasting.sim = Sim::new(iccid, imsi, self.settings.persona.sm);
        self.say("+CPIN: NOT READY");
        self.say("+CPIN: READY");
        self.register();
    }

    fn lose_network(&mut self, time: Duration) {
        self.lasting.network.lost_until = self.now + time;
        self.lasting.network.at(self.now + time, Due::Back);
        if self.config.registration > 0 {
            self.say("+CREG: 2");
        }
    }
}

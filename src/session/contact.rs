//! The first contact: a device that does not answer may be starting up, or still busy with the text of an earlier
//! run; or it is no AT port at all. What shows that it is none is said at once; else whoever is at the bench is told so, and for how long it is waited for.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{Session, SessionError};
use crate::modem::ModemError;

/// The dialogue gives a device up that never answered after this (`at::dialog`).
const LIMIT: Duration = Duration::from_secs(60);

const SECOND: Duration = Duration::from_secs(1);

impl Session {
    /// Brings the device into step, whatever it was doing.
    pub(super) async fn contact(&mut self) -> Result<(), SessionError> {
        let what = format!("{} to answer AT commands (it may be starting up, or be no AT port)", self.port);
        let waiting = self.waiting(what);
        // Dropped in the middle nothing is lost: nothing is set yet.
        let answered = counting(self.modem.come_into_step(), waiting).await;
        self.record().alive()?;
        let answered = answered.unwrap_or(Err(ModemError::Interrupted));
        answered.map_err(|error| match error {
            ModemError::Broken { .. } => SessionError::NoAnswer(self.port.clone()),
            ModemError::Foreign(sends) => SessionError::WrongPort { port: self.port.clone(), sends },
            other => other.into(),
        })
    }
}

/// Tells each second how much time is left, until the work ends or nobody wants it any more.
async fn counting<T>(work: impl Future<Output = T>, mut tell: impl FnMut(Duration) -> ControlFlow<()>) -> Option<T> {
    let mut left = LIMIT;
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = tokio::time::sleep(SECOND), if !left.is_zero() => {
                left = left.saturating_sub(SECOND);
                if tell(left).is_break() {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_device_that_is_silent_is_counted_down_and_one_that_answers_is_not_spoken_of() {
        let mut told = Vec::new();
        let tell = |left: Duration| {
            told.push(left.as_secs());
            ControlFlow::Continue(())
        };
        assert_eq!(counting(tokio::time::sleep(LIMIT + SECOND), tell).await, Some(()));
        assert!(told.iter().copied().eq((0..60).rev()), "{told:?}");
        let never = |_| unreachable!("it answered at once");
        assert_eq!(counting(tokio::time::sleep(SECOND / 2), never).await, Some(()));
        assert_eq!(counting(tokio::time::sleep(LIMIT), |_| ControlFlow::Break(())).await, None);
    }
}

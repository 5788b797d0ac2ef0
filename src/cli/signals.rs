//! What asks a session to end: Ctrl-C, a service that is stopped (SIGTERM), a terminal that is closed (SIGHUP). Counted:
//! the first ends sending, the second everything.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Counts them from now on. Must be called inside a runtime.
pub fn interrupts() -> Arc<AtomicU8> {
    let count = Arc::new(AtomicU8::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        let Ok(mut asked) = Asked::new() else { return };
        while asked.next().await {
            counter.fetch_add(1, Ordering::Relaxed);
            log::warn!(
                "stopping, when what is in hand has ended; once more: a text that is in hand is left NOT KNOWN \
                 (signpost help ctrl-c)"
            );
        }
    });
    count
}

#[cfg(unix)]
struct Asked([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Asked {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hangup] = kinds.map(signal);
        Ok(Self([interrupt?, terminate?, hangup?]))
    }

    async fn next(&mut self) -> bool {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            heard = interrupt.recv() => heard.is_some(),
            heard = terminate.recv() => heard.is_some(),
            heard = hangup.recv() => heard.is_some(),
        }
    }
}

/// Elsewhere there is Ctrl-C alone.
#[cfg(not(unix))]
struct Asked;

#[cfg(not(unix))]
impl Asked {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}

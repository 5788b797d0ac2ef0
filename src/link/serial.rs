//! A tty: 115200 8N1, no flow control, exclusive, DTR and RTS raised.
//!
//! What is known of the serial crates is in `hw-notes/serial.md`: a read of nothing means that the
//! device is gone; octets that came before the open are delivered and belong to the record, so
//! nothing is ever cleared; a busy port and a missing one give the same error kind.

use std::path::Path;

use serialport::{DataBits, FlowControl, Parity, SerialPort, StopBits};
use tokio_serial::{SerialPortBuilderExt, SerialStream};

use super::access::{self, Access};
use super::root::Root;
use super::{OpenError, holders};

/// Speed for handsets on a UART; a USB device ignores it.
const BAUD: u32 = 115_200;

/// Opens a tty for this process alone.
pub fn open(path: &Path) -> Result<SerialStream, OpenError> {
    let port = path.display().to_string();
    let mut stream = serialport::new(&port, BAUD)
        .data_bits(DataBits::Eight)
        .parity(Parity::None)
        .stop_bits(StopBits::One)
        .flow_control(FlowControl::None)
        .open_native_async()
        .map_err(|error| explain(path, &error))?;
    raise(&mut stream, &port);
    Ok(stream)
}

/// Many handsets hang up or reset while DTR is low. A pseudo-terminal has neither line, and says so.
fn raise(stream: &mut SerialStream, port: &str) {
    for (line, result) in [("DTR", stream.write_data_terminal_ready(true)), ("RTS", stream.write_request_to_send(true))]
    {
        if let Err(error) = result {
            log::debug!("{port}: {line} cannot be raised: {error}");
        }
    }
}

fn explain(path: &Path, error: &serialport::Error) -> OpenError {
    let port = path.display().to_string();
    if !path.exists() {
        return OpenError::Missing(port);
    }
    if let Access::Closed(who) = access::to(&Root::this(), path) {
        return OpenError::Forbidden { port, who };
    }
    let text = error.to_string();
    if text.contains("exclusive") || text.contains("busy") {
        let by = holders::of(path).first().map(|holder| format!(" by {holder}")).unwrap_or_default();
        return OpenError::Busy { port, by };
    }
    OpenError::Other { port, why: text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::pty::Pty;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_pseudo_terminal_is_opened_like_hardware_and_only_once() {
        let mut pty = Pty::open().unwrap();
        pty.write_all(b"\r\nRDY\r\n").await.unwrap();
        let mut first = open(pty.path()).unwrap();
        assert!(matches!(open(pty.path()), Err(OpenError::Busy { .. })));
        let mut early = [0; 7];
        first.read_exact(&mut early).await.unwrap();
        assert_eq!(&early, b"\r\nRDY\r\n", "what came before the open is delivered");
        first.write_all(b"AT\r").await.unwrap();
        let mut got = [0; 3];
        pty.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"AT\r");
    }

    #[tokio::test]
    async fn a_missing_device_is_told_from_a_busy_one() {
        assert!(matches!(open(Path::new("/dev/ttyNONE9")), Err(OpenError::Missing(_))));
    }
}

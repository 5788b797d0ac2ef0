//! A serial server on this computer (`socat`, `ser2net`, or `signpost emulate`). Only loopback: the line
//! of a seized SIM does not travel over a network in the clear.

use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::OpenError;

/// Connects to `127.0.0.1:PORT` or `[::1]:PORT`.
pub async fn open(address: &str) -> Result<TcpStream, OpenError> {
    let other = |why: String| OpenError::Other { port: format!("tcp://{address}"), why };
    let socket: SocketAddr =
        address.parse().map_err(|_| other("it is no address such as 127.0.0.1:4000".to_owned()))?;
    if !socket.ip().is_loopback() {
        return Err(other("only this computer's own addresses (127.0.0.1, ::1) are allowed".to_owned()));
    }
    let stream = TcpStream::connect(socket).await.map_err(|error| other(error.to_string()))?;
    stream.set_nodelay(true).map_err(|error| other(error.to_string()))?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_this_computer() {
        let error = open("192.0.2.1:4000").await.unwrap_err().to_string();
        assert!(error.contains("only this computer"), "{error}");
        assert!(open("nonsense").await.is_err());
    }
}

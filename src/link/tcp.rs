//! A serial server (`socat`, `ser2net`, or `signpost emulate`). How far it may be away is said in
//! [`super::open`].

use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::OpenError;

/// Connects.
pub async fn open(socket: SocketAddr) -> Result<TcpStream, OpenError> {
    let other = |error: std::io::Error| OpenError::Other { port: format!("tcp://{socket}"), why: error.to_string() };
    let stream = TcpStream::connect(socket).await.map_err(other)?;
    stream.set_nodelay(true).map_err(other)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn where_nobody_listens_the_port_is_named() {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let error = open(socket).await.unwrap_err().to_string();
        assert!(error.contains(&format!("tcp://{socket} cannot be opened")), "{error}");
    }
}

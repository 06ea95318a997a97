//! One HTTP/1.1 connection from an address of choice: on Linux the whole of 127.0.0.0/8 is this machine.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use socket2::{Domain, Socket, Type};

const TIMEOUT: Duration = Duration::from_secs(60);

/// A plain connection.
pub(crate) fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((from, 0)).into())?;
    socket
        .connect_timeout(&to.into(), TIMEOUT)
        .with_context(|| format!("{from} can't connect"))?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The cookie it sets, as `name=value`.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).context("an answer is no JSON")
    }
}

/// A connection that stays open.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

impl Connection {
    pub(crate) fn open(from: Ipv4Addr, to: SocketAddr) -> Result<Self> {
        Ok(Self {
            stream: BufReader::new(connect(from, to)?),
            host: to,
        })
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &[&str], body: &str) -> Result<Answer> {
        self.stream
            .get_mut()
            .write_all(request(self.host, method, path, headers, body).as_bytes())?;
        let status = self.line()?;
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .with_context(|| format!("no status: {status:?}"))?;
        let (mut length, mut cookie) = (0, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            } else if name.eq_ignore_ascii_case("set-cookie") {
                cookie = value.trim().split(';').next().map(str::to_owned);
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, cookie, body })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line)? > 0, "the connection was closed");
        Ok(line.trim_end().to_owned())
    }
}

/// The text of a request.
pub(crate) fn request(host: SocketAddr, method: &str, path: &str, headers: &[&str], body: &str) -> String {
    let headers = headers.iter().map(|line| format!("{line}\r\n")).collect::<String>();
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// The header that comes with JSON.
pub(crate) const JSON: &str = "Content-Type: application/json";
/// The header that the portal sends with each change.
pub(crate) const KEYWARD: &str = "X-Keyward: 1";

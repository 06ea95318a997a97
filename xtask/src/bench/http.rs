//! One HTTP/1.1 connection: enough to time single requests, in a tool without a runtime.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use anyhow::{Context as _, Result, ensure};

/// A connection that stays open.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

/// A success.
pub(super) struct Answer {
    /// The cookie it sets, as `name=value`.
    pub(super) cookie: Option<String>,
}

impl Connection {
    pub(super) fn open(url: &str) -> Result<Self> {
        let host = url.strip_prefix("http://").context("not plain HTTP")?.to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
        })
    }

    /// Sends a request, reads its answer to the end, and fails unless it is a success.
    pub(super) fn post(&mut self, path: &str, headers: &[&str], body: &str) -> Result<Answer> {
        let headers = headers.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        let (host, length) = (&self.host, body.len());
        let request =
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes())?;

        let status = self.line()?;
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
        let success = status.starts_with("HTTP/1.1 2");
        ensure!(success, "{path}: {status}: {}", String::from_utf8_lossy(&body));
        Ok(Answer { cookie })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line)? > 0, "the connection was closed");
        Ok(line.trim_end().to_owned())
    }
}

//! An admin and a proxy with normal requests from their own address during an attack.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};

use super::client::{Connection, JSON, KEYWARD};
use crate::bench::instance::{PASSWORD, USERNAME};

/// Where they are. Attackers are elsewhere.
pub(crate) const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A sign-in in the portal, and how long it took from the connection on.
pub(crate) fn sign_in(to: SocketAddr) -> Result<(Duration, String)> {
    let start = Instant::now();
    let body = format!(r#"{{"username":"{USERNAME}","password":"{PASSWORD}"}}"#);
    let answer = Connection::open(ADDRESS, to)?.ask("POST", "/api/portal/session", &[JSON], &body)?;
    let took = start.elapsed();
    ensure!(answer.status == 200, "a right sign-in was answered {}", answer.status);
    Ok((took, answer.cookie.context("a sign-in without a cookie")?))
}

/// Loads the portal's page on a connection of its own.
pub(super) fn page(to: SocketAddr) -> Result<Duration> {
    let start = Instant::now();
    let answer = Connection::open(ADDRESS, to)?.ask("GET", "/", &[], "")?;
    // A program without the portal inside says so, and is served as well.
    let is_served = answer.status == 200 || answer.body.starts_with(b"This program was built without the portal");
    ensure!(is_served, "the portal was answered {}", answer.status);
    Ok(start.elapsed())
}

/// A proxy that asks `/verify` for a live API session, on one connection.
pub(super) struct Proxy {
    connection: Connection,
    cookie: String,
}

impl Proxy {
    pub(super) fn new(to: SocketAddr) -> Result<Self> {
        let (connection, cookie) = api_session(to, "/api/v1/authenticatedSession")?;
        Ok(Self { connection, cookie })
    }

    /// Goes on with a new connection.
    pub(super) fn reconnect(&mut self, to: SocketAddr) -> Result<()> {
        self.connection = Connection::open(ADDRESS, to)?;
        Ok(())
    }

    /// Asks once.
    pub(super) fn verify(&mut self) -> Result<Duration> {
        let start = Instant::now();
        let answer = self.connection.ask("GET", "/verify", &[&self.cookie], "")?;
        ensure!(answer.status == 204, "/verify was answered {}", answer.status);
        Ok(start.elapsed())
    }

    /// The slowest of a hundred, in milliseconds, of what is asked one after the other for so long.
    pub(super) fn p99(&mut self, time: Duration) -> Result<f64> {
        let end = Instant::now() + time;
        let mut times = Vec::new();
        while Instant::now() < end {
            times.push(self.verify()?);
        }
        times.sort();
        let at = times.len() * 99 / 100;
        Ok(times.get(at).context("nothing was asked")?.as_secs_f64() * 1000.0)
    }
}

/// The path of the key of the first organization, for who is signed in.
pub(crate) fn key_path(connection: &mut Connection, cookie: &str) -> Result<String> {
    let session = connection.ask("GET", "/api/portal/session", &[cookie], "")?.json()?;
    let organization = &session["organizations"][0]["id"];
    Ok(format!("/api/portal/orgs/{organization}/api-key"))
}

/// The key in clear.
pub(crate) fn revealed_key(to: SocketAddr) -> Result<String> {
    let (_, cookie) = sign_in(to)?;
    let cookie = format!("Cookie: {cookie}");
    let mut connection = Connection::open(ADDRESS, to)?;
    let path = key_path(&mut connection, &cookie)?;
    let key = connection
        .ask("POST", &format!("{path}/reveal"), &[&cookie, KEYWARD], "")?
        .json()?;
    Ok(key["key"].as_str().context("no key was revealed")?.to_owned())
}

/// A session of the API at this path, on a connection of its own, with the header that shows it.
pub(crate) fn api_session(to: SocketAddr, path: &str) -> Result<(Connection, String)> {
    let key = revealed_key(to)?;
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let obfuscated = obfuscate(key.as_bytes(), u64::try_from(timestamp)?);
    let body = format!(
        r#"{{"apiKey":"{obfuscated}","username":"{USERNAME}","password":"{PASSWORD}","timestamp":{timestamp}}}"#
    );
    let mut connection = Connection::open(ADDRESS, to)?;
    let answer = connection.ask("POST", path, &[JSON], &body)?;
    ensure!(
        answer.status == 200,
        "no API session: {}",
        String::from_utf8_lossy(&answer.body)
    );
    let cookie = format!("Cookie: {}", answer.cookie.context("a sign-in without a cookie")?);
    Ok((connection, cookie))
}

/// As the vendor's clients do it; `crates/contract` has the same with its explanation.
fn obfuscate(key: &[u8], timestamp: u64) -> String {
    let hi = format!("{:06}", timestamp % 1_000_000);
    let lo = format!("{:06}", (timestamp % 1_000_000) >> 1);
    let digits = hi.bytes().map(|digit| usize::from(digit - b'0'));
    let digits = digits.chain(lo.bytes().map(|digit| usize::from(digit - b'0') + 2));
    digits
        .filter_map(|at| key.get(at))
        .map(|byte| char::from(*byte))
        .collect()
}

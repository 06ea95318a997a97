//! What it costs that a key lives at an upstream: revealing it through Keyward, compared with asking the upstream directly.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{
    changes::Times,
    instance::{self, Instance, PASSWORD, USERNAME},
};
use crate::{
    attack::{
        bystander::{self, ADDRESS},
        client::{Connection, JSON, KEYWARD},
    },
    run::{command, output},
};

const REQUESTS: usize = 1000;
/// What goes before, so that connections and sessions are there.
const WARM_UP: usize = 50;

/// Milliseconds.
pub(super) struct Upstream {
    direct: Times,
    own: Times,
    through: Times,
}

impl Upstream {
    pub(super) fn measure(keyward: &Path, folder: &Path, flags: &[&str]) -> Result<Self> {
        let data = instance::install(keyward, &folder.join("upstream"))?;
        let upstream = Instance::start(keyward, &data, flags)?;
        let to = address(&upstream)?;
        let folder = folder.join("elsewhere");
        let data = instance::install(keyward, &folder)?;
        fs::write(folder.join("key"), bystander::revealed_key(to)?)?;
        fs::write(folder.join("password"), PASSWORD)?;
        let added = output(
            command(keyward)
                .args(["organization", "add", "--name", "Elsewhere", "--cloud", "cloud.example"])
                .args(["--admin", USERNAME, "--public-url", "http://localhost"])
                .args(["--upstream-kind", "ztw-legacy", "--upstream-user", USERNAME])
                .arg("--upstream")
                .arg(format!("{}/ztw", upstream.url))
                .arg("--upstream-key-file")
                .arg(folder.join("key"))
                .arg("--upstream-secret-file")
                .arg(folder.join("password"))
                .arg("--data")
                .arg(&data),
        )?;
        let token = added.trim().rsplit('#').next().context("no link")?;
        let gateway = Instance::start(
            keyward,
            &data,
            &[flags, &["--oauth-allowed-networks=127.0.0.0/8"]].concat(),
        )?;
        let at = address(&gateway)?;
        let (_, cookie) = bystander::sign_in(at)?;
        let cookie = format!("Cookie: {cookie}");
        let mut connection = Connection::open(ADDRESS, at)?;
        let body = format!(r#"{{"token":"{token}","password":""}}"#);
        let accepted = connection.ask("POST", "/api/portal/invitation", &[&cookie, KEYWARD, JSON], &body)?;
        ensure!(
            accepted.status == 201,
            "the invitation was answered {}",
            accepted.status
        );
        let (mut list, session) = bystander::api_session(to, "/ztw/api/v1/auth")?;
        let organizations = connection.ask("GET", "/api/portal/orgs", &[&cookie], "")?.json()?;
        let path = |at: usize| format!("/api/portal/orgs/{}/api-key/reveal", organizations[at]["id"]);
        // By name: *Bench*, which is here, and *Elsewhere*.
        let (own, elsewhere) = (path(0), path(1));
        let mut times = [const { Vec::new() }; 3];
        for number in 0..WARM_UP + REQUESTS {
            // In turns, so that whatever else the machine does falls on all alike.
            let taken = [
                ask(&mut list, "GET", "/ztw/api/v1/apiKeys", &[&session])?,
                ask(&mut connection, "POST", &own, &[&cookie, KEYWARD])?,
                ask(&mut connection, "POST", &elsewhere, &[&cookie, KEYWARD])?,
            ];
            for (times, taken) in times.iter_mut().zip(taken) {
                if number >= WARM_UP {
                    times.push(taken);
                }
            }
        }
        let [direct, own, through] = times.map(Times::of);
        Ok(Self { direct, own, through })
    }

    pub(super) fn print(&self) {
        println!("\nA key at an upstream on loopback, in ms, of {REQUESTS} requests each in turns");
        println!("{:<44} {:>12} {:>10}", "", "p50", "p99");
        let row = |name: &str, times: Times| println!("{name:<44} {:>12.2} {:>10.2}", times.p50, times.p99);
        row("list, asked directly", self.direct);
        row("reveal of a key of our own", self.own);
        row("reveal of the key at the upstream", self.through);
        println!(
            "added by the way through Keyward, p50 {:.0} µs   aim: at most 150 µs",
            (self.through.p50 - self.own.p50 - self.direct.p50) * 1000.0
        );
    }
}

fn address(gateway: &Instance) -> Result<SocketAddr> {
    let host = gateway.url.strip_prefix("http://").context("not plain HTTP")?;
    host.parse().context("not an address")
}

fn ask(connection: &mut Connection, method: &str, path: &str, headers: &[&str]) -> Result<Duration> {
    let start = Instant::now();
    let answer = connection.ask(method, path, headers, "")?;
    ensure!(
        answer.status == 200,
        "{path}: {}",
        String::from_utf8_lossy(&answer.body)
    );
    Ok(start.elapsed())
}

//! Failed sign-ins of strangers, to flood the audit log and block other writers.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{
    Attack, Target, at_most,
    bystander::{self, ADDRESS},
    client::{Connection, JSON, KEYWARD},
};
use crate::bench::instance::USERNAME;

pub(super) const ATTACK: Attack = Attack {
    name: "audit-flood",
    help: "1,000 failed sign-ins a second for 10 s: rows of the audit log, and a reveal",
    flags: &["--rate-limit-session=off"],
    run,
};

/// Each has an address of its own.
const STRANGERS: u8 = 20;
const TIME: Duration = Duration::from_secs(10);
/// From one attempt of a stranger to the next.
const PACE: Duration = Duration::from_millis(20);
/// The first of each, their number once or twice, and what the bystander does.
const ROWS: usize = STRANGERS as usize * 3;

fn run(target: &Target) -> Result<()> {
    let mut admin = Admin::new(target)?;
    let idle = admin.p99(TIME / 2)?;
    let (is_over, failed) = (AtomicBool::new(false), AtomicU64::new(0));
    let p99 = thread::scope(|scope| {
        for number in 0..STRANGERS {
            let (is_over, failed) = (&is_over, &failed);
            scope.spawn(move || stranger(target, number, is_over, failed));
        }
        let p99 = admin.p99(TIME);
        is_over.store(true, Ordering::Relaxed);
        p99
    })?;
    let failed = failed.into_inner();
    println!("{failed} failed sign-ins, {} a second", failed / TIME.as_secs());
    println!("reveal p99, idle                           {idle:>9.2} ms");
    ensure!(failed > 0, "nobody attacked");
    at_most("reveal p99 under the flood", p99, (idle * 5.0).max(50.0), "ms")?;
    let rows = admin.failures()?;
    ensure!(rows > 0, "no failure is in the audit log");
    at_most("rows of failures in the audit log", rows as f64, ROWS as f64, "")
}

/// Clients with rejected connections try again.
fn stranger(target: &Target, number: u8, is_over: &AtomicBool, failed: &AtomicU64) {
    let from = Ipv4Addr::new(127, 2, 0, number + 1);
    // Half of them with the login of an existing admin, whose organization sees the rows.
    let unknown = format!("nobody-{number}@acme.example");
    let username = if number.is_multiple_of(2) { USERNAME } else { &unknown };
    let body =
        format!(r#"{{"apiKey":"AbC123xYz789","username":"{username}","password":"wrong wrong wrong","timestamp":1}}"#);
    while !is_over.load(Ordering::Relaxed) {
        let Ok(mut connection) = Connection::open(from, target.address) else {
            thread::sleep(PACE);
            continue;
        };
        let mut next = Instant::now();
        while !is_over.load(Ordering::Relaxed)
            && connection
                .ask("POST", "/api/v1/authenticatedSession", &[JSON], &body)
                .is_ok()
        {
            failed.fetch_add(1, Ordering::Relaxed);
            next += PACE;
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
    }
}

/// An admin who looks at the key again and again: each time is a row of the audit log before its answer.
struct Admin {
    connection: Connection,
    cookie: String,
    organization: String,
}

impl Admin {
    fn new(target: &Target) -> Result<Self> {
        let (_, cookie) = bystander::sign_in(target.address)?;
        let cookie = format!("Cookie: {cookie}");
        let mut connection = Connection::open(ADDRESS, target.address)?;
        let session = connection.ask("GET", "/api/portal/session", &[&cookie], "")?.json()?;
        Ok(Self {
            connection,
            cookie,
            organization: session["organizations"][0]["id"].to_string(),
        })
    }

    fn reveal(&mut self) -> Result<Duration> {
        let start = Instant::now();
        let path = format!("/api/portal/orgs/{}/api-key/reveal", self.organization);
        let answer = self.connection.ask("POST", &path, &[&self.cookie, KEYWARD], "")?;
        ensure!(answer.status == 200, "a reveal was answered {}", answer.status);
        Ok(start.elapsed())
    }

    fn p99(&mut self, time: Duration) -> Result<f64> {
        let end = Instant::now() + time;
        let mut times = Vec::new();
        while Instant::now() < end {
            times.push(self.reveal()?);
            thread::sleep(Duration::from_millis(10));
        }
        times.sort();
        let at = times.len() * 99 / 100;
        Ok(times.get(at).context("nothing was revealed")?.as_secs_f64() * 1000.0)
    }

    /// How many failures are in the audit log, up to the 200 of a page.
    fn failures(&mut self) -> Result<usize> {
        let path = format!(
            "/api/portal/orgs/{}/audit-log?result=Failure&limit=200",
            self.organization
        );
        let page = self.connection.ask("GET", &path, &[&self.cookie], "")?.json()?;
        Ok(page["rows"].as_array().context("no rows")?.len())
    }
}

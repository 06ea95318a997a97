//! Sign-ins whose client disconnects, or resets the stream, before they are answered.

use std::{
    io::Write as _,
    net::{Ipv4Addr, Shutdown},
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    Attack, Target, at_most, bystander,
    client::{JSON, connect, request},
    http2::Http2,
};

pub(super) const ATTACK: Attack = Attack {
    name: "cancelled-sign-ins",
    help: "sign-ins that hang up (HTTP/1) or are reset (HTTP/2): memory",
    flags: &["--rate-limit-session=off"],
    run,
};

const TIME: Duration = Duration::from_secs(15);
const THREADS: u8 = 8;
const PATH: &str = "/api/portal/session";
const MEGABYTES: f64 = 120.0;

fn run(target: &Target) -> Result<()> {
    let (_, _) = bystander::sign_in(target.address)?;
    let before = target.gateway.resident_kilobytes()?;
    let end = Instant::now() + TIME;
    let (hung_up, reset) = thread::scope(|scope| {
        let by_hang_up: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || hang_up(target, number, end)))
            .collect();
        let by_reset: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || reset(target, number, end)))
            .collect();
        let sum = |threads: Vec<thread::ScopedJoinHandle<'_, u64>>| -> u64 {
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_default())
                .sum()
        };
        (sum(by_hang_up), sum(by_reset))
    });
    println!(
        "{hung_up} sign-ins hung up, {reset} streams reset in {} s",
        TIME.as_secs()
    );
    println!(
        "resident before                            {:>9.1} MB",
        megabytes(before)
    );
    let peak = target.gateway.peak_kilobytes()?;
    at_most("resident at most (VmHWM)", megabytes(peak), MEGABYTES, "MB")?;
    let (took, _) = bystander::sign_in(target.address)?;
    at_most("a right sign-in afterwards", took.as_secs_f64(), 1.5, "s")
}

fn megabytes(kilobytes: u64) -> f64 {
    kilobytes as f64 * 1024.0 / 1e6
}

fn body(number: u64) -> String {
    format!(r#"{{"username":"nobody-{number}@acme.example","password":"wrong wrong wrong"}}"#)
}

fn hang_up(target: &Target, thread: u8, end: Instant) -> u64 {
    let mut sent = 0;
    while Instant::now() < end {
        let from = Ipv4Addr::new(127, 0, 1, thread + 1);
        let text = request(target.address, "POST", PATH, &[JSON], &body(sent));
        let stream = connect(from, target.address).and_then(|mut stream| {
            stream.write_all(text.as_bytes())?;
            Ok(stream)
        });
        let Ok(stream) = stream else { continue };
        // Long enough for the request to be read.
        thread::sleep(Duration::from_millis(2));
        stream.shutdown(Shutdown::Both).ok();
        sent += 1;
    }
    sent
}

fn reset(target: &Target, thread: u8, end: Instant) -> u64 {
    let mut sent = 0;
    let authority = target.address.to_string();
    while Instant::now() < end {
        let from = Ipv4Addr::new(127, 0, 2, thread + 1);
        let Ok(mut connection) = connect(from, target.address).and_then(Http2::begin) else {
            continue;
        };
        // Until the server has enough of it.
        while Instant::now() < end {
            let Ok(stream) = connection.post(&authority, PATH, &body(sent)) else {
                break;
            };
            thread::sleep(Duration::from_millis(2));
            if connection.reset(stream).is_err() {
                break;
            }
            sent += 1;
        }
    }
    sent
}

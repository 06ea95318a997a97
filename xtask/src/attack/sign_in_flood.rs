//! Sign-ins of strangers with wrong passwords, as many in parallel as possible.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use anyhow::Result;

use super::{
    Attack, Target, at_most,
    bystander::{self, Proxy},
    client::{Connection, JSON},
};

pub(super) const ATTACK: Attack = Attack {
    name: "sign-in-flood",
    help: "400 strangers in parallel: a right sign-in, and /verify",
    flags: &["--rate-limit-session=off"],
    run,
};

const STRANGERS: u16 = 400;
/// They share these addresses.
const ADDRESSES: u16 = 40;
const TIME: Duration = Duration::from_secs(8);
const SIGN_INS: u32 = 12;

fn run(target: &Target) -> Result<()> {
    let mut proxy = Proxy::new(target.address)?;
    let idle = proxy.p99(TIME)?;
    let (is_over, answered, turned_away) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let flooded = thread::scope(|scope| {
        for number in 0..STRANGERS {
            let (is_over, answered, turned_away) = (&is_over, &answered, &turned_away);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    match wrong_sign_in(target, number) {
                        Ok(503) => turned_away.fetch_add(1, Ordering::Relaxed),
                        Ok(_) => answered.fetch_add(1, Ordering::Relaxed),
                        Err(_) => 0,
                    };
                }
            });
        }
        thread::sleep(Duration::from_secs(1));
        let flooded = under_attack(target, &mut proxy);
        is_over.store(true, Ordering::Relaxed);
        flooded
    });
    let (slowest, p99) = flooded?;
    println!(
        "{} wrong sign-ins answered, {} turned away",
        answered.into_inner(),
        turned_away.into_inner()
    );
    println!("/verify p99, idle                          {idle:>9.2} ms");
    at_most(
        "the slowest of some right sign-ins from elsewhere",
        slowest.as_secs_f64(),
        1.5,
        "s",
    )?;
    at_most("/verify p99 under the flood", p99, idle * 2.0, "ms")
}

fn under_attack(target: &Target, proxy: &mut Proxy) -> Result<(Duration, f64)> {
    let p99 = proxy.p99(TIME)?;
    let mut slowest = Duration::ZERO;
    for _ in 0..SIGN_INS {
        slowest = slowest.max(bystander::sign_in(target.address)?.0);
    }
    Ok((slowest, p99))
}

fn wrong_sign_in(target: &Target, number: u16) -> Result<u16> {
    let [high, low] = (number % ADDRESSES).to_be_bytes();
    let from = Ipv4Addr::new(127, 1, high, low + 1);
    let body = format!(r#"{{"username":"nobody-{number}@acme.example","password":"wrong wrong wrong"}}"#);
    let answer = Connection::open(from, target.address)?.ask("POST", "/api/portal/session", &[JSON], &body)?;
    if answer.status == 429 || answer.status == 503 {
        // As a patient attacker: otherwise this measures how fast a client can connect.
        thread::sleep(Duration::from_millis(50));
    }
    Ok(answer.status)
}

//! Idle connections: silent ones, ones with half a request head, ones that never read.

use std::{
    io::Write as _,
    net::{Ipv4Addr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    Attack, Target, at_most,
    bystander::{self, Proxy},
    client::connect,
};

pub(super) const ATTACK: Attack = Attack {
    name: "silent-connections",
    help: "900 connections that say nothing, half a head, or never read",
    flags: &[],
    run,
};

const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
const CONNECTIONS: usize = 900;
const TIME: Duration = Duration::from_secs(20);

fn run(target: &Target) -> Result<()> {
    let mut held = Vec::new();
    let mut slowest = Duration::ZERO;
    let mut refilled = 0;
    let mut proxy = Proxy::new(target.address)?;
    let end = Instant::now() + TIME;
    while Instant::now() < end {
        // Whatever the gateway closes is opened again.
        held.retain(is_open);
        while held.len() < CONNECTIONS {
            let Ok(stream) = silent(target, refilled) else { break };
            held.push(stream);
            refilled += 1;
            // In between, and not only when all of them are there.
            if refilled % 50 == 0 {
                slowest = slowest.max(served(target, &mut proxy)?);
            }
            if Instant::now() >= end {
                break;
            }
        }
        slowest = slowest.max(served(target, &mut proxy)?);
    }
    println!("{refilled} connections opened by one address in {} s", TIME.as_secs());
    at_most(
        "the slowest of page, sign-in and /verify from elsewhere",
        slowest.as_secs_f64(),
        1.5,
        "s",
    )
}

/// The portal's page on a new connection, a sign-in on a new one, `/verify` on a new and on an old one.
fn served(target: &Target, proxy: &mut Proxy) -> Result<Duration> {
    let page = bystander::page(target.address)?;
    let verify = proxy.verify()?;
    proxy.reconnect(target.address)?;
    let verify_again = proxy.verify()?;
    let (sign_in, _) = bystander::sign_in(target.address)?;
    Ok(page.max(verify).max(verify_again).max(sign_in))
}

fn silent(target: &Target, number: usize) -> Result<TcpStream> {
    let mut stream = connect(ATTACKER, target.address)?;
    let host = target.address;
    match number % 3 {
        0 => {}
        1 => stream.write_all(format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-").as_bytes())?,
        _ => stream.write_all(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").repeat(400).as_bytes())?,
    }
    Ok(stream)
}

fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).ok();
    // A closed one can be read to its end at any time; one that never reads has its answers waiting, and is left alone.
    let mut byte = [0; 1];
    let peeked = stream.peek(&mut byte);
    !matches!(peeked, Ok(0)) && !peeked.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock)
}

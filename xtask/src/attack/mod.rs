//! Attacks that take too long for a test: each runs on loopback against a release build with its own data, prints its
//! figures, and fails beyond its limit. docs/security.md explains them.

mod audit_flood;
pub(crate) mod bystander;
mod cancelled_sign_ins;
pub(crate) mod client;
mod http2;
mod sign_in_flood;
mod silent_connections;

use std::{net::SocketAddr, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{
    bench::instance::{self, Instance},
    gateway,
    run::step,
    workspace,
};

/// An attack. A new one is a file of its own, and a line in [`ATTACKS`].
struct Attack {
    name: &'static str,
    help: &'static str,
    /// Flags of the gateway beyond its defaults.
    flags: &'static [&'static str],
    run: fn(&Target) -> Result<()>,
}

const ATTACKS: &[Attack] = &[
    audit_flood::ATTACK,
    cancelled_sign_ins::ATTACK,
    sign_in_flood::ATTACK,
    silent_connections::ATTACK,
];

/// What is attacked: a gateway with one organization and one admin, [`instance::USERNAME`].
struct Target {
    gateway: Instance,
    address: SocketAddr,
}

/// `attack NAME [BINARY]`.
pub(crate) fn attack(args: &[String]) -> Result<()> {
    let (name, binary) = match args {
        [name] => (name, None),
        [name, binary] => (name, Some(Path::new(binary))),
        _ => bail!("give one of these, or `all`, and perhaps a built keyward:\n{}", names()),
    };
    let chosen: Vec<&Attack> = ATTACKS
        .iter()
        .filter(|attack| name == "all" || attack.name == name)
        .collect();
    if chosen.is_empty() {
        bail!("there is no attack `{name}`. These are:\n{}", names());
    }
    let keyward = match binary {
        Some(binary) => binary
            .canonicalize()
            .with_context(|| format!("can't find {}", binary.display()))?,
        None => gateway::release()?,
    };
    let mut failed = Vec::new();
    for attack in chosen {
        let folder = workspace::scratch()?.join("attack").join(attack.name);
        let result = step(attack.name, || carry_out(attack, &keyward, &folder));
        if let Err(error) = result {
            eprintln!("{}: {error:#}", attack.name);
            failed.push(attack.name);
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        failed => bail!("past their bounds: {}", failed.join(", ")),
    }
}

fn carry_out(attack: &Attack, keyward: &Path, folder: &Path) -> Result<()> {
    let data = instance::install(keyward, folder)?;
    let flags: Vec<&str> = ["--log=error"]
        .into_iter()
        .chain(attack.flags.iter().copied())
        .collect();
    let gateway = Instance::start(keyward, &data, &flags)?;
    let address = gateway
        .url
        .strip_prefix("http://")
        .and_then(|address| address.parse().ok())
        .with_context(|| format!("{} is no address on loopback", gateway.url))?;
    (attack.run)(&Target { gateway, address })
}

fn names() -> String {
    let lines = ATTACKS
        .iter()
        .map(|Attack { name, help, .. }| format!("  {name:<22} {help}\n"));
    lines.collect()
}

/// A figure beside its bound, printed in any case.
fn at_most(what: &str, figure: f64, bound: f64, unit: &str) -> Result<()> {
    println!("{what:<56} {figure:>9.2} {unit:<3} at most {bound:.2} {unit}");
    if figure > bound {
        bail!("{what}: {figure:.2} {unit}, at most {bound:.2} {unit} is right");
    }
    Ok(())
}

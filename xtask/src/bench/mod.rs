//! Measures everything that has a target, and prints figures and targets.

mod changes;
mod http;
pub(crate) mod instance;
mod load;
mod nginx;
mod pages;
mod postgres;
mod tables;
mod tokens;
mod upstream;
mod wrk;

use std::{path::Path, thread, time::Duration};

use anyhow::{Result, bail};

use self::{
    changes::Changes, instance::Instance, load::Load, postgres::Postgres, tables::Tables, tokens::Tokens,
    upstream::Upstream,
};
use crate::{
    browser_tests,
    debian::{self, Package},
    gateway, portal,
    run::step,
    workspace,
};

/// Without limits, and without a log line for each of ten thousand requests.
const FLAGS: &[&str] = &[
    "--rate-limit-session=off",
    "--rate-limit-session-read=off",
    "--rate-limit-read=off",
    "--rate-limit-write=off",
    "--log=warn",
    // The sign-in of the pages' part is used to the end.
    "--fresh-password=1h",
];

/// What can be measured alone. Each has a part of the figures.
const PARTS: [&str; 8] = [
    "sizes", "pages", "load", "tokens", "changes", "postgres", "upstream", "tables",
];

/// `bench [PART]…`.
pub(crate) fn bench(parts: &[String]) -> Result<()> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("no part `{unknown}`: there are {}", PARTS.join(", "));
    }
    debian::install(&[
        Package {
            program: "chromium",
            package: "chromium",
        },
        Package {
            program: "wrk",
            package: "wrk",
        },
        Package {
            program: "sqlite3",
            package: "sqlite3",
        },
        debian::NGINX,
        debian::POSTGRESQL,
    ])?;
    browser_tests::install()?;
    let dist = portal::build()?;
    let keyward = gateway::release()?;
    let folder = workspace::scratch()?.join("bench");

    let data = instance::install(&keyward, &folder)?;
    let gateway = Instance::start(&keyward, &data, FLAGS)?;
    thread::sleep(Duration::from_secs(2));
    let idle = gateway.resident_kilobytes()?;

    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    // Three others sign in with what this one finds.
    let needs_pages = ["pages", "load", "changes", "postgres"].into_iter().any(wants);
    let pages = needs_pages.then(|| {
        step("time the page in the browser", || {
            pages::measure(&keyward, &data, &folder, &gateway)
        })
    });
    if let Some(pages) = pages.transpose()? {
        if wants("pages") {
            pages.print();
        }
        if wants("load") {
            step("time the gateway under load", || {
                Load::measure(&gateway, &dist, &folder, &pages)
            })?
            .print();
        }
        if wants("changes") {
            step("time changes of the key", || {
                Changes::measure(&gateway, &data, &folder, &pages)
            })?
            .print();
        }
        if wants("postgres") {
            step("time the gateway on PostgreSQL", || {
                Postgres::measure(&keyward, (&data, &folder), FLAGS, &pages)
            })?
            .print();
        }
    }
    if wants("tokens") {
        step("time access tokens", || Tokens::measure(&gateway, &data, &folder))?.print();
    }
    let used = gateway.resident_kilobytes()?;
    if wants("upstream") {
        step("time a key at an upstream", || {
            Upstream::measure(&keyward, &folder, FLAGS)
        })?
        .print();
    }
    if wants("tables") {
        step("time long tables in the browser", || {
            Tables::measure(&keyward, &folder, FLAGS)
        })?
        .print();
    }
    if wants("sizes") {
        print_sizes(&dist)?;
    }
    println!("\nResident memory of keyward");
    println!("idle            {:>8.1} MB   aim: at most 25 MB", megabytes(idle));
    println!("after the above {:>8.1} MB", megabytes(used));
    Ok(())
}

fn print_sizes(dist: &Path) -> Result<()> {
    println!("\nFirst load of the key page");
    portal::print_sizes(&portal::first_load(dist)?);
    println!("\nThe program with every page");
    portal::print_sizes(&portal::whole(dist)?);
    let (element, in_frames) = portal::embedding(dist)?;
    println!("\nThe custom element");
    portal::print_sizes(&[element]);
    println!("\nIn a frame, beside all of the above");
    portal::print_sizes(&in_frames);
    println!("\nEvery file of the portal");
    portal::print_sizes(&portal::assets(dist)?);
    Ok(())
}

fn megabytes(kilobytes: u64) -> f64 {
    // Exact for any memory there is.
    kilobytes as f64 * 1024.0 / 1e6
}

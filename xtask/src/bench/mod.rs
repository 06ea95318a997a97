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

use std::{thread, time::Duration};

use anyhow::Result;

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

/// `bench`.
pub(crate) fn bench(_: &[String]) -> Result<()> {
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

    let pages = step("time the page in the browser", || {
        pages::measure(&keyward, &data, &folder, &gateway)
    })?;
    let load = step("time the gateway under load", || {
        Load::measure(&gateway, &dist, &folder, &pages)
    })?;
    let tokens = step("time access tokens", || Tokens::measure(&gateway, &data, &folder))?;
    let changes = step("time changes of the key", || {
        Changes::measure(&gateway, &data, &folder, &pages)
    })?;
    let loaded = gateway.resident_kilobytes()?;
    let postgres = step("time the gateway on PostgreSQL", || {
        Postgres::measure(&keyward, (&data, &folder), FLAGS, &pages)
    })?;

    let upstream = step("time a key at an upstream", || {
        Upstream::measure(&keyward, &folder, FLAGS)
    })?;

    let tables = step("time long tables in the browser", || {
        Tables::measure(&keyward, &folder, FLAGS)
    })?;

    println!("\nFirst load of the key page");
    portal::print_sizes(&portal::first_load(&dist)?);
    println!("\nThe program with every page");
    portal::print_sizes(&portal::whole(&dist)?);
    let (element, in_frames) = portal::embedding(&dist)?;
    println!("\nThe custom element");
    portal::print_sizes(&[element]);
    println!("\nIn a frame, beside all of the above");
    portal::print_sizes(&in_frames);
    println!("\nEvery file of the portal");
    portal::print_sizes(&portal::assets(&dist)?);
    pages.print();
    load.print();
    tokens.print();
    changes.print();
    postgres.print();
    upstream.print();
    tables.print();
    println!("\nResident memory of keyward");
    println!("idle            {:>8.1} MB   aim: at most 25 MB", megabytes(idle));
    println!("after the load  {:>8.1} MB", megabytes(loaded));
    Ok(())
}

fn megabytes(kilobytes: u64) -> f64 {
    // Exact for any memory there is.
    kilobytes as f64 * 1024.0 / 1e6
}

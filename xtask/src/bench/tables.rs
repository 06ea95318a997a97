//! How fast long tables are, compared with a table without any library.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::instance::{self, Instance, PASSWORD, USERNAME};
use crate::{browser_tests, run::run};

const ORGANIZATIONS: u32 = 10_000;
const AUDIT_ROWS: u32 = 100_000;
const ROUNDS: u32 = 5;

const ACTS: &[&str] = &[
    "organizations, sort",
    "organizations, search",
    "organizations, scroll",
    "audit log, sort",
    "audit log, search",
    "audit log, scroll through 2,000",
];

/// Medians, by act and page, each with `time` (from the act to its result; of scrolling, the work in each frame) and `frame` (the
/// longest time between two frames), in milliseconds.
pub(super) struct Tables(Value);

impl Tables {
    pub(super) fn measure(keyward: &Path, folder: &Path, flags: &[&str]) -> Result<Self> {
        let data = instance::install(keyward, &folder.join("tables"))?;
        let portal = Instance::start(keyward, &data, flags)?;
        let plain_folder = super::pages::finished("plain-tables", folder)?;
        let plain_flags = [flags, &["--portal", plain_folder.as_str()]].concat();
        let plain = Instance::start(keyward, &data, &plain_flags)?;
        let result = folder.join("tables.json");
        let setting = json!({
            "portal": portal.url,
            "plain": plain.url,
            "database": data.join("keyward.db"),
            "username": USERNAME,
            "password": PASSWORD,
            "organizations": ORGANIZATIONS,
            "auditRows": AUDIT_ROWS,
            "rounds": ROUNDS,
            "result": result,
        });
        let mut playwright = browser_tests::program("playwright");
        run(playwright
            .args(["test", "--config", "bench.config.ts", "tables"])
            .env("BENCH", setting.to_string()))?;
        let found = fs::read_to_string(&result).context("no result")?;
        Ok(Self(serde_json::from_str(&found)?))
    }

    pub(super) fn print(&self) {
        println!(
            "\n{ORGANIZATIONS} organizations, {AUDIT_ROWS} rows of the audit log, in ms, medians of {ROUNDS} rounds"
        );
        println!("aim: at most 1.5 times the plain table, which asks the gateway the same");
        println!(
            "{:<33} {:>8} {:>8} {:>6}   longest frame: {:>8} {:>8} {:>6}",
            "", "portal", "plain", "ratio", "portal", "plain", "ratio"
        );
        for act in ACTS {
            let figure = |page: &str, name: &str| {
                let times = &self.0[format!("{act}, {page}")];
                times[name].as_f64().unwrap_or(f64::NAN)
            };
            let (time, plain_time) = (figure("portal", "time"), figure("plain", "time"));
            let (frame, plain_frame) = (figure("portal", "frame"), figure("plain", "frame"));
            println!(
                "{act:<33} {:>8.1} {:>8.1} {:>6.2}                  {:>8.1} {:>8.1} {:>6.2}",
                time,
                plain_time,
                time / plain_time,
                frame,
                plain_frame,
                frame / plain_frame
            );
        }
    }
}

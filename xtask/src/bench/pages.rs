//! How long a person waits for the key, compared with a page without any library, and in a page that embeds the portal.

use std::{collections::BTreeMap, fs, net::TcpListener, path::Path};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::instance::{Instance, PASSWORD, USERNAME};
use crate::{browser_tests, portal, run::run, workspace};

const CONDITIONS: [&str; 4] = ["unthrottled, cold", "unthrottled, warm", "4G, cold", "4G, warm"];
const ROUNDS: u32 = 7;
/// Bits a second, milliseconds: the usual emulation of a fair 4G connection.
const DOWN: u32 = 9_000_000;
const UP: u32 = 1_500_000;
const LATENCY: u32 = 170;

/// Medians in milliseconds, and what the load tests need to sign in.
pub(super) struct Pages {
    medians: BTreeMap<String, f64>,
    pub(super) cookie: String,
    pub(super) api_key_path: String,
    pub(super) sign_in: String,
}

pub(super) fn measure(keyward: &Path, data: &Path, folder: &Path, gateway: &Instance) -> Result<Pages> {
    let plain = Instance::start(keyward, data, &["--log=warn", "--portal", &finished("plain", folder)?])?;
    // Where the page will be that embeds the portal. Of the same site, so that the session counts in the frame.
    let host = format!("http://{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?);
    let framed = Instance::start(keyward, data, &["--log=warn", "--frame-ancestors", &host])?;

    let result = folder.join("pages.json");
    let setting = json!({
        "portal": gateway.url,
        "plain": plain.url,
        "framed": framed.url,
        "host": host,
        "username": USERNAME,
        "password": PASSWORD,
        "rounds": ROUNDS,
        "network": { "down": DOWN, "up": UP, "latency": LATENCY },
        "result": result,
    });
    let mut playwright = browser_tests::program("playwright");
    run(playwright
        .args(["test", "--config", "bench.config.ts", "pageLoad"])
        .env("BENCH", setting.to_string()))?;

    let found: Value = serde_json::from_str(&fs::read_to_string(result)?)?;
    let text = |name: &str| {
        found[name]
            .as_str()
            .with_context(|| format!("no {name}"))
            .map(str::to_owned)
    };
    let medians = found["medians"].as_object().context("no medians")?;
    Ok(Pages {
        medians: medians
            .iter()
            .map(|(name, time)| (name.clone(), time.as_f64().unwrap_or(f64::NAN)))
            .collect(),
        cookie: text("cookie")?,
        api_key_path: text("apiKeyPath")?,
        sign_in: text("signIn")?,
    })
}

/// A page without any library, as well served as the portal: names for a year's caching, precompressed.
pub(super) fn finished(name: &str, folder: &Path) -> Result<String> {
    let target = folder.join(name);
    fs::create_dir_all(&target)?;
    for entry in fs::read_dir(workspace::root().join("tests/e2e/bench").join(name))? {
        let entry = entry?;
        fs::copy(entry.path(), target.join(entry.file_name()))?;
    }
    portal::finish(&target, "./", true)?;
    let target = target.to_str().context("the target folder's name is no text")?;
    Ok(target.to_owned())
}

impl Pages {
    pub(super) fn print(&self) {
        println!("\nFrom navigation to the key row, in ms, medians of {ROUNDS} rounds");
        println!(
            "4G: {} Mbit/s down, {} Mbit/s up, {LATENCY} ms",
            f64::from(DOWN) / 1e6,
            f64::from(UP) / 1e6
        );
        println!("{:<20} {:>8} {:>8} {:>8}", "", "portal", "plain", "ratio");
        let time = |name: String| self.medians.get(&name).copied().unwrap_or(f64::NAN);
        for (condition, aim) in CONDITIONS.into_iter().zip(["", "", "at most 1.6", "at most 1.3"]) {
            let (portal, plain) = (
                time(format!("portal, {condition}")),
                time(format!("plain, {condition}")),
            );
            let aim = if aim.is_empty() {
                String::new()
            } else {
                format!("   aim: {aim}")
            };
            println!(
                "{condition:<20} {portal:>8.0} {plain:>8.0} {:>8.2}{aim}",
                portal / plain
            );
        }
        println!("\nThe same in the custom element, from navigation to the page around it, and beside the portal");
        println!(
            "{:<20} {:>8} {:>8} {:>12} {:>8}",
            "embed.js is", "linked", "ratio", "in the page", "ratio"
        );
        for condition in CONDITIONS {
            let portal = time(format!("portal, {condition}"));
            let (linked, own) = (
                time(format!("element, {condition}")),
                time(format!("own script, {condition}")),
            );
            println!(
                "{condition:<20} {linked:>8.0} {:>8.2} {own:>12.0} {:>8.2}   aim: at most 1.25",
                linked / portal,
                own / portal
            );
        }
    }
}

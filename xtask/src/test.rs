//! Every check and test.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{
    browser_tests, check, gateway, portal,
    run::{cargo, on_path},
    tally::Tally,
    tools,
};

/// What the first load of the key page may take, compressed with Brotli, in bytes.
const FIRST_LOAD_LIMIT: u64 = 200_000;

/// `test [ARGUMENTS OF playwright test]`.
pub(crate) fn test(args: &[String]) -> Result<()> {
    tools::all()?;
    browser_tests::install_browser()?;
    let mut tally = Tally::default();
    check::all(&mut tally)?;
    tally.suite("native tests", Ok(cargo("test --locked --workspace --no-fail-fast")));
    tally.suite("tests in the browser", in_browser());
    let portal = portal::build()?;
    tally.check("size of the first load", || first_load(&portal));
    let keyward = gateway::release()?;
    let mut playwright = browser_tests::program("playwright");
    playwright.arg("test").args(args).env("E2E_KEYWARD", keyward);
    tally.suite("Playwright", Ok(playwright));
    tally.close()
}

fn in_browser() -> Result<Command> {
    let runner = tools::wasm_bindgen()?.join("wasm-bindgen-test-runner");
    let mut tests = cargo("test --locked --target wasm32-unknown-unknown --package keyward-portal --test browser");
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    tests.env(
        "CHROMEDRIVER",
        on_path("chromedriver").context("chromedriver is missing")?,
    );
    Ok(tests)
}

fn first_load(portal: &std::path::Path) -> Result<()> {
    let assets = portal::first_load(portal)?;
    portal::print_sizes(&assets);
    let total: u64 = assets.iter().map(|asset| asset.brotli).sum();
    if total > FIRST_LOAD_LIMIT {
        bail!("{total} bytes, and {FIRST_LOAD_LIMIT} are allowed");
    }
    Ok(())
}

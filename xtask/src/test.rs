//! Every check and test.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{
    browser_tests, check, debian, gateway,
    portal::{self, Asset},
    python,
    run::{cargo, on_path},
    tally::Tally,
    tools,
};

/// Limit of the first load of the key page, compressed with Brotli, in bytes.
const FIRST_LOAD_LIMIT: u64 = 194_000;

/// Limit of the program with every page, likewise.
const WHOLE_LIMIT: u64 = 428_000;

/// Limit of the script for pages that frame the portal, likewise.
const EMBED_LIMIT: u64 = 6_000;

/// Names the Python program that has the vendor's SDK, for tests.
const PYTHON_SDK: &str = "KEYWARD_TEST_PYTHON_SDK";

/// `test [ARGUMENTS OF playwright test]`.
pub(crate) fn test(args: &[String]) -> Result<()> {
    tools::all()?;
    browser_tests::install_browser()?;
    debian::install(&[
        debian::NGINX,
        debian::CADDY,
        debian::APACHE,
        debian::CURL,
        debian::OPENSSL,
        debian::POSTGRESQL,
        debian::GO,
        debian::JAVA,
    ])?;
    let python_sdk = python::sdk()?;
    let mut tally = Tally::default();
    check::all(&mut tally)?;
    tally.suite(
        "native tests, gateway tests on SQLite",
        Ok(native(python_sdk.as_deref())),
    );
    tally.suite("gateway tests on PostgreSQL", Ok(on_postgresql()));
    tally.suite("tests in the browser", in_browser());
    let portal = portal::build()?;
    tally.check("size of the first load", || {
        fits(&portal::first_load(&portal)?, FIRST_LOAD_LIMIT)
    });
    tally.check("size of the program with every page", || {
        fits(&portal::whole(&portal)?, WHOLE_LIMIT)
    });
    tally.check("size of the custom element", || {
        fits(&[portal::embedding(&portal)?.0], EMBED_LIMIT)
    });
    let pseudo = portal::pseudo()?;
    let keyward = gateway::release()?;
    let mut playwright = browser_tests::program("playwright");
    playwright
        .arg("test")
        .args(args)
        .env("E2E_KEYWARD", keyward)
        .env("E2E_PSEUDO", pseudo);
    if let Some(program) = &python_sdk {
        playwright.env(PYTHON_SDK, program);
    }
    tally.suite("Playwright", Ok(playwright));
    tally.close()
}

/// `python_sdk` is the Python program that has the vendor's SDK. One run with it is enough: it never meets the database.
fn native(python_sdk: Option<&Path>) -> Command {
    let mut tests = cargo("test --locked --workspace --no-fail-fast");
    tests
        .env_remove("KEYWARD_TEST_DATABASE")
        .env_remove("KEYWARD_TEST_DATABASE_URL");
    if let Some(program) = python_sdk {
        tests.env(PYTHON_SDK, program);
    }
    tests
}

/// The same gateway tests again. `--workspace`, so that nothing is built anew with other features.
fn on_postgresql() -> Command {
    let mut tests = cargo("test --locked --workspace --test gateway --no-fail-fast");
    tests.env("KEYWARD_TEST_DATABASE", "postgres");
    tests
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

fn fits(assets: &[Asset], limit: u64) -> Result<()> {
    portal::print_sizes(assets);
    let total: u64 = assets.iter().map(|asset| asset.brotli).sum();
    if total > limit {
        bail!("{total} bytes; the limit is {limit}");
    }
    Ok(())
}

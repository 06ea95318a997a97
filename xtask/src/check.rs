//! Checks that don't run the code.

use anyhow::Result;

use crate::{
    advisories, browser_tests,
    run::{cargo, run},
    tally::Tally,
    texts, tidy, tools,
};

/// `check`.
pub(crate) fn check(_: &[String]) -> Result<()> {
    let mut tally = Tally::default();
    all(&mut tally)?;
    tally.close()
}

/// Every check, into the tally.
pub(crate) fn all(tally: &mut Tally) -> Result<()> {
    tools::wasm_target()?;
    let with_deny = tools::with_path([tools::cargo_deny()?])?;
    browser_tests::install()?;
    tally.check("project rules", tidy::tidy);
    tally.check("texts in the catalogue", texts::check);
    tally.check("format", || run(&mut cargo("fmt --all --check")));
    tally.check("lints", || {
        run(&mut cargo(
            "clippy --locked --keep-going --workspace --all-targets -- -D warnings",
        ))
    });
    tally.check("lints in the browser", || {
        let portal = "--package keyward-portal --package keyward-contract --lib --bins --test browser";
        run(&mut cargo(&format!(
            "clippy --locked --keep-going --target wasm32-unknown-unknown {portal} -- -D warnings"
        )))
    });
    tally.check("documentation", || {
        run(cargo("doc --locked --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"))
    });
    tally.check("licences and sources of dependencies", || {
        run(cargo("deny --locked --workspace check licenses bans sources").env("PATH", &with_deny))
    });
    advisories::check(tally, &with_deny);
    tally.check("types of the browser tests", || run(&mut browser_tests::program("tsc")));
    Ok(())
}

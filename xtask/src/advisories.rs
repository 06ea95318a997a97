//! Advisories on dependencies (the RustSec database), if the database is available.

use std::{env, ffi::OsStr, fs, path::PathBuf};

use anyhow::Result;

use crate::{
    run::{cargo, command, output, run, step},
    tally::Tally,
};

/// Checks the dependencies against the database, as new as it can be had, and says of when it is. Without one nothing is known,
/// which is said and is no fault of the code.
pub(crate) fn check(tally: &mut Tally, path: &OsStr) {
    let fetched = step("fetch the database of advisories", || {
        run(cargo("deny fetch db").env("PATH", path))
    });
    let Some((folder, date)) = database().and_then(|folder| Some((folder.clone(), date(folder).ok()?))) else {
        println!(
            "── advisories: SKIPPED. The database can't be fetched here, and no copy of it is in CARGO_HOME/advisory-dbs"
        );
        return;
    };
    let age = if fetched.is_ok() {
        "just fetched"
    } else {
        "not to be fetched now"
    };
    println!("── advisories: the database of {date} ({age}), {}", folder.display());
    tally.check("advisories on dependencies", || {
        run(cargo("deny --locked --workspace check --disable-fetch advisories").env("PATH", path))
    });
}

/// Where cargo-deny keeps it.
fn database() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")))?;
    let folders = fs::read_dir(home.join("advisory-dbs")).ok()?;
    let mut folders = folders.filter_map(|entry| Some(entry.ok()?.path()));
    folders.find(|folder| folder.join("crates").is_dir())
}

/// When the newest advisory came in.
fn date(folder: PathBuf) -> Result<String> {
    let said = output(command("git").arg("-C").arg(folder).args(["log", "-1", "--format=%cs"]))?;
    Ok(said.trim().to_owned())
}

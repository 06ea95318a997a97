//! Serving during development.

use std::{
    fs,
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, Result};

use crate::{
    demo, gateway,
    portal::{SOURCES, UNCOMPRESSED},
    run::command,
    tools, workspace,
};

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// `dev [FLAGS OF keyward serve]`: Trunk builds the portal at each change, and this the gateway, which serves it with the
/// same headers as in production. A page of another origin shows it, too. Ctrl-C ends all of it.
pub(crate) fn dev(args: &[String]) -> Result<()> {
    let tools = tools::portal()?;
    let args = &[args, &demo::serve(args)?].concat();
    // Not dist/, which is for the release build.
    let portal = workspace::scratch()?.join("dev-portal");
    fs::create_dir_all(&portal)?;
    let mut trunk = command("trunk")
        .args(["watch", "--offline", "--no-color", "--release=false", "--dist"])
        .arg(&portal)
        // These alone: the database lies below the workspace too, and changes all the time.
        .args(SOURCES.iter().flat_map(|source| ["--watch", source]))
        .env("PATH", &tools.path)
        .env(UNCOMPRESSED, "1")
        .env_remove("NO_COLOR")
        .spawn()
        .context("can't run trunk")?;
    let result = keep_gateway(&portal, args, &mut trunk);
    trunk.kill().ok();
    trunk.wait().ok();
    result
}

fn keep_gateway(portal: &Path, args: &[String], trunk: &mut Child) -> Result<()> {
    let mut running: Option<Child> = None;
    let mut built = None;
    while trunk.try_wait()?.is_none() {
        let newest = newest_change(&workspace::root().join("crates"))?;
        if newest != built {
            built = newest;
            // While it doesn't build, the last one that did goes on.
            match gateway::development() {
                Ok(keyward) => {
                    stop(running.take())?;
                    let mut serve = gateway::serve(&keyward, args);
                    serve.arg("--portal").arg(portal);
                    running = Some(serve.spawn().context("can't run keyward")?);
                }
                Err(error) => eprintln!("── {error:#}"),
            }
        }
        thread::sleep(LOOK_EVERY);
    }
    stop(running)
}

fn stop(gateway: Option<Child>) -> Result<()> {
    if let Some(mut gateway) = gateway {
        // SIGTERM, so that it finishes what it is doing.
        Command::new("kill")
            .arg(gateway.id().to_string())
            .status()
            .context("can't run kill")?;
        gateway.wait()?;
    }
    Ok(())
}

/// When something below the folder was changed last.
fn newest_change(folder: &Path) -> Result<Option<SystemTime>> {
    let mut newest = None;
    for entry in fs::read_dir(folder).with_context(|| format!("can't list {}", folder.display()))? {
        let path = entry?.path();
        let changed = if path.is_dir() {
            newest_change(&path)?
        } else {
            // An editor's temporary file may be gone again.
            fs::metadata(&path).and_then(|data| data.modified()).ok()
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}

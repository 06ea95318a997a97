//! From a clone to a running service.

use std::os::unix::process::CommandExt as _;

use anyhow::{Result, anyhow};

use crate::{gateway, portal, run::command};

/// `start [FLAGS OF keyward serve]`.
pub(crate) fn start(args: &[String]) -> Result<()> {
    portal::build()?;
    let keyward = gateway::release()?;
    let mut serve = command(&keyward);
    serve.arg("serve");
    if !args.iter().any(|arg| arg == "--data" || arg.starts_with("--data=")) {
        serve.args(["--data", "data"]);
    }
    // It takes this process's place, so that signals reach it.
    let error = serve.args(args).exec();
    Err(anyhow!(error).context(format!("can't run {}", keyward.display())))
}

//! From a clone to a running service.

use std::os::unix::process::CommandExt as _;

use anyhow::{Result, anyhow};

use crate::{gateway, portal};

/// `start [FLAGS OF keyward serve]`.
pub(crate) fn start(args: &[String]) -> Result<()> {
    portal::build()?;
    let keyward = gateway::release()?;
    // It takes this process's place, so that signals reach it.
    let error = gateway::serve(&keyward, args).exec();
    Err(anyhow!(error).context(format!("can't run {}", keyward.display())))
}

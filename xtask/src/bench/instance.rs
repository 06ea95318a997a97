//! The gateway under measurement.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::run::command;

pub(crate) const USERNAME: &str = "bench";
pub(crate) const PASSWORD: &str = "only for the benchmark";

/// Makes an installation below `folder`, in place of an earlier one, and returns its data folder.
pub(crate) fn install(keyward: &Path, folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let data = folder.join("data");
    let mut init = command(keyward)
        .args([
            "init",
            "--organization",
            "Bench",
            "--cloud",
            "cloud.example",
            "--admin",
            USERNAME,
            "--password-stdin",
        ])
        .arg("--data")
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("can't run keyward")?;
    init.stdin
        .take()
        .context("no standard input")?
        .write_all(PASSWORD.as_bytes())?;
    ensure!(init.wait()?.success(), "keyward init failed");
    Ok(data)
}

/// A running gateway. It ends with the value.
pub(crate) struct Instance {
    process: Child,
    /// Without a slash at its end.
    pub(crate) url: String,
}

impl Instance {
    pub(crate) fn start(keyward: &Path, data: &Path, flags: &[&str]) -> Result<Self> {
        let mut process = command(keyward)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .context("can't run keyward")?;
        let output = process.stdout.take().context("no standard output")?;
        let mut instance = Self {
            process,
            url: String::new(),
        };
        for line in BufReader::new(output).lines() {
            if let Some(url) = line?.strip_prefix("Keyward serves at ") {
                instance.url = url.trim_end_matches('/').to_owned();
                return Ok(instance);
            }
        }
        anyhow::bail!("keyward did not start")
    }

    pub(crate) fn resident_kilobytes(&self) -> Result<u64> {
        self.kilobytes("VmRSS:")
    }

    /// The most that was resident since it began.
    pub(crate) fn peak_kilobytes(&self) -> Result<u64> {
        self.kilobytes("VmHWM:")
    }

    fn kilobytes(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .with_context(|| format!("no {name}"))?;
        line.trim()
            .trim_end_matches(" kB")
            .parse()
            .with_context(|| format!("{name} is no number"))
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

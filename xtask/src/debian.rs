//! Programs from Debian packages.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Result, bail};

use crate::run::{command, on_path, run, step};

/// A program, and the Debian package that has it.
pub(crate) struct Package {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
}

/// What tests put in front of the gateway, and what the benchmark compares it with.
pub(crate) const NGINX: Package = Package {
    program: "nginx",
    package: "nginx-light",
};

/// Web servers that tests give an exported portal to.
pub(crate) const CADDY: Package = Package {
    program: "caddy",
    package: "caddy",
};

/// Likewise. This package has the program alone, without a service.
pub(crate) const APACHE: Package = Package {
    program: "apache2",
    package: "apache2-bin",
};

/// What the commands in the documents use, which a test runs.
pub(crate) const CURL: Package = Package {
    program: "curl",
    package: "curl",
};

/// Likewise.
pub(crate) const OPENSSL: Package = Package {
    program: "openssl",
    package: "openssl",
};

/// What snippets of the portal are written in, which a test runs.
pub(crate) const GO: Package = Package {
    program: "go",
    package: "golang-go",
};

/// Likewise. It compiles, too: a snippet is a single source file.
pub(crate) const JAVA: Package = Package {
    program: "javac",
    package: "default-jdk-headless",
};

/// A server that tests start for themselves, on folders of their own. The one that Debian may set up isn't used.
pub(crate) const POSTGRESQL: Package = Package {
    program: "postgres",
    package: "postgresql",
};

/// Installs those that are missing, where that is possible without asking for a password.
pub(crate) fn install(wanted: &[Package]) -> Result<()> {
    let missing: Vec<&Package> = wanted.iter().filter(|it| !is_installed(it.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs = missing.iter().map(|it| it.program).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().map(|it| it.package).collect();
    let by_hand = format!("Missing: {programs}. On Debian: apt-get install {}", packages.join(" "));
    if on_path("apt-get").is_none() {
        bail!("{by_hand}");
    }
    let Some(prefix) = become_root() else {
        bail!("{by_hand} (as root)")
    };
    let apt = |args: &[&str]| {
        let mut words = prefix
            .iter()
            .copied()
            .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        let mut apt = command(words.next().unwrap_or("env"));
        run(apt.args(words).args(args).stdout(Stdio::null()))
    };
    step(&format!("apt-get install {}", packages.join(" ")), || {
        apt(&["update"])?;
        apt(&[&["install", "--yes", "--no-install-recommends"], packages.as_slice()].concat())
    })
    .map_err(|error| error.context(by_hand))
}

/// Debian keeps nginx where only root's PATH leads, and PostgreSQL in a folder for each version.
fn is_installed(program: &str) -> bool {
    on_path(program).is_some()
        || Path::new("/usr/sbin").join(program).exists()
        || postgresql_folders().any(|folder| folder.join(program).exists())
}

fn postgresql_folders() -> impl Iterator<Item = PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin"))
}

/// What to put before a command so that it runs as root, or `None` where that takes a password.
fn become_root() -> Option<&'static [&'static str]> {
    let quiet = |program: &str, args: &[&str]| {
        command(program)
            .args(args)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
    };
    if quiet("id", &["-u"])?.stdout == b"0\n" {
        return Some(&[]);
    }
    quiet("sudo", &["-n", "true"])?
        .status
        .success()
        .then_some(&["sudo", "-n"])
}

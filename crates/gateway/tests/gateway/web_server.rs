//! Web servers other than nginx, for tests that stand before or beside the gateway.

use std::{
    fs,
    io::{self, BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

/// A server that says when it serves, ended when dropped.
pub(crate) struct WebServer(Child);

impl WebServer {
    /// Caddy with these sites, which has its files in the folder.
    pub(crate) fn caddy(folder: &Path, sites: &str) -> Self {
        let file = folder.join("Caddyfile");
        let options = "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n";
        fs::write(&file, options.to_owned() + sites).expect("a file");
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
        command.env("HOME", folder);
        Self::start(command, "caddy", "serving initial configuration")
    }

    pub(crate) fn start(mut command: Command, package: &str, ready: &str) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{error}: `cargo xtask test` installs it, or on Debian `apt-get install {package}`")
            });
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let process = Self(child);
        let (mut line, mut said) = (String::new(), String::new());
        while !line.contains(ready) {
            line.clear();
            assert!(log.read_line(&mut line).expect("text") > 0, "it ended:\n{said}");
            said.push_str(&line);
        }
        // It must never block on its output.
        thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        process
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        // A polite end reaches its workers, too.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

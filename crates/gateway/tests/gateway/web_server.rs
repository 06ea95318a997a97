//! Web servers other than nginx, for tests that stand before or beside the gateway.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

/// A server that says when it serves, ended when dropped.
pub(crate) struct WebServer {
    process: Child,
    said: Arc<Mutex<String>>,
}

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
        let server = Self {
            process: child,
            said: Arc::default(),
        };
        let mut line = String::new();
        while !line.contains(ready) {
            line.clear();
            let read = log.read_line(&mut line).expect("text");
            assert!(read > 0, "it ended:\n{}", server.said());
            server.said.lock().expect("its lines").push_str(&line);
        }
        // It must never block on its output.
        let said = Arc::clone(&server.said);
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                said.lock().expect("its lines").push_str(&line);
            }
        });
        server
    }

    /// What it has written to its standard error so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("its lines").clone()
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        // A polite end reaches its workers, too.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

//! Runs what a page of the documents says, in order, on an installation of its own.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::symlink,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::{
    data::TestData,
    documents::{Step, read},
    export_support::portal,
    nginx::{self, free_address},
    process::{Server, init},
    serve_tls::write_certificate,
    sso_provider::{IdentityProvider, SECRET},
    support::PASSWORD,
};

/// Programs that run here as they are.
const RUN: [&str; 8] = ["keyward", "curl", "openssl", "cat", "chmod", "cp", "mkdir", "tail"];

/// Programs that don't run, each with the reason.
const NOT_RUN: [(&str, &str); 1] = [("systemctl", "it manages the services of the whole machine")];

/// Pages that begin with an empty folder. The others begin with Acme, and a gateway that serves it.
const FROM_NOTHING: [&str; 2] = ["README.md", "docs/install.md"];

/// The page that exports the portal. This program may have been built without one.
const WITH_PORTAL: &str = "docs/static-hosting.md";

pub(crate) enum Outcome {
    Done,
    Fault(String),
}

/// What a page stands on: an installation with Acme and its admin, and an identity provider.
pub(crate) struct Installation {
    data: TestData,
    address: String,
    provider: IdentityProvider,
    /// `export …`, as a person's shell remembers it.
    exports: Vec<String>,
    /// A built portal, for the page that needs one.
    portal: Option<TempDir>,
    /// With its output: a closed one would be an error there.
    server: Option<(Child, BufReader<ChildStdout>)>,
}

impl Installation {
    pub(crate) async fn new(page: &str) -> Self {
        let data = TestData::missing();
        let at = |name: &str| data.beside(name);
        for name in ["etc", "bin", "backups"] {
            fs::create_dir(at(name)).expect("a folder");
        }
        symlink(env!("CARGO_BIN_EXE_keyward"), at("bin/keyward")).expect("a link");
        write_certificate(&at("etc"));
        fs::rename(at("etc/cert.pem"), at("etc/tls.pem")).expect("a file");
        fs::rename(at("etc/key.pem"), at("etc/tls.key")).expect("a file");
        fs::write(at("etc/client.secret"), SECRET).expect("a file");
        fs::write(at("etc/upstream.password"), PASSWORD).expect("a file");
        fs::write(at("etc/upstream.key"), "AbC123xYz789").expect("a file");
        let mut installation = Self {
            data,
            address: free_address(),
            provider: IdentityProvider::start().await,
            exports: Vec::new(),
            portal: (page == WITH_PORTAL).then(|| portal("1")),
            server: None,
        };
        installation.write_configuration();
        if !FROM_NOTHING.contains(&page) {
            let output = init(&installation.data);
            assert!(output.status.success(), "{}", said(&output));
            installation
                .serve("keyward serve --data /var/lib/keyward")
                .expect("it serves");
        }
        installation
    }

    /// The file that `docs/settings.md` shows.
    fn write_configuration(&self) {
        let text = read("docs/settings.md");
        let file = text
            .split("```toml\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next())
            .expect("a file");
        fs::write(self.data.beside("etc/keyward.toml"), self.adapted(file)).expect("a file");
    }

    /// A command with what differs here: paths, ports and host names, and nothing else.
    fn adapted(&self, command: &str) -> String {
        let at = |name: &str| self.data.beside(name).display().to_string();
        let changes = [
            ("/var/lib/keyward", at("data")),
            ("/srv/keyward", at("other")),
            ("/var/backups/keyward", at("backups")),
            ("/etc/keyward", at("etc")),
            ("127.0.0.1:8080", self.address.clone()),
            ("0.0.0.0:8443", free_address()),
            ("listen 443 ssl;", format!("listen {} ssl;", free_address())),
            ("/etc/ssl/certs/keys.example.pem", at("etc/tls.pem")),
            ("/etc/ssl/private/keys.example.key", at("etc/tls.key")),
            ("https://login.acme.example", self.provider.url().to_owned()),
        ];
        let command = changes
            .iter()
            .fold(command.to_owned(), |command, (from, to)| command.replace(from, to));
        // Only a client needs a host that answers.
        match command.starts_with("curl ") {
            true => command.replace("https://keys.example", &format!("http://{}", self.address)),
            false => command,
        }
    }

    pub(crate) async fn run(&mut self, step: &Step) -> Outcome {
        let command = step.command.as_str();
        if command.starts_with("export ") {
            self.exports.push(self.adapted(command));
            return Outcome::Done;
        }
        if NOT_RUN
            .iter()
            .any(|(known, _)| programs(command).all(|program| program == *known))
        {
            return Outcome::Done;
        }
        if command == "nginx -t" {
            let output = nginx::checked(&self.adapted(&step.blocks_before("nginx")));
            return outcome(output.status.success(), || said(&output));
        }
        if let Some(chore) = command.strip_prefix("cargo xtask ") {
            return outcome(is_chore(chore), || "no such chore".into());
        }
        if let Some(unknown) = programs(command).find(|program| !RUN.contains(program)) {
            return Outcome::Fault(format!(
                "{unknown}: this test doesn't know it. Add it to RUN, or to NOT_RUN with a reason"
            ));
        }
        if command.starts_with("keyward serve") {
            return match self.serve(command) {
                Ok(()) => Outcome::Done,
                Err(fault) => Outcome::Fault(fault),
            };
        }
        if command.starts_with("keyward restore") && self.server.is_some() {
            self.replace_the_key().await;
        }
        let mut shell = prepared(&self.script(command), self.data.around());
        if let Some(portal) = &self.portal {
            shell.env("KEYWARD_PORTAL", portal.path());
        }
        // Not on this thread, which answers for the identity provider.
        let output = tokio::task::spawn_blocking(move || shell.output())
            .await
            .expect("an end")
            .expect("a shell");
        outcome(output.status.success(), || said(&output))
    }

    fn script(&self, command: &str) -> String {
        format!("{}\n{}", self.exports.join("\n"), self.adapted(command))
    }

    /// Starts a gateway in place of the one that runs, and waits until it serves.
    fn serve(&mut self, command: &str) -> Result<(), String> {
        self.stop();
        let mut server = prepared(&self.script(&format!("exec {command}")), self.data.around())
            .env("KEYWARD_LISTEN", &self.address)
            .env("KEYWARD_LOG", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut line = String::new();
        let mut lines = BufReader::new(server.stdout.take().expect("its output"));
        lines.read_line(&mut line).expect("text");
        if line.starts_with("Keyward serves at ") {
            self.server = Some((server, lines));
            return Ok(());
        }
        let output = server.wait_with_output().expect("an end");
        Err(said(&output))
    }

    /// So that a restore has something to hold back.
    async fn replace_the_key(&self) {
        let mut server = Server::start(&self.data);
        server.sign_in().await;
        let version = server.key().await["version"].clone();
        let request = server.client.post(server.key_url("/regenerate").await);
        let request = server.change(request).header("if-match", format!("\"{version}\""));
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
        server.kill();
    }

    fn stop(&mut self) {
        if let Some((mut server, _)) = self.server.take() {
            // It may have ended already.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        self.stop();
    }
}

/// `sh` in a folder of its own, where `keyward` is the one under test.
pub(crate) fn prepared(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.join("bin").display());
    command
        .args(["-euc", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path);
    command
}

/// The programs that a command calls, also in a pipe and in `$(…)`.
fn programs(command: &str) -> impl Iterator<Item = &str> {
    command
        .split(['|', ';', '&'])
        .flat_map(|part| part.split("$("))
        .filter_map(|part| part.split_whitespace().next())
}

fn is_chore(words: &str) -> bool {
    let name = words.split(' ').next().unwrap_or_default();
    read("xtask/src/main.rs").contains(&format!("name: \"{name}\","))
}

fn outcome(well: bool, fault: impl FnOnce() -> String) -> Outcome {
    match well {
        true => Outcome::Done,
        false => Outcome::Fault(fault()),
    }
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

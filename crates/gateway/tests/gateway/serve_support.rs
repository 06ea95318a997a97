//! The real binary on data of its own and a free port.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio},
};

use crate::data::TestData;

/// `keyward serve`, killed when dropped.
pub(crate) struct Server {
    pub(crate) data: TestData,
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

/// `keyward serve` with these arguments, on a free port unless they say otherwise, and with nothing from our own
/// environment.
pub(crate) fn command(data: &TestData, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command
        .env_clear()
        .arg("serve")
        .arg("--data")
        .arg(data.path())
        .envs(data.environment())
        .args(arguments);
    if !arguments.contains(&"--listen") {
        command.args(["--listen", "127.0.0.1:0"]);
    }
    command
}

/// What it says when it can't serve.
pub(crate) fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    refused_on(&TestData::missing(), arguments)
}

/// The same with this data.
pub(crate) fn refused_on(data: &TestData, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(data, arguments).output().expect("a process");
    assert_eq!(String::from_utf8_lossy(&stdout), "", "it should not say that it serves");
    (status.code(), String::from_utf8(stderr).expect("text"))
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_on(TestData::missing(), arguments)
    }

    pub(crate) fn start_on(data: TestData, arguments: &[&str]) -> Self {
        let mut child = command(&data, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let stdout = BufReader::new(child.stdout.take().expect("its output"));
        let stderr = BufReader::new(child.stderr.take().expect("its log"));
        Self {
            data,
            child,
            stdout,
            stderr,
        }
    }

    /// The rest of the line of output that begins so.
    pub(crate) fn says(&mut self, start: &str) -> String {
        let mut line = String::new();
        while self.stdout.read_line(&mut line).expect("a line") > 0 {
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim_end().to_owned();
            }
            line.clear();
        }
        panic!("it did not say {start:?}; its log:\n{}", self.rest_of_log());
    }

    /// Waits for a line of the log with this text in it.
    pub(crate) fn logs(&mut self, text: &str) -> String {
        let mut line = String::new();
        while self.stderr.read_line(&mut line).expect("a line") > 0 {
            if line.contains(text) {
                return line;
            }
            line.clear();
        }
        panic!("it did not log {text:?}");
    }

    /// Address and port it serves at.
    pub(crate) fn address(&mut self) -> String {
        let url = self.says("Keyward serves at ");
        url.split_once("://").expect("a URL").1.to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status();
        assert!(status.expect("the command kill").success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("an end")
    }

    /// Everything it has logged since, once it has ended.
    pub(crate) fn rest_of_log(&mut self) -> String {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).expect("text");
        rest
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Results of all checks and suites.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::run::step;

/// How many tests passed and failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    /// The names of the steps that failed.
    failures: Vec<String>,
    /// What cargo's tests said of those that failed. Much output can follow it.
    reasons: Vec<String>,
}

impl Tally {
    /// A check: one test.
    pub(crate) fn check(&mut self, what: &str, work: impl FnOnce() -> Result<()>) {
        match step(what, work) {
            Ok(()) => self.passed += 1,
            Err(error) => self.fail(what, 1, &error),
        }
    }

    /// A suite, whose output says how many tests passed and failed.
    pub(crate) fn suite(&mut self, what: &str, command: Result<Command>) {
        let mut failed = 0;
        let mut in_reasons = false;
        let result = step(what, || {
            let mut child = command?.stdout(Stdio::piped()).spawn().context("can't run the tests")?;
            let output = child.stdout.take().context("the tests have no output")?;
            for line in BufReader::new(output).lines() {
                let line = line?;
                println!("{line}");
                let (more_passed, more_failed) = counts(&line);
                self.passed += more_passed;
                failed += more_failed;
                in_reasons = line == "failures:" || in_reasons && !line.starts_with("test result: ");
                if in_reasons {
                    self.reasons.push(line);
                }
            }
            let status = child.wait()?;
            if !status.success() {
                bail!("ended with {status}");
            }
            Ok(())
        });
        match result {
            Ok(()) => self.failed += failed,
            // A suite that does not even compile is a failure too.
            Err(error) => self.fail(what, failed.max(1), &error),
        }
    }

    fn fail(&mut self, what: &str, count: u64, error: &anyhow::Error) {
        eprintln!("── {what}: {error:#}");
        self.failed += count;
        self.failures.push(what.to_owned());
    }

    /// The closing lines, and an error where anything failed.
    pub(crate) fn close(self) -> Result<()> {
        for line in &self.reasons {
            println!("{line}");
        }
        for failure in &self.failures {
            println!("failed: {failure}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed > 0 {
            bail!("{} failed", self.failures.join(", "));
        }
        Ok(())
    }
}

/// What a line of a test runner counts: `test result: ok. 3 passed; 0 failed; …` of cargo and wasm-bindgen, `  3 passed (2s)`
/// and `  1 failed` of Playwright.
fn counts(line: &str) -> (u64, u64) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let count = |name: &str| {
        let at = words.iter().position(|word| word.trim_end_matches(';') == name)?;
        words.get(at.checked_sub(1)?)?.parse::<u64>().ok()
    };
    let cargo = line.starts_with("test result: ");
    let playwright =
        line.starts_with("  ") && words.len() <= 3 && words.first().is_some_and(|word| word.parse::<u64>().is_ok());
    if !cargo && !playwright {
        return (0, 0);
    }
    (
        count("passed").unwrap_or(0),
        count("failed").unwrap_or(0) + count("flaky").unwrap_or(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_runner() {
        assert_eq!(
            counts("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out"),
            (12, 0)
        );
        assert_eq!(counts("test result: FAILED. 2 passed; 3 failed; 0 ignored"), (2, 3));
        assert_eq!(counts("  7 passed (3.4s)"), (7, 0));
        assert_eq!(counts("  1 failed"), (0, 1));
        assert_eq!(counts("  1 flaky"), (0, 1));
        assert_eq!(counts("test a::b ... ok"), (0, 0));
        assert_eq!(counts("    3 passed tests are described here in words"), (0, 0));
    }

    #[test]
    fn one_failed_check_fails_all() {
        let mut tally = Tally::default();
        tally.check("good", || Ok(()));
        tally.check("bad", || bail!("no"));
        assert_eq!((tally.passed, tally.failed), (1, 1));
        assert!(tally.close().is_err());
    }

    #[test]
    fn reasons_of_failed_tests_are_printed_last() {
        let mut tally = Tally::default();
        let mut tests = Command::new("printf");
        tests.arg("test a ... FAILED\n\nfailures:\n\n---- a stdout ----\nno\n\ntest result: FAILED. 0 passed; 1 failed\nmore\n");
        tally.suite("tests", Ok(tests));
        assert_eq!(tally.reasons, ["failures:", "", "---- a stdout ----", "no", ""]);
    }
}

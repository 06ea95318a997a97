//! How long a change of the key takes, compared with a plain SQLite commit that writes as much to the same disk.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{http::Connection, instance::Instance, pages::Pages};
use crate::run::{command, output};

const ROUNDS: usize = 5;
pub(super) const CHANGES: usize = 300;

/// What a page takes in SQLite's write-ahead log: 4096 bytes, and a header of 24.
const FRAME: u64 = 4096 + 24;

/// Milliseconds, medians of the rounds.
pub(super) struct Changes {
    pages: u64,
    change: Times,
    commit: Times,
}

#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

impl Changes {
    pub(super) fn measure(gateway: &Instance, data: &Path, folder: &Path, pages: &Pages) -> Result<Self> {
        let mut regenerate = Regenerate::new(gateway, pages)?;
        let pages = pages_written(data, &mut regenerate)?;
        let mut sqlite = Sqlite::start(&folder.join("commits.db"), pages)?;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let (mut changes, mut commits) = (Vec::new(), Vec::new());
            // In turns, so that whatever else the disk does falls on both alike.
            for _ in 0..CHANGES {
                changes.push(time(|| regenerate.run())?);
                commits.push(time(|| sqlite.commit())?);
            }
            rounds.push([Times::of(changes), Times::of(commits)]);
        }
        let [change, commit] = [0, 1].map(|at| Times {
            p50: median(rounds.iter().map(|round| round[at].p50)),
            p99: median(rounds.iter().map(|round| round[at].p99)),
        });
        Ok(Self { pages, change, commit })
    }

    pub(super) fn print(&self) {
        println!("\nA change of the key, in ms, medians of {ROUNDS} rounds of {CHANGES} each in turns");
        println!("{:<44} {:>12} {:>10}", "", "p50", "p99");
        let row = |name: &str, times: Times| println!("{name:<44} {:>12.2} {:>10.2}", times.p50, times.p99);
        row("POST regenerate", self.change);
        row(&format!("commit of {} pages by SQLite alone", self.pages), self.commit);
        println!(
            "ratio of the p99 {:.2}   aim: at most 2",
            self.change.p99 / self.commit.p99
        );
    }
}

impl Times {
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1000.0;
        Self {
            p50: at(50),
            p99: at(99),
        }
    }
}

fn median(times: impl Iterator<Item = f64>) -> f64 {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

pub(super) fn time(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The request, as the page sends it.
pub(super) struct Regenerate {
    connection: Connection,
    path: String,
    cookie: String,
    number: u32,
}

impl Regenerate {
    pub(super) fn new(gateway: &Instance, pages: &Pages) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(&gateway.url)?,
            path: format!("{}/regenerate", pages.api_key_path),
            cookie: format!("Cookie: {}", pages.cookie),
            number: 0,
        })
    }

    pub(super) fn run(&mut self) -> Result<()> {
        self.number += 1;
        let name = format!("Idempotency-Key: {:08x}-0000-4000-8000-000000000000", self.number);
        let headers = [&self.cookie, "X-Keyward: 1", "If-Match: *", &name];
        self.connection.post(&self.path, &headers, "").map(drop)
    }
}

/// How many pages of the database a change writes.
fn pages_written(data: &Path, regenerate: &mut Regenerate) -> Result<u64> {
    let database = data.join("keyward.db");
    output(command("sqlite3").arg(&database).arg("PRAGMA wal_checkpoint(TRUNCATE)"))?;
    let changes = 20;
    for _ in 0..changes {
        regenerate.run()?;
    }
    let log = fs::metadata(data.join("keyward.db-wal"))?.len();
    ensure!(log > 0, "the database has no write-ahead log");
    Ok(log.div_ceil(FRAME * changes))
}

/// SQLite's own shell, on a database with the gateway's settings. It ends with the value.
struct Sqlite {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    commit: String,
}

impl Sqlite {
    /// Commits write this many pages: a row in as many tables.
    fn start(database: &Path, pages: u64) -> Result<Self> {
        let mut process = command("sqlite3")
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("can't run sqlite3")?;
        let inserts: String = (0..pages)
            .map(|table| format!("INSERT INTO t{table}(data) VALUES (randomblob(200)); "))
            .collect();
        let mut sqlite = Self {
            input: process.stdin.take().context("no standard input")?,
            output: BufReader::new(process.stdout.take().context("no standard output")?),
            process,
            commit: format!("BEGIN IMMEDIATE; {inserts}COMMIT;"),
        };
        let tables: String = (0..pages)
            .map(|table| format!("CREATE TABLE t{table} (id INTEGER PRIMARY KEY, data BLOB) STRICT; "))
            .collect();
        sqlite.run(&format!(
            ".output /dev/null\nPRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;\n.output\n{tables}"
        ))?;
        Ok(sqlite)
    }

    fn commit(&mut self) -> Result<()> {
        let commit = std::mem::take(&mut self.commit);
        let result = self.run(&commit);
        self.commit = commit;
        result
    }

    fn run(&mut self, statements: &str) -> Result<()> {
        writeln!(self.input, "{statements} SELECT 'done';")?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        ensure!(answer == "done\n", "SQLite answered {answer:?}");
        Ok(())
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

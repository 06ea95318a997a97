//! The gateway on PostgreSQL, alone and as one of two, beside what pgbench reaches on the same server in the same run.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{
    changes::{CHANGES, Regenerate, Times, time},
    instance::Instance,
    load::open_session,
    pages::Pages,
    wrk::{Rate, SECONDS, median, wrk},
};
use crate::run::{command, output, run};

const ROUNDS: usize = 3;
/// What finds the session that `/verify` is asked about. `HASH` is put in.
const FIND: &str = "SELECT s.id_hash, s.organization_id, o.subscription, a.id, a.name, r.name, COALESCE(r.api_access, 0), \
     s.last_used_on, s.created_on FROM api_sessions s \
     JOIN api_keys k ON k.organization_id = s.organization_id AND k.version = s.key_version AND k.enabled = 1 \
     AND k.sealed_key IS NOT NULL AND COALESCE(k.restored, '') <> 'held' \
     JOIN organizations o ON o.id = s.organization_id JOIN admins a ON a.id = s.admin_id \
     LEFT JOIN admin_roles m ON m.organization_id = s.organization_id AND m.admin_id = s.admin_id AND m.status = 'active' \
     LEFT JOIN roles r ON r.id = m.role_id WHERE s.id_hash = 'HASH';";
/// What a change of the key writes, and how it begins, on rows of its own size.
const CHANGE: &str = "BEGIN; SELECT pg_advisory_xact_lock(1); UPDATE api_keys SET version = version; \
     INSERT INTO audit_log SELECT MAX(id) + 1, 1, 1, repeat('a', 6), repeat('a', 24), repeat('a', 7), 'API Key', 1, 'bench', \
     '127.0.0.1', 'Admin UI', 'Success', NULL, repeat('a', 60), repeat('a', 60), repeat('a', 36), decode(repeat('ab', 32), 'hex') \
     FROM audit_log; UPDATE audit_chain SET head_id = head_id; UPDATE former_keys SET replaced_on = replaced_on; \
     INSERT INTO idempotent_answers SELECT id, '/api/portal', md5(random()::text), decode(repeat('ab', 32), 'hex'), \
     decode(repeat('ab', 300), 'hex'), 1 FROM admins LIMIT 1; COMMIT;";

/// Medians of the rounds.
pub(super) struct Postgres {
    pgbench: f64,
    one: Rate,
    two: [Rate; 2],
    change: Times,
    transaction: Times,
}

impl Postgres {
    /// `data` is the installation on SQLite that is copied there.
    pub(super) fn measure(
        keyward: &Path,
        (data, folder): (&Path, &Path),
        flags: &[&str],
        pages: &Pages,
    ) -> Result<Self> {
        let server = Server::start()?;
        let url = server.url();
        let from = format!("sqlite:{}", data.display());
        let copy = ["database", "copy", "--from", &from, "--to", &url];
        run(command(keyward).args(copy).stdout(Stdio::null()))?;
        let flags = [flags, &["--database-url", &url]].concat();
        let gateways = [
            Instance::start(keyward, data, &flags)?,
            Instance::start(keyward, data, &flags)?,
        ];
        let session = format!("Cookie: {}", open_session(&gateways[0], pages)?);
        let hash = server.ask("SELECT encode(id_hash, 'hex') FROM api_sessions ORDER BY created_on DESC LIMIT 1")?;
        let find = folder.join("find.sql");
        fs::write(&find, FIND.replace("HASH", &format!("\\x{hash}")))?;
        let verify = |gateway: &Instance, connections: &str| {
            wrk(
                &["--connections", connections, "--header", &session],
                &format!("{}/verify", gateway.url),
            )
        };
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let pgbench = server.pgbench(&find)?;
            let one = verify(&gateways[0], "32")?;
            let two = thread::scope(|scope| {
                let second = scope.spawn(|| verify(&gateways[1], "16"));
                let first = verify(&gateways[0], "16")?;
                let second = second.join().ok().context("wrk failed")??;
                anyhow::Ok([first, second])
            })?;
            rounds.push((pgbench, one, two));
        }
        let mut regenerate = Regenerate::new(&gateways[0], pages)?;
        // The first one leaves a former key.
        regenerate.run()?;
        let mut psql = Psql::start(&server)?;
        let (mut changes, mut transactions) = (Vec::new(), Vec::new());
        for _ in 0..CHANGES {
            changes.push(time(|| regenerate.run())?);
            transactions.push(time(|| psql.run(CHANGE))?);
        }
        let mut pgbench: Vec<f64> = rounds.iter().map(|(pgbench, ..)| *pgbench).collect();
        pgbench.sort_by(f64::total_cmp);
        Ok(Self {
            pgbench: pgbench[ROUNDS / 2],
            one: median(rounds.iter().map(|(_, one, _)| *one)),
            two: [0, 1].map(|at| median(rounds.iter().map(|(.., two)| two[at]))),
            change: Times::of(changes),
            transaction: Times::of(transactions),
        })
    }

    pub(super) fn print(&self) {
        println!("\nOn PostgreSQL over a socket, 32 connections, medians of {ROUNDS} rounds of {SECONDS} s");
        println!("{:<44} {:>12} {:>10}", "", "requests/s", "p99 in ms");
        let row = |name: &str, rate: Rate| {
            println!("{name:<44} {:>12.0} {:>10.2}", rate.per_second, rate.p99_milliseconds);
        };
        println!("{:<44} {:>12.0}", "pgbench -M prepared, the same SELECT", self.pgbench);
        row("GET /verify", self.one);
        println!("ratio {:.2}   aim: at least 0.6", self.one.per_second / self.pgbench);
        row("GET /verify at the first of two gateways", self.two[0]);
        row("and at the second at the same time", self.two[1]);
        println!("\nA change of the key there, in ms, {CHANGES} each in turns");
        println!("{:<44} {:>12} {:>10}", "", "p50", "p99");
        let row = |name: &str, times: Times| println!("{name:<44} {:>12.2} {:>10.2}", times.p50, times.p99);
        row("POST regenerate", self.change);
        row("a transaction that writes as much", self.transaction);
        println!(
            "ratio of the p99 {:.2}   aim: at most 1.5",
            self.change.p99 / self.transaction.p99
        );
    }
}

/// A server in a folder of its own, on a socket. It ends with the value.
struct Server {
    folder: PathBuf,
    programs: PathBuf,
    process: Child,
}

impl Server {
    fn start() -> Result<Self> {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .context("PostgreSQL isn't installed")?
            .map(|version| Ok(version?.path()))
            .collect::<Result<_>>()?;
        versions.sort();
        let programs = versions.pop().context("PostgreSQL isn't installed")?.join("bin");
        // The path of a socket must be short, and the server's user must get there.
        let folder = env::temp_dir().join(format!("keyward-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        if is_root()? {
            run(command("chown").arg("postgres").arg(&folder))?;
        }
        let data = folder.join("data");
        let initdb = [
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username=postgres",
        ];
        run(as_its_user(&programs.join("initdb"))?
            .args(initdb)
            .arg(&data)
            .stdout(Stdio::null()))?;
        let process = as_its_user(&programs.join("postgres"))?
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c"])
            .arg(format!("unix_socket_directories={}", folder.display()))
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self {
            folder,
            programs,
            process,
        };
        let start = Instant::now();
        while server.ask("SELECT 1").is_err() {
            ensure!(start.elapsed() < Duration::from_secs(30), "PostgreSQL doesn't start");
            thread::sleep(Duration::from_millis(200));
        }
        Ok(server)
    }

    fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user=postgres", self.folder.display())
    }

    fn client(&self, program: &str) -> Command {
        let mut client = command(self.programs.join(program));
        client.arg("--host").arg(&self.folder).args(["--username", "postgres"]);
        client
    }

    fn ask(&self, sql: &str) -> Result<String> {
        let asked = output(
            self.client("psql")
                .args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", sql])
                .stderr(Stdio::null()),
        )?;
        Ok(asked.trim().to_owned())
    }

    /// Transactions per second.
    fn pgbench(&self, script: &Path) -> Result<f64> {
        let seconds = SECONDS.to_string();
        let report = output(
            self.client("pgbench")
                .args([
                    "--no-vacuum",
                    "--protocol=prepared",
                    "--client=32",
                    "--jobs=1",
                    "--time",
                ])
                .args([&seconds, "--file"])
                .arg(script)
                .arg("postgres")
                .stderr(Stdio::null()),
        )?;
        let rate = report.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rate| rate.split(' ').next()?.parse().ok());
        rate.with_context(|| format!("pgbench reports something else:\n{report}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What fails here leaves a temporary folder.
        let _ = as_its_user(&self.programs.join("pg_ctl")).and_then(|mut stop| {
            let stop = stop.args(["stop", "--mode=fast", "--silent", "-D"]);
            run(stop.arg(self.folder.join("data")))
        });
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> Result<bool> {
    Ok(output(command("id").arg("-u"))?.trim() == "0")
}

/// PostgreSQL refuses to run as root.
fn as_its_user(program: &Path) -> Result<Command> {
    if !is_root()? {
        return Ok(command(program));
    }
    let mut as_user = command("setpriv");
    as_user
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    Ok(as_user)
}

/// One connection, for statements one after the other.
struct Psql {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Psql {
    fn start(server: &Server) -> Result<Self> {
        let mut process = server
            .client("psql")
            .args(["--no-psqlrc", "--quiet", "--tuples-only"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().context("no standard input")?;
        let output = BufReader::new(process.stdout.take().context("no standard output")?);
        Ok(Self { process, input, output })
    }

    fn run(&mut self, sql: &str) -> Result<()> {
        writeln!(self.input, "{sql}\n\\echo done")?;
        self.input.flush()?;
        let mut line = String::new();
        while line.trim() != "done" {
            line.clear();
            ensure!(self.output.read_line(&mut line)? > 0, "psql has ended");
        }
        Ok(())
    }
}

impl Drop for Psql {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

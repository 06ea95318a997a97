//! PostgreSQL servers for tests, each in a temporary folder, on a Unix socket and, unless a test asks for TCP, nothing else.
//!
//! A server ends with the process that started it, however that ends: a shell in front of it reads a pipe whose other end the
//! process has, and stops the server when that closes.

use std::{
    env, fs,
    io::Write as _,
    iter,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use tempfile::TempDir;
use url::Url;

use crate::{
    database::{execute, on_own_thread},
    nginx::free_address,
};

/// What owns the databases of tests: a role that can make databases, and not a superuser.
const ROLE: &str = "keyward";
pub(crate) const SUPERUSER: &str = "postgres";
const PORT: u16 = 5432;

/// Starts the server, waits for a word or the end of the pipe, and stops it. `keep` keeps the folder.
const GUARD: &str = r#"
folder=$1
shift
"$@" </dev/null >>"$folder/log" 2>&1 &
server=$!
read -r word
kill -QUIT "$server"
wait "$server"
[ "$word" = keep ] || rm -rf "$folder"
"#;

/// A server, stopped and removed when dropped.
pub(crate) struct Postgres {
    folder: TempDir,
    /// Whom it runs as, where that isn't us.
    user: Option<(u32, u32)>,
    guard: Option<Child>,
    port: u16,
    /// What a test sets beyond what all tests do.
    settings: Vec<String>,
}

impl Postgres {
    pub(crate) fn start() -> Self {
        Self::prepared().begun()
    }

    /// Also on TCP, where it has this certificate and asks for passwords.
    pub(crate) fn start_with_tls(certificate: &str, key: &str) -> Self {
        let mut server = Self::prepared();
        server.port = free_address()
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
            .expect("a port");
        let certificate = server.private_file("server.crt", certificate);
        let key = server.private_file("server.key", key);
        server.settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", certificate.display()),
            format!("ssl_key_file={}", key.display()),
        ];
        server.begun()
    }

    fn begun(self) -> Self {
        let mut server = self;
        let data = server.data();
        server.run_to_end(server.program("initdb").arg(data).args([
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--username",
            SUPERUSER,
        ]));
        server.spawn();
        server.as_superuser(&format!("CREATE ROLE {ROLE} LOGIN CREATEDB"));
        server
    }

    /// A replica that follows this server and can be read.
    pub(crate) fn replica_of(primary: &Self) -> Self {
        let mut replica = Self::prepared();
        let (from, to) = (primary.folder.path().display(), replica.data());
        replica.run_to_end(
            replica
                .program("pg_basebackup")
                .args(["--checkpoint=fast", "--no-sync", "--write-recovery-conf"])
                .arg(format!("--dbname=host={from} user={SUPERUSER}"))
                .arg("--pgdata")
                .arg(to),
        );
        replica.spawn();
        replica
    }

    /// A commit returns when a replica has applied it, so that nothing is lost when this server is.
    pub(crate) fn wait_for_replicas(&self) {
        self.as_superuser("ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.as_superuser("ALTER SYSTEM SET synchronous_commit = 'remote_apply'");
        self.as_superuser("SELECT pg_reload_conf()");
        let waits = "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')";
        wait_until("no synchronous replica", || self.is_true(waits));
    }

    /// Makes a replica a primary, as after the loss of the one it followed.
    pub(crate) fn promote(&self) {
        assert!(self.is_true("SELECT pg_promote(true, 60)"), "promoted");
    }

    /// Lets a replica fall behind, until it is promoted.
    pub(crate) fn stop_replaying(&self) {
        self.as_superuser("SELECT pg_wal_replay_pause()");
        let stops = "SELECT pg_get_wal_replay_pause_state() = 'paused'";
        wait_until("the replica doesn't stop", || self.is_true(stops));
    }

    /// As if the machine lost power: every process ends immediately, and none finishes what it does.
    pub(crate) fn kill_9(&mut self) {
        let postmaster = postmaster(&self.data());
        // So that it starts no more processes while they are looked for.
        signal("STOP", &[postmaster]);
        let all: Vec<u32> = iter::once(postmaster).chain(children(postmaster)).collect();
        signal("KILL", &all);
        self.stop("keep");
        wait_until("a process goes on", || !all.iter().any(|pid| is_alive(*pid)));
    }

    /// As if no packet arrived there anymore, until [`thaw`](Self::thaw): connections stay, and nothing answers.
    pub(crate) fn freeze(&self) {
        let postmaster = postmaster(&self.data());
        signal("STOP", &[postmaster]);
        signal("STOP", &children(postmaster));
    }

    pub(crate) fn thaw(&self) {
        let postmaster = postmaster(&self.data());
        signal("CONT", &children(postmaster));
        signal("CONT", &[postmaster]);
    }

    /// Starts it again after [`kill_9`](Self::kill_9).
    pub(crate) fn restart(&mut self) {
        self.stop("keep");
        self.spawn();
    }

    /// The address of a database there, for the role that may make more of them.
    pub(crate) fn url(&self, database: &str) -> Url {
        self.url_as(ROLE, database)
    }

    /// Where its socket is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it listens on TCP.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url_as(&self, role: &str, database: &str) -> Url {
        let url = format!("postgres://{role}@localhost:{}/{database}", self.port);
        let folder = self.folder.path().to_str().expect("text");
        Url::parse_with_params(&url, [("host", folder)]).expect("a URL")
    }

    /// An empty folder that the server's user owns. It's in `/tmp`, since the path of a socket has at most 107 bytes, and
    /// since others than us must get there.
    fn prepared() -> Self {
        let folder = tempfile::Builder::new().prefix("keyward-postgres-").tempdir_in("/tmp");
        let folder = folder.expect("a folder");
        let is_root = fs::metadata(folder.path()).expect("its owner").uid() == 0;
        // PostgreSQL refuses to run as root.
        let user = is_root.then(|| user_of(SUPERUSER));
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("given");
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open");
        Self {
            folder,
            user,
            guard: None,
            port: PORT,
            settings: Vec::new(),
        }
    }

    fn private_file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, text).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions");
        if let Some((uid, gid)) = self.user {
            chown(&file, Some(uid), Some(gid)).expect("given");
        }
        file
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        self.as_its_user(programs().join(name))
    }

    fn as_its_user(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .current_dir(self.folder.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn run_to_end(&self, command: &mut Command) {
        let output = command.stdin(Stdio::null()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}");
    }

    fn spawn(&mut self) {
        let folder = self.folder.path();
        let mut command = self.as_its_user("/bin/sh");
        command.args(["-c", GUARD, "sh"]).arg(folder);
        command.arg(programs().join("postgres")).arg("-D").arg(self.data());
        let directories = format!("unix_socket_directories={}", folder.display());
        for setting in [
            "listen_addresses=",
            directories.as_str(),
            "max_connections=500",
            "shared_buffers=128MB",
            // What a commit waits for is as it is in use; the disk under it isn't part of any test.
            "fsync=off",
            "full_page_writes=off",
            "jit=off",
        ] {
            command.args(["-c", setting]);
        }
        let port = format!("port={}", self.port);
        for setting in self.settings.iter().chain([&port]) {
            command.args(["-c", setting]);
        }
        // A group of its own: an interrupt at the keyboard goes to us alone, and the guard then does its work.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
        self.guard = Some(command.stderr(Stdio::null()).spawn().expect("a shell"));
        let maintenance = self.url_as(SUPERUSER, "postgres");
        wait_until("PostgreSQL doesn't start", || {
            let ended = self.guard.as_mut().is_some_and(|guard| !is_running(guard));
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(!ended, "PostgreSQL ended:\n{}", log());
            on_own_thread(async || PgConnection::connect(maintenance.as_str()).await.is_ok())
        });
    }

    fn stop(&mut self, word: &str) {
        let Some(mut guard) = self.guard.take() else { return };
        let mut pipe = guard.stdin.take().expect("a pipe");
        // Where the shell has been killed, there is no one to tell.
        let _ = pipe.write_all(format!("{word}\n").as_bytes());
        drop(pipe);
        let _ = guard.wait();
    }

    pub(crate) fn as_superuser(&self, sql: &str) {
        execute(&self.url_as(SUPERUSER, "postgres"), sql).expect(sql);
    }

    pub(crate) fn is_true(&self, sql: &str) -> bool {
        let url = self.url_as(SUPERUSER, "postgres");
        on_own_thread(async || {
            let mut connection = PgConnection::connect(url.as_str()).await.expect("a connection");
            let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection);
            row.await.expect(sql).get(0)
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop("remove");
    }
}

/// Runs a script in a database with psql.
pub(crate) fn psql(url: &Url, script: &str) {
    let mut psql = Command::new(programs().join("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
        .arg(url.as_str());
    let mut psql = psql
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql");
    psql.stdin
        .take()
        .expect("its input")
        .write_all(script.as_bytes())
        .expect("written");
    let output = psql.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What `pg_dump` writes of a database.
pub(crate) fn pg_dump(url: &Url) -> String {
    let mut dump = Command::new(programs().join("pg_dump"));
    let output = dump
        .args(["--no-owner", "--inserts"])
        .arg(url.as_str())
        .output()
        .expect("pg_dump");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The folder of the newest PostgreSQL of Debian's packages, or of the one on PATH.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max();
    if let Some((_, programs)) = newest {
        return programs;
    }
    #[expect(clippy::disallowed_methods, reason = "PATH is no setting of Keyward")]
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .find(|folder| folder.join("initdb").exists())
        .expect("PostgreSQL is missing: `cargo xtask test` installs it")
}

fn user_of(name: &str) -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("the users");
    let mut fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let user = fields.find(|fields| fields[0] == name);
    let user = user.expect("the user postgres is missing: the Debian package postgresql has it");
    let id = |at: usize| user[at].parse().expect("a number");
    (id(2), id(3))
}

/// The process of the server whose data are in this folder.
pub(crate) fn postmaster(data: &Path) -> u32 {
    let text = fs::read_to_string(data.join("postmaster.pid")).expect("a process");
    text.lines().next().and_then(|pid| pid.parse().ok()).expect("its id")
}

fn signal(name: &str, processes: &[u32]) {
    let ids = processes.iter().map(u32::to_string);
    let status = Command::new("kill").arg(format!("-{name}")).args(ids).status();
    assert!(status.expect("the command kill").success());
}

/// The state and the parent of a process, from `/proc`.
fn state(process: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before it can have spaces and parentheses.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

pub(crate) fn children(process: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("processes").flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|id| state(*id).is_some_and(|(_, parent)| parent == process))
        .collect()
}

/// One that has ended and whose parent hasn't asked yet is not alive.
pub(crate) fn is_alive(process: u32) -> bool {
    state(process).is_some_and(|(state, _)| state != "Z")
}

fn is_running(child: &mut Child) -> bool {
    child.try_wait().expect("a state").is_none()
}

pub(crate) fn wait_until(fault: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "{fault}");
        thread::sleep(Duration::from_millis(10));
    }
}

//! `keyward database copy`: an installation moves to PostgreSQL and back.

use std::{
    fs,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::{
    data::TestData,
    database::on_own_thread,
    filled::{contents, empty_tables, fill, regenerate},
    postgres::Postgres,
    process::{Server, init, keyward, operate},
};

/// Where a database is, for the command.
fn place(data: &TestData) -> String {
    match &data.database {
        None => format!("sqlite:{}", data.path().display()),
        Some(database) => database.url.to_string(),
    }
}

fn command(from: &str, to: &str, key_of: &TestData) -> Command {
    let key = key_of.path().join("master.key");
    let mut command = keyward(&["database", "copy", "--from", from, "--to", to]);
    command.arg("--master-key-file").arg(key);
    command
}

fn copy(from: &TestData, to: &TestData, key_of: &TestData) -> Output {
    command(&place(from), &place(to), key_of)
        .output()
        .expect("keyward runs")
}

/// Copies, and returns what it says.
fn copied(from: &TestData, to: &TestData, key_of: &TestData) -> String {
    let output = copy(from, to, key_of);
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

fn said(output: &Output) -> String {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(all).expect("text")
}

/// The master key of one installation for another folder.
fn give_key(from: &TestData, to: &TestData) {
    to.make_folder();
    fs::copy(from.path().join("master.key"), to.path().join("master.key")).expect("a copy");
}

/// The head hash that `keyward audit verify` prints.
fn head(data: &TestData) -> String {
    let output = operate(data, &["audit", "verify"]);
    assert!(output.status.success(), "{}", said(&output));
    said(&output).lines().last().expect("a line").to_owned()
}

#[tokio::test]
async fn an_installation_moves_to_postgresql_and_back() {
    let server = Postgres::start();
    let (first, there, back) = (TestData::on_sqlite(), TestData::on(&server), TestData::on_sqlite());
    let filled = fill(&first).await;
    give_key(&first, &there);
    give_key(&first, &back);

    let text = copied(&first, &there, &first);
    let before = contents(&first);
    assert_eq!(empty_tables(&before), [""; 0], "so that each table is copied");
    assert_eq!(before, contents(&there));
    let rows: usize = before.values().map(Vec::len).sum();
    assert!(text.starts_with(&format!("{rows} rows copied.")), "{text}");
    assert_eq!(head(&first), head(&there));
    assert!(text.contains(&head(&there)), "{text}");

    // It goes on there: new rows get new identities.
    let mut gateway = Server::start(&there);
    gateway.client = filled.portal.clone();
    filled.assert_in_use(&gateway).await;
    gateway.stop();
    for table in [
        "key_clients",
        "former_key_clients",
        "oauth_clients",
        "sandbox_token_clients",
        "sso_roles",
    ] {
        let next = there.value::<i64>(&format!("SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"));
        let last = there.value::<i64>(&format!("SELECT MAX(id) FROM {table}"));
        assert!(next > last, "{table}: {next} after {last}");
    }

    copied(&there, &back, &first);
    assert_eq!(contents(&there), contents(&back));
    assert_eq!(head(&there), head(&back));
    let mut gateway = Server::start(&back);
    gateway.client = filled.portal.clone();
    filled.assert_in_use(&gateway).await;
    regenerate(&gateway).await;
    assert!(!filled.has_api_session(&gateway).await);
    gateway.stop();
    head(&back);
}

#[test]
fn a_target_that_is_not_empty_is_refused() {
    let server = Postgres::start();
    let (sqlite, postgres) = (TestData::on_sqlite(), TestData::on(&server));
    for data in [&sqlite, &postgres] {
        assert!(init(data).status.success());
    }
    for (from, to) in [(&sqlite, &postgres), (&postgres, &sqlite)] {
        let before = contents(to);
        let output = copy(from, to, from);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("the target is not empty"), "{}", said(&output));
        assert_eq!(before, contents(to));
    }
}

#[test]
fn a_wrong_master_key_copies_nothing() {
    let server = Postgres::start();
    let (from, other, to) = (TestData::on_sqlite(), TestData::on_sqlite(), TestData::on(&server));
    for data in [&from, &other] {
        assert!(init(data).status.success());
    }
    let output = copy(&from, &to, &other);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("the master key is not the one"),
        "{}",
        said(&output)
    );
    assert!(contents(&to).values().all(Vec::is_empty));
    copied(&from, &to, &from);
}

#[test]
fn wrong_urls_are_named_without_the_password() {
    let server = Postgres::start();
    let (from, to) = (TestData::on_sqlite(), TestData::on(&server));
    assert!(init(&from).status.success());
    let key = from.path().join("master.key").display().to_string();
    let mut missing = server.url("nowhere");
    missing.set_password(Some("secret-word")).expect("a password");
    let unreachable = format!("postgres://keyward:secret-word@127.0.0.1:1/{}", "keys");
    let unknown_mode = "postgres://keyward:secret-word@127.0.0.1:1/keys?sslmode=verify-fully";
    let no_ca =
        "postgres://keyward:secret-word@127.0.0.1:1/keys?sslmode=verify-full&sslrootcert=/nowhere/secret-word.pem";
    let cases = [
        (
            place(&from),
            "mysql://keyward:secret-word@db.example/keys",
            "postgres://USER@HOST/DATABASE",
        ),
        (
            place(&from),
            "keyward:secret-word@db.example",
            "postgres://USER@HOST/DATABASE",
        ),
        (place(&from), "sqlite:", "sqlite:DIR"),
        (place(&from), missing.as_str(), "can't open the database postgres://"),
        (
            place(&from),
            &unreachable,
            "can't open the database postgres://127.0.0.1:1/keys: ",
        ),
        (place(&from), unknown_mode, "verify-fully"),
        (place(&from), no_ca, "can't read sslrootcert /nowhere/secret-word.pem: "),
        (
            unreachable.clone(),
            to.database.as_ref().expect("a database").url.as_str(),
            "can't open the database",
        ),
        (place(&to), "sqlite:/nowhere", "no installation in postgres://"),
        (
            "sqlite:/nowhere".to_owned(),
            unreachable.as_str(),
            "no installation in /nowhere",
        ),
    ];
    for (from, to, text) in cases {
        let output = keyward(&[
            "database",
            "copy",
            "--from",
            &from,
            "--to",
            to,
            "--master-key-file",
            &key,
        ]);
        let output = { output }.output().expect("keyward runs");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{from} {to}: {said}");
        assert!(said.contains(text), "{from} {to}: {said}");
        assert!(
            !said.contains("keyward:secret-word") && !said.contains(":secret"),
            "{from} {to}: {said}"
        );
    }
}

/// Holds a table until it's let go, so that a copy waits in the middle.
struct Held(PgConnection, tokio::runtime::Runtime);

impl Held {
    fn table(data: &TestData, table: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let url = &data.database.as_ref().expect("a database").url;
        let connection = runtime.block_on(async {
            let mut connection = PgConnection::connect(url.as_str()).await.expect("a connection");
            let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
            sqlx::raw_sql(AssertSqlSafe(lock))
                .execute(&mut connection)
                .await
                .expect("locked");
            connection
        });
        Self(connection, runtime)
    }

    fn let_go(self) {
        let Self(connection, runtime) = self;
        // Its server may be gone.
        let _ = runtime.block_on(connection.close());
    }
}

/// Starts a copy and waits until it waits for the table that is held.
fn stuck(from: &TestData, to: &TestData, key_of: &TestData, table: &str) -> Child {
    let mut copy = command(&place(from), &place(to), key_of);
    let copy = copy
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("keyward runs");
    let postgres = if from.database.is_some() { from } else { to };
    let waits = format!("SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass");
    let start = Instant::now();
    while postgres.value::<i64>(&waits) == 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "it doesn't come to {table}");
        thread::sleep(Duration::from_millis(10));
    }
    copy
}

/// Makes the tables, and nothing in them.
fn make_tables(data: &TestData) {
    on_own_thread(async || data.store().await.close().await);
}

/// One of the last tables that are copied.
const LATE: &str = "key_hours";

#[test]
fn a_copy_killed_in_the_middle_leaves_nothing() {
    let server = Postgres::start();
    let (from, there, back) = (TestData::on_sqlite(), TestData::on(&server), TestData::on_sqlite());
    assert!(init(&from).status.success());
    give_key(&from, &there);
    make_tables(&there);
    for (from, to) in [(&from, &there), (&there, &back)] {
        let held = Held::table(&there, LATE);
        let mut copy = stuck(from, to, &there, LATE);
        copy.kill().expect("killed");
        copy.wait().expect("an end");
        held.let_go();
        assert!(contents(to).values().all(Vec::is_empty), "{:?}", contents(to));
        copied(from, to, &there);
        assert_eq!(contents(from), contents(to));
    }
}

#[test]
fn a_copy_whose_server_is_lost_leaves_nothing() {
    let mut server = Postgres::start();
    let (from, to) = (TestData::on_sqlite(), TestData::on(&server));
    assert!(init(&from).status.success());
    make_tables(&to);
    let held = Held::table(&to, LATE);
    let copy = stuck(&from, &to, &from, LATE);
    server.kill_9();
    let output = copy.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    held.let_go();
    server.restart();
    assert!(contents(&to).values().all(Vec::is_empty));
    copied(&from, &to, &from);
    assert_eq!(contents(&from), contents(&to));
}

//! That the PostgreSQL servers of tests do what tests rely on.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    iter,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{
    data::TestData,
    database::{Database, execute, variable},
    postgres::{Postgres, children, is_alive, postmaster, wait_until},
    sql::column,
};

/// For the child process of a test: do what the parent wants to see ended.
const CHILD: &str = "KEYWARD_TEST_CHILD";

#[test]
fn a_server_ends_with_a_killed_process() {
    if variable(CHILD).is_some() {
        let server = Postgres::start();
        println!("started in {}", server.data().display());
        loop {
            thread::park();
        }
    }
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args([
            "--exact",
            "postgres_itself::a_server_ends_with_a_killed_process",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let output = child.stdout.take().expect("its output");
    let lines = BufReader::new(output).lines().map(|line| line.expect("text"));
    let said = lines.filter_map(|line| Some(PathBuf::from(line.split_once("started in ")?.1)));
    let data = said.take(1).next().expect("its folder");
    let postmaster = postmaster(&data);
    let all: Vec<u32> = iter::once(postmaster).chain(children(postmaster)).collect();
    // A child may be one that only starts the server, and end by itself.
    assert!(all.len() > 1 && is_alive(postmaster), "{all:?}");
    child.kill().expect("killed");
    child.wait().expect("an end");
    wait_until("a process goes on", || !all.iter().any(|pid| is_alive(*pid)));
    wait_until("the folder is left", || !data.parent().is_some_and(Path::exists));
}

#[test]
fn what_is_committed_is_there_after_kill_9() {
    let mut server = Postgres::start();
    let data = TestData::on(&server);
    data.execute("CREATE TABLE words (word TEXT); INSERT INTO words VALUES ('committed')");
    server.kill_9();
    let url = data.database.as_ref().expect("a database").url.clone();
    execute(&url, "SELECT 1").expect_err("it has ended");
    server.restart();
    assert_eq!(data.value::<String>("SELECT word FROM words"), "committed");
}

#[test]
fn a_promoted_replica_has_what_was_committed() {
    let mut primary = Postgres::start();
    let replica = Postgres::replica_of(&primary);
    primary.wait_for_replicas();
    let database = Database::on(&primary);
    execute(&database.url, "CREATE TABLE numbers (number BIGINT)").expect("a table");
    for number in 0..20 {
        execute(&database.url, &format!("INSERT INTO numbers VALUES ({number})")).expect("a row");
    }
    let there = replica.url(&database.name);
    let count = || column::<i64>(&there, "SELECT COUNT(*) FROM numbers", &[]);
    assert_eq!(count(), [20], "it can be read");
    let write = || execute(&there, "INSERT INTO numbers VALUES (20)");
    write().expect_err("a replica is not written to");
    primary.kill_9();
    replica.promote();
    assert_eq!(count(), [20]);
    write().expect("it is the primary");
    assert_eq!(count(), [21]);
}

#[test]
fn a_database_is_dropped_with_its_test_data() {
    let server = Postgres::start();
    let data = TestData::on(&server);
    data.execute("CREATE TABLE words (word BYTEA)");
    data.execute_with("INSERT INTO words VALUES (?1)", &[b"shown".as_slice().into()]);
    data.make_folder();
    fs::write(data.path().join("master.key"), "").expect("a file");
    assert!(data.everything().contains("shown"));
    let copy = data.copy();
    assert_eq!(
        (copy.rows("words"), copy.columns("words")),
        (1, vec!["word".to_owned()])
    );
    let name = data.database.as_ref().expect("a database").name.clone();
    let exists = format!("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{name}')");
    assert!(server.is_true(&exists));
    drop(data);
    assert!(!server.is_true(&exists));
}

#[test]
fn rejected_insertions_fail_until_allowed() {
    let server = Postgres::start();
    let data = TestData::on(&server);
    data.execute("CREATE TABLE words (word TEXT)");
    data.reject_insertions("words");
    let url = &data.database.as_ref().expect("a database").url;
    execute(url, "INSERT INTO words VALUES ('no')").expect_err("rejected");
    data.allow_insertions("words");
    execute(url, "INSERT INTO words VALUES ('yes')").expect("allowed");
}

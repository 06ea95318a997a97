//! The chain of the audit log: what was changed is found, what was not is not.

use std::{fs, path::Path, process::Output};

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_gateway::{
    app,
    config::{Config, MasterKeySource},
    secrets::Secrets,
    store::DATABASE_FILE,
    upkeep::retention,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    process::{Server, init, operate, operate_well},
    support::{ADMIN, Acme, PASSWORD},
};

fn database(folder: &Path) -> Connection {
    Connection::open(folder.join(DATABASE_FILE)).expect("a database")
}

fn change(folder: &Path, sql: &str) {
    database(folder).execute_batch(sql).expect(sql);
}

fn copy(from: &Path) -> TempDir {
    let to = TempDir::new().expect("a folder");
    for file in [DATABASE_FILE, "master.key"] {
        fs::copy(from.join(file), to.path().join(file)).expect("a copy");
    }
    to
}

/// What verifying says: the standard output of a log that is sound, the error of one that is not.
fn verify(folder: &Path, more: &[&str]) -> Result<String, String> {
    let arguments = [&["audit", "verify"], more].concat();
    let Output { status, stdout, stderr } = operate(folder, &arguments);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    match status.code() {
        Some(0) => Ok(text(stdout)),
        Some(1) => Err(text(stderr)),
        code => panic!("{code:?}: {}", text(stderr)),
    }
}

fn rows(folder: &Path) -> i64 {
    let count = "SELECT COUNT(*) FROM audit_log";
    database(folder).query_row(count, [], |row| row.get(0)).expect(count)
}

fn head(folder: &Path) -> String {
    let said = verify(folder, &[]).expect("sound");
    said.lines().last().expect("the head").to_owned()
}

/// A folder whose gateway has stopped, with some ten rows in its log.
async fn stopped() -> TempDir {
    let acme = Acme::new().await;
    for _ in 0..3 {
        acme.key().await;
        acme.regenerate().await;
    }
    acme.app.store.close().await;
    acme.gateway.folder
}

#[tokio::test]
async fn any_tampering_with_a_row_is_found() {
    let folder = stopped().await;
    let said = verify(folder.path(), &[]).expect("sound");
    assert!(said.starts_with("Audit log intact: "), "{said}");

    let columns: Vec<String> = {
        let database = database(folder.path());
        let mut columns = database
            .prepare("SELECT name FROM pragma_table_info('audit_log')")
            .expect("SQL");
        let names = columns.query_map([], |row| row.get(0)).expect("columns");
        names.collect::<Result<_, _>>().expect("names")
    };
    assert!(columns.len() > 15, "{columns:?}");
    for column in &columns {
        let copy = copy(folder.path());
        change(copy.path(), &format!("UPDATE audit_log SET {column} = 99 WHERE id = 4"));
        let error = verify(copy.path(), &[]).expect_err(column);
        assert!(error.contains("the audit log was tampered with"), "{column}: {error}");
    }
    for (sql, expected) in [
        (
            "UPDATE audit_log SET admin_name = 'mallory' WHERE id = 4",
            "row 4 does not follow",
        ),
        ("UPDATE audit_log SET reason = '' WHERE id = 4", "row 4 does not follow"),
        ("DELETE FROM audit_log WHERE id = 4", "row 5 does not follow"),
        ("DELETE FROM audit_log WHERE id = 1", "row 2 does not follow"),
        ("DELETE FROM audit_log WHERE id > 6", "rows after row 6 were removed"),
        ("DELETE FROM audit_log", "rows after row 0 were removed"),
        (
            "UPDATE audit_log SET id = -1 WHERE id = 4; UPDATE audit_log SET id = 4 WHERE id = 5;
             UPDATE audit_log SET id = 5 WHERE id = -1",
            "row 4 does not follow",
        ),
        (
            "CREATE TEMP TABLE t AS SELECT * FROM audit_log WHERE id = 4; UPDATE t SET id = -3;
             INSERT INTO audit_log SELECT * FROM t",
            "row -3 was inserted before the beginning",
        ),
        (
            "CREATE TEMP TABLE t AS SELECT * FROM audit_log WHERE id = 4; UPDATE t SET id = 1000;
             INSERT INTO audit_log SELECT * FROM t",
            "row 1000 does not follow",
        ),
        // As retention would cut, but without the master key.
        (
            "UPDATE audit_chain SET start_id = 4, start_mac = (SELECT mac FROM audit_log WHERE id = 4);
             DELETE FROM audit_log WHERE id <= 4",
            "the record of where the log begins and ends",
        ),
        (
            "UPDATE audit_chain SET head_id = 6, head_mac = (SELECT mac FROM audit_log WHERE id = 6);
             DELETE FROM audit_log WHERE id > 6",
            "the record of where the log begins and ends",
        ),
        (
            "UPDATE audit_log SET mac = NULL; DELETE FROM audit_chain",
            "the record of where the log begins and ends",
        ),
    ] {
        let copy = copy(folder.path());
        change(copy.path(), sql);
        let error = verify(copy.path(), &[]).expect_err(sql);
        assert!(error.contains(expected), "{sql}: {error}");
    }
    verify(folder.path(), &[]).expect("the original is as it was");
}

#[tokio::test]
async fn a_rolled_back_log_is_found_with_the_stored_head() {
    let folder = stopped().await;
    let older = copy(folder.path());
    operate_well(folder.path(), &["key", "disable", "--organization", "Acme"]);
    let noted = head(folder.path());
    verify(older.path(), &[]).expect("by itself it is sound");
    let error = verify(older.path(), &["--head", &noted]).expect_err("rows are missing");
    assert!(error.contains("doesn't contain the head that you passed"), "{error}");

    operate_well(folder.path(), &["key", "enable", "--organization", "Acme"]);
    verify(folder.path(), &["--head", &noted]).expect("it goes on from there");
    let forged = noted.replace(':', ":0").get(..noted.len()).expect("as long").to_owned();
    verify(folder.path(), &["--head", &forged]).expect_err("a different MAC");
    let refused = operate(folder.path(), &["audit", "verify", "--head", "7"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[tokio::test]
async fn a_wrong_master_key_is_not_reported_as_tampering() {
    let folder = stopped().await;
    fs::write(folder.path().join("master.key"), "ab".repeat(32)).expect("written");
    let error = verify(folder.path(), &[]).expect_err("another key");
    assert!(error.contains("master key is not the one"), "{error}");
}

#[tokio::test]
async fn a_change_without_its_audit_row_does_not_happen() {
    let acme = Acme::new().await;
    let key = acme.key().await;
    for (sql, back) in [
        (
            "CREATE TRIGGER stop BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END",
            "DROP TRIGGER stop",
        ),
        // Going on from a chain that someone has touched would cover up what they did.
        (
            "UPDATE audit_chain SET head_id = head_id + 1",
            "UPDATE audit_chain SET head_id = head_id - 1",
        ),
    ] {
        change(acme.gateway.folder.path(), sql);
        for (method, more) in [
            (Method::POST, "/regenerate"),
            (Method::DELETE, ""),
            (Method::POST, "/reveal"),
        ] {
            let change = acme.change(method.clone(), more).header("if-match", "*");
            let answer = acme.send(change.empty()).await;
            assert_eq!(
                answer.status,
                StatusCode::INTERNAL_SERVER_ERROR,
                "{method} {more}: {}",
                answer.text
            );
            assert!(!answer.text.contains(&key));
        }
        change(acme.gateway.folder.path(), back);
        assert_eq!(acme.key().await, key);
    }
}

/// Retention cuts the oldest end alone, and what is left is still proven.
#[tokio::test]
async fn retention_prunes_the_oldest_rows_and_the_rest_verifies() {
    let acme = Acme::new().await;
    for _ in 0..5 {
        acme.regenerate().await;
    }
    let folder = acme.gateway.folder.path().to_owned();
    let old = head(&folder);
    assert_eq!(
        retention::cut(&acme.app, acme.clock.now()).await.expect("a cut"),
        0,
        "nothing is old"
    );
    acme.clock.advance(TimeDelta::days(183) + TimeDelta::seconds(1));
    acme.api_sign_in("AbC123xYz789", ADMIN, PASSWORD).await;
    let rows = acme.audit_log().await.len();
    let cut = retention::cut(&acme.app, acme.clock.now()).await.expect("a cut");
    assert!(cut > 5, "{cut}");
    assert_eq!(
        retention::cut(&acme.app, acme.clock.now()).await.expect("a cut"),
        0,
        "once"
    );
    let kept = acme.audit_log().await;
    assert_eq!(kept.len() as u64, rows as u64 - cut + 1);
    assert_eq!(
        kept.last().map(String::as_str),
        Some("Delete, Service Provider, Command Line, Success")
    );

    let said = verify(&folder, &[]).expect("sound");
    assert!(said.contains("were pruned by audit-retention"), "{said}");
    let error = verify(
        &folder,
        &["--head", &old.replacen(old.split(':').next().expect("an id"), "1", 1)],
    );
    assert!(
        error
            .expect_err("older than the oldest row")
            .contains("can't be compared")
    );
    change(
        &folder,
        "DELETE FROM audit_log WHERE id = (SELECT MIN(id) FROM audit_log)",
    );
    verify(&folder, &[]).expect_err("the first kept row is missing");
}

#[tokio::test]
async fn a_clock_set_back_prunes_nothing_from_the_middle() {
    let acme = Acme::new().await;
    acme.regenerate().await;
    acme.clock.advance(TimeDelta::days(400));
    acme.api_sign_in("AbC123xYz789", ADMIN, PASSWORD).await;
    // Back to where it was: what is logged now is old already, and comes after what is not.
    acme.clock.advance(-TimeDelta::days(400));
    acme.regenerate().await;
    acme.clock.advance(TimeDelta::days(400));
    let rows = acme.audit_log().await.len();
    let cut = retention::cut(&acme.app, acme.clock.now()).await.expect("a cut");
    let kept = acme.audit_log().await;
    assert_eq!(kept.len() as u64, rows as u64 - cut + 1);
    assert!(kept[0].contains("Failure"), "{kept:?}");
    assert!(kept[1].contains("Regenerate"), "{kept:?}");
    verify(acme.gateway.folder.path(), &[]).expect("sound");
}

/// Retention cuts off no row that is not what was written.
#[tokio::test]
async fn retention_does_not_cover_up_what_was_changed() {
    for sql in [
        // Old rows, to be rid of.
        "UPDATE audit_log SET admin_name = 'mallory' WHERE id = 3",
        // Rows that are not old, made so.
        "UPDATE audit_log SET logged_on = 1 WHERE id <= 5",
        "DELETE FROM audit_log WHERE id = 2",
        "UPDATE audit_log SET id = 0 WHERE id = 1",
        "UPDATE audit_log SET logged_on = 'x' WHERE id = 1",
    ] {
        let acme = Acme::new().await;
        acme.regenerate().await;
        acme.regenerate().await;
        let folder = acme.gateway.folder.path().to_owned();
        if !sql.contains("logged_on = 1") {
            acme.clock.advance(TimeDelta::days(184));
        }
        change(&folder, sql);
        let before = rows(&folder);
        retention::cut(&acme.app, acme.clock.now()).await.expect_err(sql);
        assert_eq!(rows(&folder), before, "{sql}");
        verify(&folder, &[]).expect_err(sql);
    }
}

#[tokio::test]
async fn concurrent_writers_and_processes_make_one_chain() {
    let folder = TempDir::new().expect("a folder");
    assert!(init(folder.path()).status.success());
    let server = Server::start(folder.path());
    server.sign_in().await;
    let url = server.key_url("/regenerate").await;
    let operator = {
        let folder = folder.path().to_owned();
        tokio::task::spawn_blocking(move || {
            for command in ["disable", "enable", "disable", "enable"] {
                operate_well(&folder, &["key", command, "--organization", "Acme"]);
                verify(&folder, &[]).expect("sound at each moment");
            }
        })
    };
    let requests = (0..40).map(|_| {
        let request = server.change(server.client.post(&url)).header("if-match", "*");
        async move { request.send().await.expect("an answer").status() }
    });
    let statuses = futures_util::future::join_all(requests).await;
    operator.await.expect("no panic");
    assert!(
        statuses.iter().all(|status| [200, 403].contains(&status.as_u16())),
        "{statuses:?}"
    );
    let said = verify(folder.path(), &[]).expect("sound");
    let rows: usize = said
        .split(": ")
        .nth(1)
        .and_then(|it| it.split(' ').next()?.parse().ok())
        .expect("a number");
    assert!(rows > 40, "{said}");
}

#[tokio::test]
async fn a_log_from_before_the_chain_is_chained_once() {
    let folder = stopped().await;
    let hex = fs::read_to_string(folder.path().join("master.key")).expect("a key");
    let secrets = Secrets::from_hex(hex.trim()).expect("a key");
    let before = secrets.seal("installation/master-key-check", b"keyward");
    let chained: Vec<u8> = database(folder.path())
        .query_row("SELECT master_key_check FROM installation", [], |row| row.get(0))
        .expect("a value");
    let unchain = "UPDATE audit_log SET mac = NULL; DELETE FROM audit_chain";
    let set_check = |value: &Vec<u8>| {
        database(folder.path())
            .execute("UPDATE installation SET master_key_check = ?1", [value])
            .expect("set")
    };
    change(folder.path(), unchain);
    set_check(&before);
    let start = async || {
        let mut config = Config::for_data(folder.path());
        config.data.master_key = MasterKeySource::Environment(hex.trim().to_owned().into());
        let app = app::build(config, keyward_gateway::clock::Clock::System)
            .await
            .expect("a start");
        app.state.store.close().await;
    };
    start().await;
    verify(folder.path(), &[]).expect("chained");

    // Removing the chain later doesn't start a new one.
    change(folder.path(), unchain);
    set_check(&chained);
    start().await;
    verify(folder.path(), &[]).expect_err("no chain");
}

/// A restore never brings the audit log back to an older state of itself.
#[tokio::test]
async fn a_restore_keeps_a_continued_log_and_restores_a_lost_one() {
    let folder = TempDir::new().expect("a folder");
    assert!(init(folder.path()).status.success());
    let file = folder.path().join("backup.db");
    let backup = file.to_string_lossy();
    operate_well(folder.path(), &["backup", "--to", &backup]);
    operate_well(folder.path(), &["key", "disable", "--organization", "Acme"]);
    let noted = head(folder.path());
    let output = operate(folder.path(), &["restore", "--from", &backup]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("The audit log was kept"), "{said}");
    verify(folder.path(), &["--head", &noted]).expect("nothing is lost");

    let elsewhere = TempDir::new().expect("a folder");
    fs::copy(folder.path().join("master.key"), elsewhere.path().join("master.key")).expect("a copy");
    let output = operate(elsewhere.path(), &["restore", "--from", &backup]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("was restored from the backup"), "{said}");
    verify(elsewhere.path(), &[]).expect("sound");
    verify(elsewhere.path(), &["--head", &noted]).expect_err("it is older");
}

#[tokio::test]
async fn a_restore_reports_diverged_logs() {
    let folder = TempDir::new().expect("a folder");
    assert!(init(folder.path()).status.success());
    let fork = copy(folder.path());
    for command in ["disable", "enable"] {
        operate_well(folder.path(), &["key", command, "--organization", "Acme"]);
    }
    let file = folder.path().join("backup.db");
    let backup = file.to_string_lossy();
    operate_well(folder.path(), &["backup", "--to", &backup]);
    for command in ["disable", "enable", "disable", "enable"] {
        operate_well(fork.path(), &["key", command, "--organization", "Acme"]);
    }
    let noted = head(fork.path());
    let output = operate(fork.path(), &["restore", "--from", &backup]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("doesn't continue from the backup's"), "{said}");
    verify(fork.path(), &["--head", &noted]).expect("it stays");
    let named: String = database(fork.path())
        .query_row(
            "SELECT after_change FROM audit_log ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .expect("a row");
    let backup: i64 = Connection::open(&file)
        .and_then(|file| file.query_row("SELECT head_id FROM audit_chain", [], |row| row.get(0)))
        .expect("a head");
    assert!(
        named.contains(&format!("\"auditLogHeadOfBackup\":\"{backup}:")),
        "{named}"
    );
}

#[tokio::test]
async fn a_restore_replaces_a_log_that_was_tampered_with() {
    for sql in [
        "UPDATE audit_chain SET head_id = head_id + 1",
        "DELETE FROM audit_chain",
    ] {
        let folder = TempDir::new().expect("a folder");
        assert!(init(folder.path()).status.success());
        let file = folder.path().join("backup.db");
        let backup = file.to_string_lossy();
        operate_well(folder.path(), &["backup", "--to", &backup]);
        change(folder.path(), sql);
        verify(folder.path(), &[]).expect_err(sql);
        let output = operate(folder.path(), &["restore", "--from", &backup]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("had been tampered with"), "{said}");
        verify(folder.path(), &[]).expect("sound");
        operate_well(folder.path(), &["key", "disable", "--organization", "Acme"]);
    }
}

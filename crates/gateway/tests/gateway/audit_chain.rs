//! The chain of the audit log: what was changed is found, what was not is not.

use std::{fs, process::Output, sync::Arc};

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_gateway::{app, config::MasterKeySource, secrets::Secrets, upkeep::retention};

use crate::{
    data::TestData,
    database::{on_postgres, sqlite_only},
    process::{Server, init, operate, operate_well},
    support::{ADMIN, Acme, PASSWORD},
};

/// What verifying says: the standard output of a log that is sound, the error of one that is not.
pub(crate) fn verify(data: &TestData, more: &[&str]) -> Result<String, String> {
    let arguments = [&["audit", "verify"], more].concat();
    let Output { status, stdout, stderr } = operate(data, &arguments);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    match status.code() {
        Some(0) => Ok(text(stdout)),
        Some(1) => Err(text(stderr)),
        code => panic!("{code:?}: {}", text(stderr)),
    }
}

fn head(data: &TestData) -> String {
    let said = verify(data, &[]).expect("sound");
    said.lines().last().expect("the head").to_owned()
}

/// Data whose gateway has stopped, with some ten rows in its log.
async fn stopped() -> TestData {
    let acme = Acme::new().await;
    for _ in 0..3 {
        acme.key().await;
        acme.regenerate().await;
    }
    acme.app.store.close().await;
    acme.gateway.data
}

#[tokio::test]
async fn any_tampering_with_a_row_is_found() {
    let data = stopped().await;
    let said = verify(&data, &[]).expect("sound");
    assert!(said.starts_with("Audit log intact: "), "{said}");

    let columns = data.columns("audit_log");
    assert!(columns.len() > 15, "{columns:?}");
    for column in &columns {
        let copy = data.copy();
        copy.execute(&format!("UPDATE audit_log SET {column} = '99' WHERE id = 4"));
        let error = verify(&copy, &[]).expect_err(column);
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
        let copy = data.copy();
        copy.execute(sql);
        let error = verify(&copy, &[]).expect_err(sql);
        assert!(error.contains(expected), "{sql}: {error}");
    }
    verify(&data, &[]).expect("the original is as it was");
}

#[tokio::test]
async fn a_rolled_back_log_is_found_with_the_stored_head() {
    let data = stopped().await;
    let older = data.copy();
    operate_well(&data, &["key", "disable", "--organization", "Acme"]);
    let noted = head(&data);
    verify(&older, &[]).expect("by itself it is sound");
    let error = verify(&older, &["--head", &noted]).expect_err("rows are missing");
    assert!(error.contains("doesn't contain the head that you passed"), "{error}");

    operate_well(&data, &["key", "enable", "--organization", "Acme"]);
    verify(&data, &["--head", &noted]).expect("it goes on from there");
    let forged = noted.replace(':', ":0").get(..noted.len()).expect("as long").to_owned();
    verify(&data, &["--head", &forged]).expect_err("a different MAC");
    let refused = operate(&data, &["audit", "verify", "--head", "7"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[tokio::test]
async fn a_wrong_master_key_is_not_reported_as_tampering() {
    let data = stopped().await;
    fs::write(data.path().join("master.key"), "ab".repeat(32)).expect("written");
    let error = verify(&data, &[]).expect_err("another key");
    assert!(error.contains("master key is not the one"), "{error}");
}

#[tokio::test]
async fn a_change_without_its_audit_row_does_not_happen() {
    let acme = Acme::new().await;
    let key = acme.key().await;
    let data = &acme.gateway.data;
    let stop: fn(&TestData) = |data| data.reject_insertions("audit_log");
    let go_on: fn(&TestData) = |data| data.allow_insertions("audit_log");
    for (fault, back) in [
        (stop, go_on),
        // Going on from a chain that someone has touched would cover up what they did.
        (
            |data| data.execute("UPDATE audit_chain SET head_id = head_id + 1"),
            |data| data.execute("UPDATE audit_chain SET head_id = head_id - 1"),
        ),
    ] {
        fault(data);
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
        back(data);
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
    let data = &acme.gateway.data;
    let old = head(data);
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

    let said = verify(data, &[]).expect("sound");
    assert!(said.contains("were pruned by audit-retention"), "{said}");
    let error = verify(
        data,
        &["--head", &old.replacen(old.split(':').next().expect("an id"), "1", 1)],
    );
    assert!(
        error
            .expect_err("older than the oldest row")
            .contains("can't be compared")
    );
    data.execute("DELETE FROM audit_log WHERE id = (SELECT MIN(id) FROM audit_log)");
    verify(data, &[]).expect_err("the first kept row is missing");
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
    verify(&acme.gateway.data, &[]).expect("sound");
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
        if on_postgres() && sql.contains("'x'") {
            // There, a column has values of its type alone.
            continue;
        }
        let acme = Acme::new().await;
        acme.regenerate().await;
        acme.regenerate().await;
        let data = &acme.gateway.data;
        if !sql.contains("logged_on = 1") {
            acme.clock.advance(TimeDelta::days(184));
        }
        data.execute(sql);
        let before = data.rows("audit_log");
        retention::cut(&acme.app, acme.clock.now()).await.expect_err(sql);
        assert_eq!(data.rows("audit_log"), before, "{sql}");
        verify(data, &[]).expect_err(sql);
    }
}

#[tokio::test]
async fn concurrent_writers_and_processes_make_one_chain() {
    let data = Arc::new(TestData::new());
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    server.sign_in().await;
    let url = server.key_url("/regenerate").await;
    let operator = {
        let data = Arc::clone(&data);
        tokio::task::spawn_blocking(move || {
            for command in ["disable", "enable", "disable", "enable"] {
                operate_well(&data, &["key", command, "--organization", "Acme"]);
                verify(&data, &[]).expect("sound at each moment");
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
    let said = verify(&data, &[]).expect("sound");
    let rows: usize = said
        .split(": ")
        .nth(1)
        .and_then(|it| it.split(' ').next()?.parse().ok())
        .expect("a number");
    assert!(rows > 40, "{said}");
}

#[tokio::test]
async fn a_log_from_before_the_chain_is_chained_once() {
    let data = stopped().await;
    let hex = fs::read_to_string(data.path().join("master.key")).expect("a key");
    let secrets = Secrets::from_hex(hex.trim()).expect("a key");
    let before = secrets.seal("installation/master-key-check", b"keyward");
    let chained: Vec<u8> = data.value("SELECT master_key_check FROM installation");
    let unchain = "UPDATE audit_log SET mac = NULL; DELETE FROM audit_chain";
    let set_check = |value: &[u8]| data.execute_with("UPDATE installation SET master_key_check = ?1", &[value.into()]);
    data.execute(unchain);
    set_check(&before);
    let start = async || {
        let mut config = data.config();
        config.data.master_key = MasterKeySource::Environment(hex.trim().to_owned().into());
        let app = app::build(config, keyward_gateway::clock::Clock::System)
            .await
            .expect("a start");
        app.state.store.close().await;
    };
    start().await;
    verify(&data, &[]).expect("chained");

    // Removing the chain later doesn't start a new one.
    data.execute(unchain);
    set_check(&chained);
    start().await;
    verify(&data, &[]).expect_err("no chain");
}

/// A restore never brings the audit log back to an older state of itself.
#[tokio::test]
async fn a_restore_keeps_a_continued_log_and_restores_a_lost_one() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let data = TestData::new();
    assert!(init(&data).status.success());
    let file = data.beside("backup.db");
    let backup = file.to_string_lossy();
    operate_well(&data, &["backup", "--to", &backup]);
    operate_well(&data, &["key", "disable", "--organization", "Acme"]);
    let noted = head(&data);
    let output = operate(&data, &["restore", "--from", &backup]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("The audit log was kept"), "{said}");
    verify(&data, &["--head", &noted]).expect("nothing is lost");

    let elsewhere = TestData::new();
    fs::copy(data.path().join("master.key"), elsewhere.path().join("master.key")).expect("a copy");
    let output = operate(&elsewhere, &["restore", "--from", &backup]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("was restored from the backup"), "{said}");
    verify(&elsewhere, &[]).expect("sound");
    verify(&elsewhere, &["--head", &noted]).expect_err("it is older");
}

#[tokio::test]
async fn a_restore_reports_diverged_logs() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let data = TestData::new();
    assert!(init(&data).status.success());
    let fork = data.copy();
    for command in ["disable", "enable"] {
        operate_well(&data, &["key", command, "--organization", "Acme"]);
    }
    let file = data.beside("backup.db");
    let backup = file.to_string_lossy();
    operate_well(&data, &["backup", "--to", &backup]);
    for command in ["disable", "enable", "disable", "enable"] {
        operate_well(&fork, &["key", command, "--organization", "Acme"]);
    }
    let noted = head(&fork);
    let output = operate(&fork, &["restore", "--from", &backup]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("doesn't continue from the backup's"), "{said}");
    verify(&fork, &["--head", &noted]).expect("it stays");
    let named: String = fork.value("SELECT after_change FROM audit_log ORDER BY id DESC LIMIT 1");
    let backup: i64 = rusqlite::Connection::open(&file)
        .and_then(|file| file.query_row("SELECT head_id FROM audit_chain", [], |row| row.get(0)))
        .expect("a head");
    assert!(
        named.contains(&format!("\"auditLogHeadOfBackup\":\"{backup}:")),
        "{named}"
    );
}

#[tokio::test]
async fn a_restore_replaces_a_log_that_was_tampered_with() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    for sql in [
        "UPDATE audit_chain SET head_id = head_id + 1",
        "DELETE FROM audit_chain",
    ] {
        let data = TestData::new();
        assert!(init(&data).status.success());
        let file = data.beside("backup.db");
        let backup = file.to_string_lossy();
        operate_well(&data, &["backup", "--to", &backup]);
        data.execute(sql);
        verify(&data, &[]).expect_err(sql);
        let output = operate(&data, &["restore", "--from", &backup]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("had been tampered with"), "{said}");
        verify(&data, &[]).expect("sound");
        operate_well(&data, &["key", "disable", "--organization", "Acme"]);
    }
}

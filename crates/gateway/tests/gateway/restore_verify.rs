//! `keyward restore --verify`, after a database was restored by its own means.

use crate::{
    data::TestData,
    filled::{contents, fill, regenerate},
    postgres::{Postgres, pg_dump, psql},
    process::{Server, operate},
};

fn run(data: &TestData, arguments: &[&str], code: i32) -> String {
    let output = operate(data, arguments);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

fn head(data: &TestData) -> String {
    run(data, &["audit", "verify"], 0)
        .lines()
        .last()
        .expect("a line")
        .to_owned()
}

/// A fresh database with what was dumped, and the same master key.
fn restored(server: &Postgres, from: &TestData, dump: &str) -> TestData {
    let data = TestData::on(server);
    data.make_folder();
    std::fs::copy(from.path().join("master.key"), data.path().join("master.key")).expect("a copy");
    psql(&data.database.as_ref().expect("a database").url, dump);
    data
}

#[tokio::test]
async fn a_database_restored_by_postgresql_is_taken_up() {
    let server = Postgres::start();
    let data = TestData::on(&server);
    let filled = fill(&data).await;
    let dump = pg_dump(&data.database.as_ref().expect("a database").url);
    let noted = head(&data);
    let version = data.value::<i64>("SELECT version FROM api_keys");

    // What is lost: another key, and the log of it.
    let mut gateway = Server::start(&data);
    gateway.client = filled.portal.clone();
    let lost = regenerate(&gateway).await;
    assert!(lost > version);
    gateway.stop();
    let later = head(&data);

    let after = restored(&server, &data, &dump);
    let before = contents(&after);
    let refusal = run(&after, &["restore", "--verify", "--head", &later], 1);
    assert!(refusal.contains("audit log"), "{refusal}");
    assert_eq!(before, contents(&after), "a refusal changes nothing");

    let text = run(&after, &["restore", "--verify", "--head", &noted], 0);
    assert!(text.starts_with("Audit log intact: "), "{text}");
    assert!(
        text.contains("  key\tvalid\tAcme\t") && text.contains("  token\tvalid\tAcme\tscanner"),
        "{text}"
    );
    let listed = run(&after, &["held", "list"], 0);
    assert!(
        listed.contains("key\tvalid\tAcme\t") && listed.contains("token\tvalid\tAcme\tscanner"),
        "{listed}"
    );
    assert_ne!(head(&after), noted, "the restore is in the log");
    run(&after, &["audit", "verify", "--head", &noted], 0);

    for table in ["portal_sessions", "api_sessions", "password_resets"] {
        assert_eq!(after.rows(table), 0, "{table}");
    }
    assert_eq!(after.rows("invitations WHERE expires_on > 4000000000000"), 0);
    assert_eq!(
        after.rows("invitations"),
        data.rows("invitations"),
        "who was invited is listed"
    );
    for table in ["api_keys", "sandbox_tokens", "oauth_servers", "api_roles", "roles"] {
        let highest = data.value::<i64>(&format!("SELECT MAX(version) FROM {table}"));
        assert_eq!(after.rows(&format!("{table} WHERE version <= {highest}")), 0, "{table}");
    }

    let mut gateway = Server::start(&after);
    gateway.client = filled.portal.clone();
    assert!(!filled.has_portal_session(&gateway).await);
    assert!(!filled.has_api_session(&gateway).await);
    filled.assert_valid(&gateway).await;
    gateway.sign_in().await;
    assert_eq!(gateway.key().await["key"], filled.key.as_str());
    assert!(regenerate(&gateway).await > lost);
    gateway.stop();
    head(&after);
}

#[tokio::test]
async fn a_tampered_database_is_not_taken_up() {
    let server = Postgres::start();
    let data = TestData::on(&server);
    fill(&data).await;
    data.execute("UPDATE audit_log SET admin_name = 'someone else' WHERE id = 2");
    let before = contents(&data);
    let text = run(&data, &["restore", "--verify"], 1);
    assert!(text.contains("tampered"), "{text}");
    assert_eq!(before, contents(&data));
}

#[tokio::test]
async fn backup_files_are_for_sqlite_only() {
    let server = Postgres::start();
    let data = TestData::on(&server);
    assert!(crate::process::init(&data).status.success());
    let before = contents(&data);
    let file = data.beside("backup.db").display().to_string();
    for arguments in [["backup", "--to", file.as_str()], ["restore", "--from", &file]] {
        let text = run(&data, &arguments, 1);
        for part in ["SQLite", "pg_dump", "pg_restore", "keyward restore --verify"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    assert!(!data.beside("backup.db").exists());
    assert_eq!(before, contents(&data));
}

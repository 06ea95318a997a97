//! A database of an earlier version under the gateways of this one.
//!
//! Each dump in `dumps` was written by the version that made its tables, and is never changed. To write that of a new version:
//! `cargo test -p keyward-gateway --test gateway write_a_dump -- --ignored`

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{
    data::TestData,
    filled::{fill, regenerate},
    postgres::{Postgres, pg_dump, psql},
    process::{Server, open_session, operate_well},
};

/// The master key of the dumps.
const MASTER_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn dumps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/dumps")
}

/// A database of its own, and that key.
fn with_key(server: &Postgres) -> TestData {
    let data = TestData::on(server);
    data.make_folder();
    let key = data.path().join("master.key");
    fs::write(&key, MASTER_KEY).expect("a file");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).expect("permissions");
    data
}

#[tokio::test]
#[ignore = "it writes a file into the repository, once for each version of the tables"]
async fn write_a_dump() {
    let server = Postgres::start();
    let data = with_key(&server);
    fill(&data).await;
    // They would have ended, and the clock where it is loaded may be behind.
    data.execute(
        "DELETE FROM portal_sessions; DELETE FROM api_sessions; DELETE FROM known_addresses; DELETE FROM clock_marks",
    );
    let version: i64 = data.value("SELECT MAX(version) FROM _sqlx_migrations");
    let dump = pg_dump(&data.database.as_ref().expect("a database").url);
    let lines = dump.lines().filter(|line| {
        // Newer programs write these, which older servers don't know.
        let is_of_the_program = ["--", "SET ", "\\restrict", "\\unrestrict"]
            .iter()
            .any(|start| line.starts_with(start));
        !line.is_empty() && (!is_of_the_program || line.starts_with("SET standard_conforming_strings"))
    });
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    let text = format!("-- Written by write_a_dump in ../upgrade.rs, where the master key is.\n{text}");
    fs::write(dumps().join(format!("{version:04}.sql")), text).expect("a file");
}

/// Two gateways, as while one after the other is replaced.
async fn serves(server: &Postgres, dump: &Path) {
    let data = with_key(server);
    let dump = fs::read_to_string(dump).expect("a dump");
    psql(&data.database.as_ref().expect("a database").url, &dump);
    let (mut first, mut second) = (Server::start(&data), Server::start(&data));
    first.sign_in().await;
    let key = first.key().await["key"].as_str().expect("a key").to_owned();
    let lives = async |url: &str, session: &str| {
        let request = first.client.get(format!("{url}/verify")).header("cookie", session);
        request.send().await.expect("an answer").status().is_success()
    };
    let session = open_session(&second.url, &key).await.expect("a session");
    assert!(lives(&first.url, &session).await && lives(&second.url, &session).await);
    regenerate(&first).await;
    assert!(!lives(&second.url, &session).await, "the key was replaced");
    assert_eq!(open_session(&second.url, &key).await, None);
    let token = first.sandbox_token().await;
    assert_eq!(token.len(), 36, "{token}");
    first.stop();
    second.stop();
    operate_well(&data, &["audit", "verify"]);
}

#[tokio::test]
async fn databases_of_earlier_versions_are_served() {
    let server = Postgres::start();
    let mut files: Vec<PathBuf> = fs::read_dir(dumps())
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        serves(&server, &file).await;
    }
}

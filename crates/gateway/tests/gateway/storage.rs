//! A database or master key that can't be used, and a disk that is full.

use std::{fs, path::Path};

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use keyward_gateway::{
    app::{self, StartError},
    clock::Clock,
    config::{Config, MasterKeySource},
    store::{DATABASE_FILE, OpenStoreError},
};

use crate::{
    data::TestData,
    database::sqlite_only,
    support::{ADMIN, Acme, Gateway},
};

async fn start(config: Config) -> Result<(), StartError> {
    let clock = Clock::fixed(DateTime::<Utc>::UNIX_EPOCH);
    let app = app::build(config, clock).await?;
    app.state.store.close().await;
    Ok(())
}

/// Data of an installation whose gateway has stopped.
async fn stopped() -> TestData {
    let gateway = Gateway::empty().await;
    gateway.organization("Acme", ADMIN).await;
    gateway.app.store.close().await;
    gateway.data
}

#[tokio::test]
async fn a_full_disk_changes_nothing_and_says_so() {
    if !sqlite_only("the limit is of its file") {
        return;
    }
    let acme = Acme::new().await;
    let key = acme.key().await;
    acme.app.store.fill_up().await.expect("full");
    let mut refused = None;
    // Free pages are used up first; then writes fail.
    for _ in 0..2000 {
        let etag = acme.etag().await;
        let answer = acme
            .send(
                acme.change(Method::POST, "/regenerate")
                    .header("if-match", &etag)
                    .empty(),
            )
            .await;
        if answer.status != StatusCode::OK {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a full disk");
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (507, "storage-full".into()),
        "{}",
        refused.text
    );
    assert!(
        refused.json()["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("Nothing was changed"))
    );
    assert_eq!(acme.read().await.status, StatusCode::OK, "reading goes on");

    // The limit went with the connection, as a full disk would with its files: now there is space again.
    let answer = acme.regenerate().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(acme.key().await, key);
}

/// A missing or wrong master key, a damaged or newer database: no start, and nothing is touched.
#[tokio::test]
async fn a_missing_master_key_is_not_replaced() {
    let data = stopped().await;
    let file = data.path().join("master.key");
    let kept = fs::read(&file).expect("a key");
    fs::remove_file(&file).expect("removed");
    let error = start(data.config()).await.expect_err("no start without it").to_string();
    assert!(
        error.contains("master.key is missing") && error.contains("Put your copy of the file back"),
        "{error}"
    );
    assert!(!file.exists());
    fs::write(&file, kept).expect("written");
    set_mode(&file, 0o644);
    let error = start(data.config()).await.expect_err("others can read it").to_string();
    assert!(error.contains("chmod o-rwx"), "{error}");
    set_mode(&file, 0o600);
    start(data.config()).await.expect("as before");
}

#[tokio::test]
async fn a_wrong_master_key_is_rejected() {
    let data = stopped().await;
    let mut config = data.config();
    for (text, expected) in [
        ("ab".repeat(32), "not the one"),
        ("short".into(), "not 64 hexadecimal digits"),
    ] {
        config.data.master_key = MasterKeySource::Environment(text.into());
        let Err(error) = app::build(config.clone(), Clock::System).await else {
            panic!("started with another key")
        };
        assert!(error.to_string().contains(expected), "{error}");
    }
    start(data.config()).await.expect("as before");
}

#[tokio::test]
async fn a_damaged_database_is_left_as_it_is() {
    if !sqlite_only("the damage is to its file") {
        return;
    }
    let data = stopped().await;
    let file = data.path().join(DATABASE_FILE);
    let intact = fs::read(&file).expect("a database");
    let mut scribbled = intact.clone();
    scribbled[4096..8192].fill(0x5a);
    for damaged in [
        b"no database at all, but long enough to be looked at as one".to_vec(),
        scribbled,
    ] {
        fs::write(&file, &damaged).expect("written");
        let error = start(data.config()).await.expect_err("no start");
        assert!(
            matches!(error, StartError::Open(OpenStoreError::Corrupt(_))),
            "{error:?}"
        );
        assert!(error.to_string().contains("keyward restore"), "{error}");
        assert_eq!(fs::read(&file).expect("a file"), damaged, "untouched");
    }
    fs::write(&file, intact).expect("written");
    start(data.config()).await.expect("as before");
}

#[tokio::test]
async fn a_newer_database_is_left_as_it_is() {
    let gateway = Gateway::empty().await;
    gateway.app.store.pretend_newer().await.expect("newer");
    gateway.app.store.close().await;
    let error = start(gateway.data.config()).await.expect_err("no start");
    assert!(
        matches!(error, StartError::Open(OpenStoreError::Newer { .. })),
        "{error:?}"
    );
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn an_unusable_folder_is_named() {
    let data = TestData::missing();
    fs::write(data.path(), "").expect("written");
    let error = start(data.config()).await.expect_err("no start").to_string();
    assert!(
        error.contains("can't use the data folder") && error.contains(data.path().to_str().expect("text")),
        "{error}"
    );
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("set");
}

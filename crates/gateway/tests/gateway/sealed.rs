//! Sealed values: what is put back beside a later version, or moved, does not open, and the audit log tells.

use std::{fs, path::Path};

use axum::http::{Method, StatusCode};
use keyward_gateway::{
    secrets::Secrets,
    store::{DATABASE_FILE, StoreError, audit::audit_chain, installation, people::sso},
};
use zeroize::Zeroizing;

use crate::{
    data::TestData,
    database::{sqlite_only, variable},
    process::{Server, init, operate},
    support::{ADMIN, Acme, PASSWORD, get},
};

async fn verify(acme: &Acme) -> Result<u64, String> {
    let mut reader = acme.app.store.read().await.expect("a reader");
    match audit_chain::verify(&mut reader, &acme.app.secrets, None).await {
        Ok(verified) => Ok(verified.sealed),
        Err(StoreError::Tampered(tampering)) => Err(tampering.to_string()),
        Err(error) => panic!("{error}"),
    }
}

/// A sealed value opens for its own organization and version alone; one that is put back is found by the audit log.
#[tokio::test]
async fn a_rolled_back_key_is_found() {
    let acme = Acme::new().await;
    let old = acme.key().await;
    acme.data.execute("CREATE TABLE kept AS SELECT * FROM api_keys");
    acme.regenerate().await;
    assert_eq!(verify(&acme).await, Ok(1));
    acme.data.execute("CREATE TABLE later AS SELECT * FROM api_keys");

    // With its version: it opens, and the log has a later one.
    acme.data
        .execute("DELETE FROM api_keys; INSERT INTO api_keys SELECT * FROM kept");
    assert!(
        verify(&acme)
            .await
            .expect_err("put back")
            .contains("the key of organization")
    );

    // Beside the later version: it opens nothing.
    acme.data.execute(
        "DELETE FROM api_keys; INSERT INTO api_keys SELECT * FROM later;
         UPDATE api_keys SET sealed_key = (SELECT sealed_key FROM kept)",
    );
    assert!(verify(&acme).await.is_err());
    let answer = acme.api_sign_in(&old, ADMIN, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", answer.text);

    // An admin gets out of it by a new key.
    let answer = acme.regenerate().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let key = acme.key().await;
    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(verify(&acme).await, Ok(1));
}

#[tokio::test]
async fn a_disabled_key_cannot_be_enabled_unnoticed() {
    let acme = Acme::new().await;
    acme.data.execute("CREATE TABLE kept AS SELECT * FROM api_keys");
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let (secrets, now) = (&acme.app.secrets, acme.clock.now());
    keyward_gateway::domain::operator::set_key_enabled(&mut transaction, secrets, acme.organization, false, now)
        .await
        .expect("disabled");
    transaction.commit().await.expect("a commit");
    assert_eq!(verify(&acme).await, Ok(1));
    acme.data
        .execute("DELETE FROM api_keys; INSERT INTO api_keys SELECT * FROM kept");
    assert!(verify(&acme).await.is_err());
}

#[tokio::test]
async fn a_rolled_back_token_is_found_and_rejected() {
    let acme = Acme::new().await;
    let token = acme.add_token("scanner").await.json();
    let string = token["token"].as_str().expect("a token");
    acme.data.execute("CREATE TABLE kept AS SELECT * FROM sandbox_tokens");
    let path = format!("/{}/regenerate", token["id"]);
    let regenerate = acme.token_change(Method::POST, &path).header("if-match", "*");
    assert_eq!(acme.send(regenerate.empty()).await.status, StatusCode::OK);
    assert_eq!(verify(&acme).await, Ok(2));
    let submit = async || {
        let uri = format!("/zscsb/submit?api_token={string}");
        acme.send(get("/verify").header("x-original-uri", &uri).empty())
            .await
            .status
    };
    acme.data
        .execute("UPDATE sandbox_tokens SET token_hash = (SELECT token_hash FROM kept)");
    assert_eq!(submit().await, StatusCode::FORBIDDEN, "it can't be checked");
    assert!(verify(&acme).await.expect_err("put back").contains("Sandbox API token"));
    acme.data
        .execute("DELETE FROM sandbox_tokens; INSERT INTO sandbox_tokens SELECT * FROM kept");
    assert!(verify(&acme).await.is_err());

    // One that was deleted, too.
    let delete = acme
        .token_change(Method::DELETE, &format!("/{}", token["id"]))
        .header("if-match", "*");
    assert_eq!(acme.send(delete.empty()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(verify(&acme).await, Ok(1));
    acme.data.execute("INSERT INTO sandbox_tokens SELECT * FROM kept");
    assert!(verify(&acme).await.is_err());
}

#[tokio::test]
async fn a_client_secret_never_goes_to_another_issuer() {
    let acme = Acme::new().await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let provider = sso::Provider {
        id: sso::new_id(),
        name: "Identity".to_owned(),
        issuer: "https://id.example".to_owned(),
        client_id: "keyward".to_owned(),
        client_secret: Some(Zeroizing::new("secret".to_owned())),
        claim: "email".to_owned(),
        login_domain: String::new(),
        roles_claim: String::new(),
        scope: String::new(),
    };
    sso::insert(&mut transaction, &acme.app.secrets, &provider)
        .await
        .expect("a provider");
    transaction.commit().await.expect("a commit");
    assert_eq!(verify(&acme).await, Ok(2));
    acme.data
        .execute("UPDATE sso_providers SET issuer = 'https://evil.example'");
    let mut reader = acme.app.store.read().await.expect("a reader");
    let found = sso::find(&mut reader, &acme.app.secrets, provider.id).await;
    assert!(matches!(found, Err(StoreError::Sealed(_))));
    assert!(
        verify(&acme)
            .await
            .expect_err("changed")
            .contains("the secret of identity provider")
    );
}

#[tokio::test]
async fn values_sealed_by_older_versions_are_bound_at_start() {
    let acme = Acme::new().await;
    let key = acme.key().await;
    let secrets = acme.app.secrets.clone();
    let unbound = secrets.seal_unbound(&format!("api-key/{}", acme.organization), key.as_bytes());
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    installation::pretend_unbound(&mut transaction, &secrets)
        .await
        .expect("written");
    transaction.commit().await.expect("a commit");
    let put_back = |acme: &Acme| {
        let put = "UPDATE api_keys SET sealed_key = ?1";
        acme.data.execute_with(put, &[unbound.as_slice().into()]);
    };
    put_back(&acme);
    assert_eq!(verify(&acme).await, Ok(0), "nothing is compared before");
    let Acme {
        gateway,
        organization,
        admin,
        cookie,
    } = acme;
    let gateway = gateway.restart().await;
    let acme = Acme {
        gateway,
        organization,
        admin,
        cookie,
    };
    assert_eq!(verify(&acme).await, Ok(1));
    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);

    // After the migration, values of the old form no longer open, also after a restart.
    acme.regenerate().await;
    put_back(&acme);
    assert!(verify(&acme).await.is_err());
    let gateway = acme.gateway.restart().await;
    assert!(!gateway.api_sign_in(&key, ADMIN, PASSWORD).await.status.is_success());
}

#[test]
fn a_sealed_value_only_opens_in_its_own_row() {
    let secrets = Secrets::from_hex(&"ab".repeat(32)).expect("a key");
    let sealed = secrets.seal("api-key/1/2/3", b"secret");
    assert_eq!(
        secrets.open("api-key/1/2/3", &sealed).expect("opened").as_slice(),
        b"secret"
    );
    for other in ["api-key/1/2/4", "api-key/2/2/3", "former-api-key/1/2/3"] {
        assert!(secrets.open(other, &sealed).is_err(), "{other}");
    }
    let unbound = secrets.seal_unbound("api-key/1/2/3", b"secret");
    assert!(secrets.open("api-key/1/2/3", &unbound).is_err());
    assert!(secrets.open_unbound("api-key/1/2/3", &sealed).is_err());
}

/// Verifies without write permissions.
fn verify_read_only(data: &TestData) -> Result<String, String> {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let folder = data.path();
    let is_root = [data.around(), folder]
        .iter()
        .all(|folder| chown(folder, Some(1000), Some(1000)).is_ok());
    for file in fs::read_dir(folder).expect("files") {
        let path = file.expect("a file").path();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("read only");
        if is_root {
            chown(&path, Some(1000), Some(1000)).expect("an owner");
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).expect("read only");
    let binary = env!("CARGO_BIN_EXE_keyward");
    let mut command = if is_root {
        let mut command = std::process::Command::new("setpriv");
        command.args(["--reuid=1000", "--regid=1000", "--clear-groups", binary]);
        command
    } else {
        std::process::Command::new(binary)
    };
    let output = command
        .env_clear()
        .envs(variable("PATH").map(|path| ("PATH", path)))
        .args(["audit", "verify", "--data"])
        .arg(folder)
        .output()
        .expect("it runs");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("writable");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.code() {
        Some(0) => Ok(text(&output.stdout)),
        _ => Err(text(&output.stderr)),
    }
}

/// Verifying the audit log needs nothing to be writable and leaves no file.
#[cfg(unix)]
#[tokio::test]
async fn a_read_only_copy_can_be_verified() {
    if !sqlite_only("a copy of its files is verified") {
        return;
    }
    let data = TestData::new();
    assert!(init(&data).status.success());
    let copy = |files: &[&str]| {
        let to = TestData::new();
        for file in files {
            fs::copy(data.path().join(file), to.path().join(file)).expect("a copy");
        }
        to
    };
    let left = |folder: &Path| -> Vec<String> {
        let names = fs::read_dir(folder)
            .expect("files")
            .map(|file| file.expect("a file").file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        names
    };
    let (wal, shm) = (format!("{DATABASE_FILE}-wal"), format!("{DATABASE_FILE}-shm"));
    let mut cases = vec![copy(&[DATABASE_FILE, "master.key"])];
    let server = Server::start(&data);
    server.sign_in().await;
    cases.push(copy(&[DATABASE_FILE, "master.key", &wal]));
    cases.push(copy(&[DATABASE_FILE, "master.key", &wal, &shm]));
    for case in &cases {
        let before = left(case.path());
        let output = operate(case, &["audit", "verify"]);
        assert!(
            output.status.success(),
            "{before:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(left(case.path()), before, "no file is left beside it");
        let said = verify_read_only(case).unwrap_or_else(|error| panic!("{before:?}: {error}"));
        assert!(said.starts_with("Audit log intact"), "{said}");
        assert_eq!(left(case.path()), before);
    }
    let nothing = TestData::new();
    fs::copy(data.path().join("master.key"), nothing.path().join("master.key")).expect("a copy");
    fs::write(nothing.path().join(DATABASE_FILE), "").expect("a file");
    let output = operate(&nothing, &["audit", "verify"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("the database is unavailable"), "{text}");
}

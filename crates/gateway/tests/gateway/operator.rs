//! The operator's commands.

use std::{fs, path::Path, process::Stdio};

use reqwest::StatusCode;

use serde_json::{Value, json};

use crate::{
    data::TestData,
    database::{on_postgres, sqlite_only},
    process::{Server, init, keyward, operate, operate_well},
    support::{ADMIN, PASSWORD},
};

fn refusal(data: &TestData, arguments: &[&str]) -> String {
    let output = operate(data, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// As `keyward openapi | head -1` does.
#[test]
fn a_reader_that_has_had_enough_is_no_fault() {
    for command in ["openapi", "problems", "--help"] {
        let mut started = keyward(&[command]);
        let mut child = started
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("keyward runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("an end");
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{command}: {output:?}"
        );
    }
}

#[test]
fn init_sets_up_once() {
    let data = TestData::missing();
    let output = init(&data);
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Organization \"Acme\" is set up and has a key. Sign in as \"admin@acme.example\".\n"
    );
    let again = init(&data);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&again.stderr),
        "keyward: this installation is already set up. Nothing was changed.\n"
    );
}

#[cfg(unix)]
#[test]
fn init_creates_private_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = TestData::missing();
    assert!(init(&data).status.success());
    let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
    assert_eq!(mode(data.path()), 0o700);
    let database = (!on_postgres()).then_some("keyward.db");
    for file in database.into_iter().chain(["master.key"]) {
        assert_eq!(mode(&data.path().join(file)), 0o600, "{file}");
    }
}

#[cfg(unix)]
#[test]
fn a_world_readable_master_key_is_rejected() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = TestData::missing();
    assert!(init(&data).status.success());
    // As Kubernetes mounts a secret: a link to a file of root, read by the group of `fsGroup`.
    let secret = data.beside("..data-key");
    fs::rename(data.path().join("master.key"), &secret).expect("moved");
    std::os::unix::fs::symlink(&secret, data.path().join("master.key")).expect("a link");
    let set = |mode: u32| fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).expect("permissions");
    for mode in [0o400, 0o440, 0o640, 0o600] {
        set(mode);
        operate_well(&data, &["organization", "list"]);
    }
    for mode in [0o444, 0o644, 0o604] {
        set(mode);
        let text = refusal(&data, &["organization", "list"]);
        for part in [
            "every user of this machine can read",
            "chmod o-rwx",
            "defaultMode: 0440",
            "fsGroup",
            "KEYWARD_MASTER_KEY",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn deceptive_names_are_escaped_on_the_terminal() {
    let data = TestData::missing();
    assert!(init(&data).status.success());
    // As an older version took them.
    data.execute(
        "UPDATE admins SET name = '\u{202e}emca@nimda', login = '\u{202e}emca@nimda';
         UPDATE organizations SET name = 'Acme\u{1b}[2J\u{200b}', folded_name = 'odd';
         UPDATE roles SET name = name || '\u{ad}';
         UPDATE admins SET service_password = 1;",
    );
    let unseen = ['\u{202e}', '\u{1b}', '\u{200b}', '\u{ad}'];
    for (arguments, shown) in [
        (&["admin", "list", "--organization", "odd"][..], "\\u{202e}emca@nimda"),
        (&["admin", "list", "--organization", "odd"], "Super Admin\\u{ad}"),
        (&["admin", "collisions"], "\\u{202e}emca@nimda"),
        (&["organization", "list"], "Acme\\u{1b}[2J\\u{200b}"),
        (&["organization", "list", "--json"], "Acme\\u001b[2J\\u200b"),
        (
            &["organization", "remove", "--organization", "odd"],
            "Acme\\u{1b}[2J\\u{200b}",
        ),
        (
            &["organization", "remove", "--organization", "none"],
            "Acme\\u{1b}[2J\\u{200b}",
        ),
        (&["key", "disable", "--organization", "odd"], "Acme\\u{1b}[2J\\u{200b}"),
        (
            &["access-tokens", "disable", "--organization", "odd"],
            "Acme\\u{1b}[2J\\u{200b}",
        ),
        (
            &["subscription", "--organization", "odd", "--state", "expired"],
            "Acme\\u{1b}[2J\\u{200b}",
        ),
        (&["password-sign-in"], "\\u{202e}emca@nimda"),
        (&["admin", "reset-password", "--name", "\u{202e}x"], "\\u{202e}x"),
    ] {
        let output = operate(&data, arguments);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains(shown), "{arguments:?}: {text}");
        assert!(!text.contains(unseen), "{arguments:?}: {text:?}");
    }
}

#[test]
fn a_mistyped_folder_or_name_changes_nothing() {
    let missing = TestData::missing();
    let text = refusal(&missing, &["key", "disable", "--organization", "Acme"]);
    assert!(text.starts_with("keyward: no installation in "), "{text}");
    assert!(!missing.path().exists());
    let data = TestData::missing();
    assert!(init(&data).status.success());
    let text = refusal(&data, &["key", "disable", "--organization", "Acmee"]);
    assert_eq!(text, "keyward: no organization \"Acmee\". Organizations: Acme.\n");
    let output = operate(&data, &["subscription", "--organization", "Acme", "--state", "over"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("active, expired, none"), "{text}");
}

#[tokio::test]
async fn a_backup_is_restored_while_the_gateway_runs() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let data = TestData::missing();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    server.sign_in().await;
    let saved = server.key().await;
    let roles = server.key_url("").await.replace("/api-key", "/api-roles");
    let role = |name: &str| json!({ "name": name, "permission": "view" });
    let added = server.change(server.client.post(&roles)).json(&role("scripts"));
    let added: Value = added.send().await.expect("an answer").json().await.expect("a role");
    let file = data.beside("keyward.backup");
    let file = file.to_str().expect("text");
    operate_well(&data, &["backup", "--to", file]);
    let bytes = fs::read(file).expect("a backup");
    let key = saved["key"].as_str().expect("a key");
    assert!(
        !bytes.windows(key.len()).any(|window| window == key.as_bytes()),
        "the key is in the backup in clear"
    );
    assert!(refusal(&data, &["backup", "--to", file]).contains("already exists"));

    let url = server.key_url("/regenerate").await;
    let change = server
        .change(server.client.post(url))
        .header("if-match", format!("\"{}\"", saved["version"]));
    assert_eq!(change.send().await.expect("an answer").status(), StatusCode::OK);
    let rename = server.change(server.client.put(format!("{roles}/{}", added["id"])));
    let renamed = rename.header("if-match", "\"1\"").json(&role("reports"));
    assert_eq!(renamed.send().await.expect("an answer").status(), StatusCode::OK);
    operate_well(&data, &["restore", "--from", file]);

    let session = server
        .client
        .get(format!("{}/api/portal/session", server.url))
        .send()
        .await
        .expect("an answer");
    assert_eq!(session.status(), StatusCode::UNAUTHORIZED, "sessions have ended");
    server.sign_in().await;
    let now = server.key().await;
    assert_eq!(now["key"], saved["key"]);
    assert!(
        now["version"].as_i64() > Some(2),
        "no page takes it for a version it knows: {now}"
    );
    let now = server.client.get(&roles).send().await.expect("an answer");
    let now = now.json::<Value>().await.expect("roles")["roles"][0].clone();
    assert_eq!((&now["id"], &now["name"]), (&added["id"], &json!("scripts")));
    assert!(now["version"].as_i64() > Some(2), "nor what has another version: {now}");
    let left: Vec<_> = fs::read_dir(data.path())
        .expect("files")
        .map(|file| file.expect("a file").file_name())
        .collect();
    assert!(
        !left.iter().any(|name| name.to_string_lossy().starts_with("restore-")),
        "{left:?}"
    );
}

#[test]
fn a_backup_restores_into_an_empty_folder() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let (old, new, other) = (TestData::missing(), TestData::missing(), TestData::missing());
    assert!(init(&old).status.success());
    let file = old.beside("keyward.backup");
    let file = file.to_str().expect("text");
    operate_well(&old, &["backup", "--to", file]);
    let text = refusal(&new, &["restore", "--from", file]);
    assert!(text.contains("master.key is missing"), "{text}");
    assert!(init(&other).status.success());
    assert!(refusal(&other, &["restore", "--from", file]).contains("the master key is not the one"));

    fs::create_dir_all(new.path()).expect("a folder");
    fs::copy(old.path().join("master.key"), new.path().join("master.key")).expect("a copy");
    let output = operate(&new, &["restore", "--from", file]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("There was no data to compare the backup with"), "{said}");
    assert!(said.contains("  key\tvalid\tAcme\t\n"), "{said}");
    let listed = operate(&new, &["held", "list"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "  key\tvalid\tAcme\t\n");
    assert!(refusal(&new, &["held", "confirm", "token"]).contains("matches 0 entries"));
    operate_well(&new, &["held", "confirm", "key", "--organization", "acme"]);
    assert!(operate(&new, &["held", "list"]).stdout.is_empty());
    operate_well(&new, &["audit", "verify"]);
    operate_well(&new, &["key", "disable", "--organization", "Acme"]);
}

#[test]
fn a_file_that_is_not_a_backup_is_rejected() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let data = TestData::missing();
    assert!(init(&data).status.success());
    let file = data.beside("letter.txt");
    for content in ["", "Dear database", &"x".repeat(100_000)] {
        fs::write(&file, content).expect("written");
        let text = refusal(&data, &["restore", "--from", file.to_str().expect("text")]);
        assert!(text.contains("isn't a Keyward backup"), "{text}");
    }
    operate_well(&data, &["key", "disable", "--organization", "Acme"]);
}

#[test]
fn the_openapi_document_is_the_committed_one() {
    let output = crate::process::keyward(&["openapi"]).output().expect("keyward runs");
    let committed = fs::read_to_string("../../docs/openapi.json").expect("docs/openapi.json");
    assert!(
        String::from_utf8_lossy(&output.stdout) == committed,
        "docs/openapi.json is stale: cargo run -p keyward-gateway -- openapi > docs/openapi.json"
    );
}

#[test]
fn the_table_of_problem_codes_is_the_committed_one() {
    let output = crate::process::keyward(&["problems"]).output().expect("keyward runs");
    let committed = fs::read_to_string("../../docs/problems.md").expect("docs/problems.md");
    assert!(
        String::from_utf8_lossy(&output.stdout) == committed,
        "docs/problems.md is stale: cargo run -p keyward-gateway -- problems > docs/problems.md"
    );
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_a_link() {
    let data = TestData::missing();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    server.sign_in().await;
    let anonymous = reqwest::Client::new();
    let post = |path: &str, body: serde_json::Value| anonymous.post(format!("{}{path}", server.url)).json(&body).send();
    let sign_in = |password: &str| {
        post(
            "/api/portal/session",
            json!({ "username": ADMIN, "password": password }),
        )
    };
    for _ in 0..5 {
        sign_in("not the one at all").await.expect("an answer");
    }
    assert_eq!(
        sign_in(PASSWORD).await.expect("an answer").status(),
        StatusCode::TOO_MANY_REQUESTS
    );

    assert!(refusal(&data, &["admin", "reset-password", "--name", "stranger"]).contains("no admin"));
    let arguments = [
        "admin",
        "reset-password",
        "--name",
        "ADMIN@acme.example",
        "--public-url",
        &server.url,
    ];
    let output = operate(&data, &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("text");
    let start = format!("{}/invitation#", server.url);
    let token = printed
        .lines()
        .find_map(|line| line.strip_prefix(&start))
        .expect("the link");
    assert_eq!(
        sign_in(PASSWORD).await.expect("an answer").status(),
        StatusCode::OK,
        "the lockout is lifted"
    );

    let offer = post("/api/portal/invitation/read", json!({ "token": token }))
        .await
        .expect("an answer");
    let offer: serde_json::Value = offer.json().await.expect("an offer");
    assert_eq!(offer, json!({ "name": ADMIN, "proof": "new-password" }));
    let body = json!({ "token": token, "password": "a new and better one" });
    let used = post("/api/portal/invitation", body.clone()).await.expect("an answer");
    assert_eq!(used.status(), StatusCode::CREATED);
    let again = post("/api/portal/invitation", body).await.expect("an answer");
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
    let before = server
        .client
        .get(format!("{}/api/portal/session", server.url))
        .send()
        .await;
    assert_eq!(
        before.expect("an answer").status(),
        StatusCode::UNAUTHORIZED,
        "sessions have ended"
    );
    assert_eq!(
        sign_in(PASSWORD).await.expect("an answer").status(),
        StatusCode::UNAUTHORIZED
    );

    let output = operate(&data, &["admin", "list", "--organization", "acme"]);
    let listed = String::from_utf8(output.stdout).expect("text");
    assert!(
        listed.starts_with("admin@acme.example\tSuper Admin\tactive\t20"),
        "{listed}"
    );
}

//! An installation with rows in every table, what is in them, and whether its sessions go on.

use std::collections::BTreeMap;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    data::TestData,
    process::{Server, init, open_session},
    support::PASSWORD,
};

/// What was opened in it.
pub(crate) struct Filled {
    /// With the cookie of a portal session.
    pub(crate) portal: Client,
    /// The cookie of an API session.
    pub(crate) session: String,
    pub(crate) key: String,
    pub(crate) token: String,
}

/// Rows that the rest of [`fill`] doesn't make: texts with every kind of character, numbers that only 64 bits hold, and no value.
const MORE: &str = "
    INSERT INTO admins (id, name, login, password_hash, created_on)
        VALUES (9007199254740993, 'Zoë ''Ω'' \\ \"x\" $1 ?1', 'zoë', '', -1);
    INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
        SELECT organization_id, 9007199254740993, id, 'invited', 1 FROM roles WHERE built_in = 'auditor';
    INSERT INTO oauth_servers (id, organization_id, name, folded_name, description, enabled, jwks_uri, certificate_validation,
            audience, issuer, client_id, last_modified_by_id, last_modified_by_name, last_modified_on, version)
        SELECT 4611686018427387905, id, 'Server', 'server', 'two
lines', 0, 'https://a.example/jwks', 1, '', '', '', 1, '', 1, 1 FROM organizations;
    INSERT INTO api_roles (id, organization_id, name, folded_name, permission, version)
        SELECT 5, id, 'reader', 'reader', 'view', 3 FROM organizations;
    INSERT INTO oauth_clients (organization_id, principal, client_address, user_agent, last_seen_on)
        SELECT id, 'sub', '192.0.2.7', '', 4102444800000 FROM organizations;
    INSERT INTO oauth_client_hours SELECT id, 1139568, 8 FROM oauth_clients;
    INSERT INTO sso_providers (id, name, folded_name, issuer, client_id, claim, login_domain, roles_claim)
        VALUES (7, 'Company', 'company', 'https://login.example', 'keyward', 'email', '', '');
    INSERT INTO sso_identities (provider_id, subject, admin_id) SELECT id, 'sub', 9007199254740993 FROM sso_providers;
    INSERT INTO sso_subjects (issuer, subject, admin_id) SELECT issuer, 'sub', 9007199254740993 FROM sso_providers;
    INSERT INTO sso_roles (provider_id, value, organization_id, role_id)
        SELECT p.id, 'staff', r.organization_id, r.id FROM sso_providers p, roles r WHERE r.built_in = 'auditor';
    INSERT INTO organizations (id, name, folded_name, cloud, subscription, created_on)
        VALUES (77, 'Elsewhere', 'elsewhere', 'cloud.example', 'active', 1)";

/// Rows with bytes that aren't text.
const WITH_BYTES: [&str; 6] = [
    "INSERT INTO invitations (organization_id, admin_id, token_hash, expires_on)
        SELECT organization_id, admin_id, ?1, 4102444800000 FROM admin_roles WHERE status = 'invited'",
    "INSERT INTO password_resets (admin_id, token_hash, expires_on) VALUES (9007199254740993, ?1, 4102444800000)",
    "INSERT INTO sso_logout_tokens (provider_id, token_hash, expires_on) SELECT id, ?1, 4102444800000 FROM sso_providers",
    "INSERT INTO key_guesses (organization_id, tried_on) SELECT id, ?1 FROM organizations",
    "INSERT INTO upstreams (organization_id, kind, url, token_url, audience, sealed_credentials, credentials_version, version,
            key_id, key_fingerprint, enabled, last_modified_by_id, last_modified_by_name, last_modified_on, fetched_on)
        VALUES (77, 'oneapi', 'https://api.example', 'https://login.example/token', 'api', ?1, 2, 3, 8, ?1, 1, 42, 'Zoë', 1, 2)",
    "INSERT INTO upstream_changes (organization_id, id, gateway_id, admin_id, admin_name, client_address, request_id, path,
            idempotency_key, key_fingerprint, before_change, asked_on)
        VALUES (77, 5, 6, 7, 'Zoë', '192.0.2.7', 'r', '/path', 'k', ?1, '{}', 4102444800000)",
];

/// Sets an installation up and uses it, so that every table has rows. Nothing serves it afterwards.
pub(crate) async fn fill(data: &TestData) -> Filled {
    assert!(init(data).status.success());
    let mut server = Server::start(data);
    server.sign_in().await;
    let wrong = json!({ "username": "someone@acme.example", "password": PASSWORD });
    let request = Client::new()
        .post(format!("{}/api/portal/session", server.url))
        .json(&wrong);
    assert_eq!(
        request.send().await.expect("an answer").status(),
        StatusCode::UNAUTHORIZED
    );
    let token = server.sandbox_token().await;
    let former = server.key().await;
    regenerate(&server).await;
    let former = former["key"].as_str().expect("a key");
    assert_eq!(open_session(&server.url, former).await, None);
    let key = server.key().await["key"].as_str().expect("a key").to_owned();
    let session = open_session(&server.url, &key).await.expect("a session");
    let filled = Filled {
        portal: server.client.clone(),
        session,
        key,
        token,
    };
    filled.assert_in_use(&server).await;
    server.stop();
    data.execute(MORE);
    for statement in WITH_BYTES {
        data.execute_with(statement, &[[0_u8, 255, 39, 92, 10].as_slice().into()]);
    }
    filled
}

/// Regenerates the key, and returns its version.
pub(crate) async fn regenerate(server: &Server) -> i64 {
    let version = server.key().await["version"].clone();
    let name = uuid::Uuid::new_v4().to_string();
    let request = server.client.post(server.key_url("/regenerate").await);
    let request = server.change(request).header("if-match", format!("\"{version}\""));
    let answer = request.header("idempotency-key", name).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    server.key().await["version"].as_i64().expect("a version")
}

impl Filled {
    /// Both sessions, the key and the token are valid.
    pub(crate) async fn assert_in_use(&self, server: &Server) {
        assert!(self.has_portal_session(server).await, "the portal session");
        assert!(self.has_api_session(server).await, "the API session");
        self.assert_valid(server).await;
    }

    /// Key and token are.
    pub(crate) async fn assert_valid(&self, server: &Server) {
        assert!(open_session(&server.url, &self.key).await.is_some(), "the key");
        let submit = format!("{}/verify/zscsb/submit?api_token={}", server.url, self.token);
        let answer = Client::new().post(submit).send().await.expect("an answer");
        assert!(answer.status().is_success(), "the token: {}", answer.status());
    }

    pub(crate) async fn has_portal_session(&self, server: &Server) -> bool {
        let request = self.portal.get(format!("{}/api/portal/orgs", server.url));
        request.send().await.expect("an answer").status() == StatusCode::OK
    }

    pub(crate) async fn has_api_session(&self, server: &Server) -> bool {
        let request = Client::new().get(format!("{}/api/v1/authenticatedSession", server.url));
        let answer = request.header("cookie", &self.session).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        answer["authType"] == "ADMIN_LOGIN"
    }
}

/// The names of all tables, apart from that of the migrations.
pub(crate) fn tables(data: &TestData) -> Vec<String> {
    let sql = match data.database {
        None => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        Some(_) => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()
             ORDER BY table_name COLLATE \"C\""
        }
    };
    let mut tables: Vec<String> = data.column(sql, &[]);
    tables.retain(|table| table != "_sqlx_migrations");
    tables
}

/// The rows of each table in the same words for both databases.
pub(crate) fn contents(data: &TestData) -> BTreeMap<String, Vec<String>> {
    let tables = tables(data).into_iter();
    tables
        .map(|table| {
            let mut columns = data.columns(&table);
            columns.sort_unstable();
            let text = |column: &String| match data.database {
                None => format!(
                    "CASE typeof({column}) WHEN 'blob' THEN 'x' || hex({column}) ELSE CAST({column} AS TEXT) END"
                ),
                Some(_) => format!(
                    "CASE WHEN pg_typeof({column}) = 'bytea'::regtype THEN 'x' || UPPER(substr({column}::text, 3))
                     ELSE {column}::text END"
                ),
            };
            let parts = columns
                .iter()
                .map(|column| format!("'{column}=' || COALESCE({}, 'NULL')", text(column)));
            let sql = format!("SELECT {} FROM {table}", parts.collect::<Vec<_>>().join(" || ';' || "));
            let mut rows: Vec<String> = data.column(&sql, &[]);
            rows.sort_unstable();
            (table, rows)
        })
        .collect()
}

/// The tables without rows.
pub(crate) fn empty_tables(contents: &BTreeMap<String, Vec<String>>) -> Vec<&str> {
    let empty = contents.iter().filter(|(_, rows)| rows.is_empty());
    empty.map(|(table, _)| table.as_str()).collect()
}

//! The authorization matrix: every operation of both APIs, as each built-in role, as a Super Admin of another organization,
//! and unauthenticated. An operation that is missing here fails the test.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;

use crate::world::{Caller, World, operations};

const CALLERS: [Caller; 6] = [
    Caller::SuperAdmin,
    Caller::KeyManager,
    Caller::Auditor,
    Caller::ApiClientAdmin,
    Caller::Stranger,
    Caller::Nobody,
];

const DENIED: &str = "403 permission-denied";
const ELSEWHERE: &str = "404 organization-not-found";
const OUT: &str = "401 not-signed-in";
const NO_SSO: &str = "400 sso-failed";
const NO_LINK: &str = "403 invitation-invalid";
const NO_SETUP: &str = "403 setup-link-invalid";
const WRONG: &str = "401 sign-in-failed";
const WRONG_KEY: &str = "400 INVALID_USERNAME_OR_PASSWORD";
const NO_API: &str = "403 API_ACCESS_DENIED";
const NO_RIGHT: &str = "403 PERMISSION_DENIED";
const ALIVE: &str = "200 ADMIN_LOGIN";
const DEAD: &str = "401 SESSION_NOT_VALID";
const FOREIGN_SESSION: &str = "404 session-not-found";

/// Operation, then the answer to: Super Admin, Key Manager, Auditor, API Client Admin, Super Admin of another organization,
/// unauthenticated.
#[rustfmt::skip]
const TABLE: &[(&str, [&str; 6])] = &[
    ("setup",                        [NO_SETUP, NO_SETUP, NO_SETUP, NO_SETUP, NO_SETUP, NO_SETUP]),
    ("setup_read",                   [NO_SETUP, NO_SETUP, NO_SETUP, NO_SETUP, NO_SETUP, NO_SETUP]),
    ("session_create",               ["200", "200", "200", "200", "200", WRONG]),
    ("session_read",                 ["200", "200", "200", "200", "200", OUT]),
    ("session_delete",               ["204", "204", "204", "204", "204", OUT]),
    ("session_password",             ["204", "204", "204", "204", "204", OUT]),
    ("sso_list",                     ["200", "200", "200", "200", "200", "200"]),
    ("sso_begin",                    ["303", "303", "303", "303", "303", "303"]),
    ("sso_callback",                 ["303", "303", "303", "303", "303", "303"]),
    ("sso_logout",                   [NO_SSO, NO_SSO, NO_SSO, NO_SSO, NO_SSO, NO_SSO]),
    ("invitation_read",              [NO_LINK, NO_LINK, NO_LINK, NO_LINK, NO_LINK, NO_LINK]),
    ("invitation_accept",            [NO_LINK, NO_LINK, NO_LINK, NO_LINK, NO_LINK, NO_LINK]),
    ("account_password",             ["204", "204", "204", "204", "204", OUT]),
    ("account_sessions_list",        ["200", "200", "200", "200", "200", OUT]),
    ("account_sessions_end_others",  ["200", "200", "200", "200", "200", OUT]),
    ("account_session_end",          ["204", "204", "204", "204", FOREIGN_SESSION, OUT]),
    ("organizations_list",           ["200", "200", "200", "200", "200", OUT]),
    ("organizations_overview",       ["200", "200", "200", "200", "200", OUT]),
    ("organization_read",            ["200", "200", "200", "200", ELSEWHERE, OUT]),
    ("api_key_read",                 ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("api_key_add",                  ["201", "201", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_key_edit",                 ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_key_delete",               ["204", "204", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_key_regenerate",           ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_key_confirm",              ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_key_reveal",               ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_key_failures_read",        ["200", DENIED, "200", DENIED, ELSEWHERE, OUT]),
    ("api_key_try",                  ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("key_usage_read",               ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("sandbox_tokens_list",          ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_add",            ["201", "201", DENIED, DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_edit",           ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_delete",         ["204", "204", DENIED, DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_regenerate",     ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_confirm",        ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_reveal",         ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_usage",          ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("sandbox_token_find",           ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("oauth_servers_list",           ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("oauth_servers_usage",          ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("oauth_server_validate",        ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("oauth_server_check_token",     ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("oauth_server_add",             ["201", "201", DENIED, DENIED, ELSEWHERE, OUT]),
    ("oauth_server_edit",            ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("oauth_server_delete",          ["204", "204", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_roles_list",               ["200", "200", "200", DENIED, ELSEWHERE, OUT]),
    ("api_role_add",                 ["201", "201", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_role_edit",                ["200", "200", DENIED, DENIED, ELSEWHERE, OUT]),
    ("api_role_delete",              ["204", "204", DENIED, DENIED, ELSEWHERE, OUT]),
    ("roles_list",                   ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("role_add",                     ["201", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("role_edit",                    ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("role_delete",                  ["204", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admins_list",                  ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_invite",                 ["201", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_change_role",            ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_remove",                 ["204", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_disable",                ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_enable",                 ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_end_sessions",           ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("admin_renew_invitation",       ["200", DENIED, DENIED, DENIED, ELSEWHERE, OUT]),
    ("audit_log_read",               ["200", DENIED, "200", DENIED, ELSEWHERE, OUT]),
    ("audit_log_csv",                ["200", DENIED, "200", DENIED, ELSEWHERE, OUT]),
    ("authenticated_session_create", [ALIVE, NO_API, NO_API, ALIVE, WRONG_KEY, WRONG_KEY]),
    ("authenticated_session_read",   [ALIVE, DEAD, DEAD, ALIVE, DEAD, "200"]),
    ("authenticated_session_delete", ["200", "200", "200", "200", "200", "200"]),
    ("auth_create",                  [ALIVE, NO_API, NO_API, ALIVE, WRONG_KEY, WRONG_KEY]),
    ("auth_read",                    [ALIVE, DEAD, DEAD, ALIVE, DEAD, "200"]),
    ("auth_delete",                  ["200", "200", "200", "200", "200", "200"]),
    ("connector_keys_list",          ["200", DEAD, DEAD, NO_RIGHT, DEAD, DEAD]),
    ("connector_key_regenerate",     ["200", DEAD, DEAD, NO_RIGHT, DEAD, DEAD]),
    ("status_read",                  ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("status_activate",              ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("connector_status_read",        ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("connector_status_activate",    ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("connector_status_force",       ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("auth_delete_without_prefix",   ["204", "204", "204", "204", "204", "204"]),
    ("ztw_auth_create",              [ALIVE, NO_API, NO_API, ALIVE, WRONG_KEY, WRONG_KEY]),
    ("ztw_auth_read",                [ALIVE, DEAD, DEAD, ALIVE, DEAD, "200"]),
    ("ztw_auth_delete",              ["200", "200", "200", "200", "200", "200"]),
    ("ztw_connector_keys_list",      ["200", DEAD, DEAD, NO_RIGHT, DEAD, DEAD]),
    ("ztw_connector_key_regenerate", ["200", DEAD, DEAD, NO_RIGHT, DEAD, DEAD]),
    ("ztw_status_read",              ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("ztw_status_activate",          ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("ztw_connector_status_read",    ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("ztw_connector_status_activate", ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("ztw_connector_status_force",   ["200", DEAD, DEAD, "200", DEAD, DEAD]),
    ("ztw_auth_delete_without_prefix", ["204", "204", "204", "204", "204", "204"]),
    ("verify",                       ["204", NO_API, NO_API, "204", NO_API, DEAD]),
];

#[test]
fn every_operation_is_in_the_table() {
    let known: BTreeSet<String> = operations().into_iter().map(|operation| operation.id).collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(known, listed);
    assert_eq!(TABLE.len(), listed.len(), "none is there twice");
}

#[tokio::test]
async fn every_operation_is_authorized_as_the_table_says() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for operation in operations() {
        let Some((_, expected)) = TABLE.iter().find(|(id, _)| *id == operation.id) else {
            continue;
        };
        for (caller, expected) in CALLERS.into_iter().zip(expected) {
            let answer = world.ask(&operation, caller).await;
            let mut seen = answer.status.as_u16().to_string();
            let json: Value = serde_json::from_str(&answer.text).unwrap_or_default();
            if let Some(word) = json["code"].as_str().or(json["authType"].as_str()) {
                seen = format!("{seen} {word}");
            }
            if seen != *expected {
                wrong.push(format!(
                    "{} as {caller:?}: {seen}, not {expected}: {}",
                    operation.id, answer.text
                ));
            }
            if !matches!(caller, Caller::SuperAdmin | Caller::KeyManager) {
                assert!(
                    !answer.text.contains(&world.key().await) && !answer.text.contains("sbx_"),
                    "{} tells {caller:?} a secret",
                    operation.id
                );
            }
            if matches!(caller, Caller::Stranger | Caller::Nobody) {
                assert!(
                    !answer.text.contains("Acme") && !answer.text.contains(&world.acme.to_string()),
                    "{} tells {caller:?} of Acme: {}",
                    operation.id,
                    answer.text
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The path is in the admin's organization, but names a resource of another one.
#[tokio::test]
async fn resources_of_other_organizations_are_not_found() {
    let world = World::new().await;
    for operation in operations() {
        let names = |what: &str| operation.path.contains(what);
        let code = match () {
            () if names("{server}") => Some("oauth-server-not-found"),
            () if names("{api_role}") => Some("api-role-not-found"),
            () if names("{role}") => Some("role-not-found"),
            () if names("{admin}") => Some("administrator-not-found"),
            () if names("{token}") || operation.id == "sandbox_token_find" => Some("sandbox-token-not-found"),
            () => None,
        };
        if let Some(code) = code {
            let answer = world.ask_across(&operation).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (404, code.into()),
                "{}",
                operation.id
            );
        }
    }
    for id in ["admin_invite", "admin_change_role"] {
        let answer = world.give_foreign_role(id).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, "role-not-found".into()),
            "{id}"
        );
    }
}

/// Neither status, headers, text nor work tells a stranger whether an organization exists.
#[tokio::test]
async fn organizations_without_a_role_are_indistinguishable() {
    let world = World::new().await;
    for operation in operations() {
        if !operation.path.contains("{org}") {
            continue;
        }
        let ([mut acme, mut nowhere], written) = world.ask_at_acme_and_nowhere(&operation).await;
        for answer in [&mut acme, &mut nowhere] {
            let own = answer.headers.remove("x-request-id").expect("a request id");
            answer.headers.remove("date");
            answer.text = answer.text.replace(own.to_str().expect("text"), "");
        }
        assert_eq!(acme.status, nowhere.status, "{}", operation.id);
        assert_eq!(acme.headers, nowhere.headers, "{}", operation.id);
        assert_eq!(acme.text, nowhere.text, "{}", operation.id);
        assert!(written.is_empty(), "{}: a write takes time: {written:?}", operation.id);
    }
}

/// Exactly what reveals, adds, replaces or deletes a secret or a trust requires re-authentication, checked after permissions.
#[tokio::test]
async fn sensitive_operations_require_re_authentication() {
    let mut world = World::new().await;
    world.stale = true;
    let is_sensitive = |id: &str| {
        let of_secret_or_trust = [
            "api_key_",
            "sandbox_token_",
            "oauth_server_",
            "api_role_",
            "role_",
            "admin_",
        ];
        let only_looks = ["_list", "_read", "_usage", "_find", "_validate", "_check_token"];
        // Trying the key asks for the password itself.
        let leaves_it = ["api_key_try", "sandbox_token_edit", "admin_end_sessions"];
        of_secret_or_trust.iter().any(|start| id.starts_with(start))
            && !only_looks.iter().any(|end| id.ends_with(end))
            && !leaves_it.contains(&id)
    };
    for operation in operations() {
        if operation.path.starts_with("/api/portal/orgs/") {
            let answer = world.ask(&operation, Caller::SuperAdmin).await;
            let asks = answer.status == 403 && answer.code() == "fresh-password-required";
            assert_eq!(asks, is_sensitive(&operation.id), "{}: {}", operation.id, answer.text);
            let answer = world.ask(&operation, Caller::ApiClientAdmin).await;
            assert!(
                !answer.text.contains("fresh-password-required"),
                "{}: permission comes first",
                operation.id
            );
        }
    }
}

/// Every change by a page of another site is rejected (CSRF).
#[tokio::test]
async fn every_change_has_csrf_protection() {
    let mut world = World::new().await;
    world.origin = Some("https://elsewhere.example");
    for operation in operations() {
        if operation.path.starts_with("/api/portal") && operation.method != Method::GET {
            let answer = world.ask(&operation, Caller::SuperAdmin).await;
            assert_eq!(answer.code(), "cross-site-request", "{}", operation.id);
        }
    }
}

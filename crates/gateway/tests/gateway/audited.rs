//! What is in the audit log: every operation that changes or gives out something, done or refused, as one table says.
//! An operation that is missing here fails the test.

use std::collections::BTreeSet;

use crate::world::{Caller, World, operations};

/// Operation, then what the log says when a Super Admin asks for it, and when an API Client Admin does, who may do nothing
/// in the portal but sign in and look after their own account.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str)] = &[
    // With the cookie of a session, which ends by it.
    // With links that are none, by somebody who is not asked who they are.
    ("setup",                        "Create, Installation, Failure, setup-link-invalid", "Create, Installation, Failure, setup-link-invalid"),
    ("setup_read",                   "Create, Installation, Failure, setup-link-invalid", "Create, Installation, Failure, setup-link-invalid"),
    ("invitation_read",              "Update, Administrators, Failure, invitation-invalid", "Update, Administrators, Failure, invitation-invalid"),
    ("invitation_accept",            "Update, Administrators, Failure, invitation-invalid", "Update, Administrators, Failure, invitation-invalid"),
    ("session_create",               "Sign Out, Login, Success; Sign In, Login, Success", "Sign Out, Login, Success; Sign In, Login, Success"),
    // At a provider that there is not; and back from none, which is no failure of somebody who is signed in.
    ("sso_begin",                    "Sign In, Login, Failure, sso-provider-unknown", "Sign In, Login, Failure, sso-provider-unknown"),
    ("sso_callback",                 "", ""),
    ("sso_logout",                   "Sign Out, Login, Failure, token-issuer-wrong", "Sign Out, Login, Failure, token-issuer-wrong"),
    ("session_delete",               "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("session_password",             "Sign In, Login, Success", "Sign In, Login, Success"),
    ("account_password",             "Update, Administrators, Success", "Update, Administrators, Success"),
    ("account_sessions_end_others",  "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("account_session_end",          "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("api_key_add",                  "Create, Cloud Service API Key, Success", "Create, Cloud Service API Key, Failure, permission-denied"),
    ("api_key_edit",                 "Update, Cloud Service API Key, Success", "Update, Cloud Service API Key, Failure, permission-denied"),
    ("api_key_delete",               "Delete, Cloud Service API Key, Success", "Delete, Cloud Service API Key, Failure, permission-denied"),
    ("api_key_regenerate",           "Regenerate, Cloud Service API Key, Success", "Regenerate, Cloud Service API Key, Failure, permission-denied"),
    ("api_key_confirm",              "Update, Cloud Service API Key, Success", "Update, Cloud Service API Key, Failure, permission-denied"),
    ("api_key_reveal",               "Reveal, Cloud Service API Key, Success", "Reveal, Cloud Service API Key, Failure, permission-denied"),
    ("api_key_try",                  "Sign In, Cloud Service API Key, Success; Sign Out, Cloud Service API Key, Success", "Sign In, Cloud Service API Key, Failure, permission-denied"),
    ("sandbox_token_add",            "Create, Sandbox API Token, Success", "Create, Sandbox API Token, Failure, permission-denied"),
    ("sandbox_token_edit",           "Update, Sandbox API Token, Success", "Update, Sandbox API Token, Failure, permission-denied"),
    ("sandbox_token_delete",         "Delete, Sandbox API Token, Success", "Delete, Sandbox API Token, Failure, permission-denied"),
    ("sandbox_token_regenerate",     "Regenerate, Sandbox API Token, Success", "Regenerate, Sandbox API Token, Failure, permission-denied"),
    ("sandbox_token_confirm",        "Update, Sandbox API Token, Success", "Update, Sandbox API Token, Failure, permission-denied"),
    ("sandbox_token_reveal",         "Reveal, Sandbox API Token, Success", "Reveal, Sandbox API Token, Failure, permission-denied"),
    ("oauth_server_add",             "Create, OAuth 2.0 Authorization Servers, Success", "Create, OAuth 2.0 Authorization Servers, Failure, permission-denied"),
    ("oauth_server_edit",            "Update, OAuth 2.0 Authorization Servers, Success", "Update, OAuth 2.0 Authorization Servers, Failure, permission-denied"),
    ("oauth_server_delete",          "Delete, OAuth 2.0 Authorization Servers, Success", "Delete, OAuth 2.0 Authorization Servers, Failure, permission-denied"),
    ("api_role_add",                 "Create, API Roles, Success", "Create, API Roles, Failure, permission-denied"),
    ("api_role_edit",                "Update, API Roles, Success", "Update, API Roles, Failure, permission-denied"),
    ("api_role_delete",              "Delete, API Roles, Success", "Delete, API Roles, Failure, permission-denied"),
    ("role_add",                     "Create, Roles, Success", "Create, Roles, Failure, permission-denied"),
    ("role_edit",                    "Update, Roles, Success", "Update, Roles, Failure, permission-denied"),
    ("role_delete",                  "Delete, Roles, Success", "Delete, Roles, Failure, permission-denied"),
    ("admin_invite",                 "Create, Administrators, Success", "Create, Administrators, Failure, permission-denied"),
    ("admin_change_role",            "Update, Administrators, Success", "Update, Administrators, Failure, permission-denied"),
    ("admin_remove",                 "Delete, Administrators, Success", "Delete, Administrators, Failure, permission-denied"),
    ("admin_disable",                "Update, Administrators, Success", "Update, Administrators, Failure, permission-denied"),
    ("admin_enable",                 "Update, Administrators, Success", "Update, Administrators, Failure, permission-denied"),
    ("admin_end_sessions",           "Sign Out, Login, Success", "Sign Out, Login, Failure, permission-denied"),
    ("admin_renew_invitation",       "Regenerate, Administrators, Success", "Regenerate, Administrators, Failure, permission-denied"),
    ("audit_log_csv",                "Export, Audit Log, Success", "Export, Audit Log, Failure, permission-denied"),
    ("authenticated_session_create", "Sign In, Login, Success", "Sign In, Login, Success"),
    ("authenticated_session_delete", "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("auth_create",                  "Sign In, Login, Success", "Sign In, Login, Success"),
    ("auth_delete",                  "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("connector_keys_list",          "Reveal, Cloud Service API Key, Success", ""),
    ("connector_key_regenerate",     "Regenerate, Cloud Service API Key, Success", "Regenerate, Cloud Service API Key, Failure, permission-denied"),
    ("auth_delete_without_prefix",   "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("ztw_auth_create",              "Sign In, Login, Success", "Sign In, Login, Success"),
    ("ztw_auth_delete_without_prefix", "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("ztw_auth_delete",              "Sign Out, Login, Success", "Sign Out, Login, Success"),
    ("ztw_connector_keys_list",      "Reveal, Cloud Service API Key, Success", ""),
    ("ztw_connector_key_regenerate", "Regenerate, Cloud Service API Key, Success", "Regenerate, Cloud Service API Key, Failure, permission-denied"),
];

/// What only looks.
const NOT_LOGGED: &[&str] = &[
    "session_read",
    "sso_list",
    "account_sessions_list",
    "organizations_list",
    "organizations_overview",
    "organization_read",
    "api_key_read",
    "api_key_failures_read",
    "key_usage_read",
    "sandbox_tokens_list",
    "sandbox_token_find",
    "sandbox_token_usage",
    "oauth_servers_list",
    "oauth_servers_usage",
    "oauth_server_validate",
    "oauth_server_check_token",
    "api_roles_list",
    "roles_list",
    "admins_list",
    "audit_log_read",
    "authenticated_session_read",
    "auth_read",
    "status_read",
    "status_activate",
    "connector_status_read",
    "connector_status_activate",
    "connector_status_force",
    "ztw_auth_read",
    "ztw_status_read",
    "ztw_status_activate",
    "ztw_connector_status_read",
    "ztw_connector_status_activate",
    "ztw_connector_status_force",
    "verify",
];

#[test]
fn every_operation_is_in_the_table_or_read_only() {
    let known: BTreeSet<String> = operations().into_iter().map(|operation| operation.id).collect();
    let logged = TABLE.iter().map(|(id, _, _)| *id);
    let listed: BTreeSet<String> = logged.chain(NOT_LOGGED.iter().copied()).map(str::to_owned).collect();
    assert_eq!(known, listed);
    assert_eq!(TABLE.len() + NOT_LOGGED.len(), listed.len(), "none is there twice");
}

#[tokio::test]
async fn each_operation_writes_one_row_done_or_refused() {
    let world = World::new().await;
    let mut last = world.audited_after(0).1;
    let mut wrong = Vec::new();
    for operation in operations() {
        let row = TABLE.iter().find(|(id, _, _)| *id == operation.id);
        for (caller, expected) in [
            (Caller::SuperAdmin, row.map(|row| row.1)),
            (Caller::ApiClientAdmin, row.map(|row| row.2)),
        ] {
            world.ask(&operation, caller).await;
            // What is the same again is counted for a minute.
            world.gateway.app.counted.write_all().await.expect("written");
            let (rows, now) = world.audited_after(last);
            last = now;
            let rows = rows.join("; ");
            if rows != expected.unwrap_or_default() {
                wrong.push(format!("{} as {caller:?}: {rows}, not {expected:?}", operation.id));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_required_re_authentication_is_in_the_log() {
    let mut world = World::new().await;
    world.stale = true;
    let last = world.audited_after(0).1;
    let regenerate = operations()
        .into_iter()
        .find(|operation| operation.id == "api_key_regenerate");
    world.ask(&regenerate.expect("an operation"), Caller::KeyManager).await;
    assert_eq!(
        world.audited_after(last).0,
        ["Regenerate, Cloud Service API Key, Failure, fresh-password-required"]
    );
}

#[tokio::test]
async fn repeated_refusals_do_not_flood_the_log() {
    let world = World::new().await;
    let last = world.audited_after(0).1;
    let reveal = operations()
        .into_iter()
        .find(|operation| operation.id == "api_key_reveal");
    let reveal = reveal.expect("an operation");
    for _ in 0..230 {
        assert_eq!(world.ask(&reveal, Caller::Auditor).await.status, 403);
    }
    assert_eq!(world.audited_after(last).0.len(), 200);
    world.gateway.app.counted.write_all().await.expect("written");
    let (rows, last) = world.audited_after(last);
    assert_eq!((rows.len(), world.counted(last)), (201, 30), "the others are counted");
    world.ask(&reveal, Caller::ApiClientAdmin).await;
    assert_eq!(world.audited_after(last).0.len(), 1, "each admin counts alone");
}

/// A secret that a repetition gives out again is in the audit log.
#[tokio::test]
async fn a_repetition_that_reveals_a_secret_is_in_the_log() {
    let mut world = World::new().await;
    for (id, sub_category) in [
        ("api_key_add", "Cloud Service API Key"),
        ("api_key_edit", "Cloud Service API Key"),
        ("api_key_regenerate", "Cloud Service API Key"),
        ("sandbox_token_add", "Sandbox API Token"),
        ("sandbox_token_regenerate", "Sandbox API Token"),
        ("admin_invite", "Administrators"),
        ("admin_renew_invitation", "Administrators"),
        ("api_key_delete", ""),
        ("sandbox_token_edit", ""),
        ("admin_disable", ""),
        ("role_add", ""),
    ] {
        let operation = operations().into_iter().find(|operation| operation.id == id);
        let (first, again, rows) = world.ask_twice(&operation.expect(id)).await;
        assert!(first.status.is_success(), "{id}: {}", first.text);
        assert_eq!(again.text, first.text, "{id}");
        let expected = match sub_category {
            "" => Vec::new(),
            _ => vec![format!("Reveal, {sub_category}, Success")],
        };
        assert_eq!(rows, expected, "{id}");
    }
}

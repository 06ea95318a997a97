//! Page and gateway of neighboring minor versions understand each other: what each release sent is read by the types of today, and what
//! a next one adds is ignored.
//!
//! `recorded/MAJOR.MINOR.json` has one document of each kind, as that release sent it. A release that begins a new minor version
//! adds its file; the one before the last can go.

use std::{fs, path::PathBuf};

use keyward_contract::{
    AcceptInvitation, AccountSession, Administrator, ApiKey, ApiRoles, AuditLogPage, ChangePassword, ChangeRole,
    EditApiKey, EditApiRole, EditOauthServer, EditRole, FreshPassword, Invitation, InvitationOffer,
    InviteAdministrator, KeyUsage, NameSandboxToken, OauthServers, Organization, OrganizationAccess,
    OrganizationOverview, Problem, Role, SandboxToken, SandboxTokenString, SandboxTokens, Session, Setup, SignIn,
    SignInFailures, SignInOptions, TryApiKey,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A kind of document, and how the type that it's for reads it.
type Kind = (&'static str, fn(&Value) -> serde_json::Result<()>);

const ANSWERS: &[Kind] = &[
    ("account-sessions", reads::<Vec<AccountSession>>),
    ("administrators", reads::<Vec<Administrator>>),
    ("api-key", reads::<ApiKey>),
    ("api-roles", reads::<ApiRoles>),
    ("audit-log", reads::<AuditLogPage>),
    ("failures", reads::<SignInFailures>),
    ("invitation", reads::<Invitation>),
    ("invitation-offer", reads::<InvitationOffer>),
    ("key-usage", reads::<KeyUsage>),
    ("oauth-servers", reads::<OauthServers>),
    ("organization", reads::<Organization>),
    ("organizations", reads::<Vec<OrganizationAccess>>),
    ("overview", reads::<Vec<OrganizationOverview>>),
    ("problem", reads::<Problem>),
    ("roles", reads::<Vec<Role>>),
    ("sandbox-token", reads::<SandboxToken>),
    ("sandbox-tokens", reads::<SandboxTokens>),
    ("session", reads::<Session>),
    ("sign-in-options", reads::<SignInOptions>),
];
const REQUESTS: &[Kind] = &[
    ("accept-invitation", reads::<AcceptInvitation>),
    ("change-password", reads::<ChangePassword>),
    ("change-role", reads::<ChangeRole>),
    ("edit-api-key", reads::<EditApiKey>),
    ("edit-api-role", reads::<EditApiRole>),
    ("edit-oauth-server", reads::<EditOauthServer>),
    ("edit-role", reads::<EditRole>),
    ("fresh-password", reads::<FreshPassword>),
    ("invite-administrator", reads::<InviteAdministrator>),
    ("name-sandbox-token", reads::<NameSandboxToken>),
    ("setup", reads::<Setup>),
    ("sign-in", reads::<SignIn>),
    ("try-api-key", reads::<TryApiKey>),
];

fn reads<T: DeserializeOwned>(document: &Value) -> serde_json::Result<()> {
    serde_json::from_value::<T>(document.clone()).map(drop)
}

/// What the release of this minor version sent.
fn recorded(minor: u32) -> Value {
    let name = format!("{}.{minor}.json", env!("CARGO_PKG_VERSION_MAJOR"));
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/recorded")
        .join(&name);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
    // A token in a file would be found by those who look for leaked ones.
    let token = SandboxTokenString::new(b"abcdefghijklmnopqrstuvwxyz").expect("a token");
    let text = text.replace("SANDBOX-TOKEN", token.reveal());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// This minor version, and the one before it. The first release was 0.1.
fn neighbors() -> Vec<u32> {
    let minor: u32 = env!("CARGO_PKG_VERSION_MINOR").parse().expect("a number");
    let first = u32::from(env!("CARGO_PKG_VERSION_MAJOR") == "0");
    (minor.saturating_sub(1).max(first)..=minor).collect()
}

/// With a field more in each object, as a next release may add it.
fn with_more(document: &Value) -> Value {
    match document {
        Value::Array(items) => items.iter().map(with_more).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), with_more(value)));
            fields.chain([("addedLater".to_owned(), Value::from(1))]).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn answers_of_neighboring_versions_are_read() {
    for minor in neighbors() {
        let documents = &recorded(minor)["answers"];
        for (name, read) in ANSWERS {
            let document = &documents[name];
            read(document).unwrap_or_else(|error| panic!("{name} of 0.{minor}: {error}"));
            read(&with_more(document)).unwrap_or_else(|error| panic!("{name} of a next version: {error}"));
        }
        assert_eq!(documents.as_object().map_or(0, serde_json::Map::len), ANSWERS.len());
    }
}

#[test]
fn requests_of_the_previous_version_are_accepted() {
    for minor in neighbors() {
        let documents = &recorded(minor)["requests"];
        for (name, read) in REQUESTS {
            read(&documents[name]).unwrap_or_else(|error| panic!("{name} of 0.{minor}: {error}"));
            // What a gateway doesn't know, it must not do by half.
            read(&with_more(&documents[name])).expect_err(name);
        }
        assert_eq!(documents.as_object().map_or(0, serde_json::Map::len), REQUESTS.len());
    }
}

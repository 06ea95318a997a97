//! OAuth 2.0 authorization servers: who issues the access tokens that API clients come with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChangedBy, OauthServerId, Refusal};

/// How many authorization servers an organization has at most. One of them is enabled at a time.
pub const OAUTH_SERVERS_MAX: usize = 2;

/// `GET /api/portal/orgs/{org}/oauth-servers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OauthServers {
    /// The servers, by name. At most [`OAUTH_SERVERS_MAX`].
    pub servers: Vec<OauthServer>,
    /// Why the asking admin can't add one; `null` where they can.
    pub add: Option<Refusal>,
    /// Why they can't edit and delete those that are there.
    pub edit: Option<Refusal>,
}

/// An authorization server of an organization. Its ETag is the version in double quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OauthServer {
    /// Stays the same while the server is edited.
    pub id: OauthServerId,
    /// What it is set to.
    pub settings: OauthServerSettings,
    /// When its JWKS was last fetched with a key in it that can be used; missing where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_successful_fetch_on: Option<DateTime<Utc>>,
    /// Why the last fetch failed; missing where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub fetch_failure: Option<FetchFailure>,
    /// Whether a restore has disabled it, for it was deleted, disabled or set otherwise after the backup was made. Any change
    /// of it confirms it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub held: bool,
    /// The last admin to change it.
    pub last_modified_by: ChangedBy,
    /// When it was last changed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_modified_on: DateTime<Utc>,
    /// Grows with each change.
    pub version: i64,
}

/// What an admin sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OauthServerSettings {
    /// Its name: [`check_oauth_server_name`](crate::check_oauth_server_name), unique within the organization.
    pub name: String,
    /// A few words on it; may be empty.
    pub description: String,
    /// Whether its tokens are admitted. One server of an organization is enabled at most.
    pub enabled: bool,
    /// Where its keys are (JWKS, RFC 7517, section 5).
    pub jwks_uri: String,
    /// Whether the certificate of the server that has the JWKS must be valid.
    pub certificate_validation: bool,
    /// What `aud` must be or hold; empty for anything.
    pub audience: String,
    /// What `iss` must be; empty for anything.
    pub issuer: String,
    /// What `client_id`, `cid` or `appid` must be; empty for anything.
    pub client_id: String,
}

/// Body of `POST /api/portal/orgs/{org}/oauth-servers`, and of `PUT` of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EditOauthServer {
    /// What it is to be.
    pub settings: OauthServerSettings,
    /// From a validation of exactly this JWKS location and certificate validation; see [`JwksReport::validation`]. Not needed
    /// where both stay as they are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub validation: String,
    /// Whether the server that is enabled now is to be disabled at the same instant.
    #[serde(default)]
    pub switch: bool,
}

/// Body of `POST /api/portal/orgs/{org}/oauth-servers/validate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValidateJwks {
    /// The JWKS location, or a discovery URL that leads to it (OpenID Connect Discovery 1.0, RFC 8414).
    pub jwks_uri: String,
    /// Whether the certificate of the server must be valid.
    pub certificate_validation: bool,
}

/// What was found at a JWKS location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JwksReport {
    /// Where the keys are: what was asked for, or what the discovery document says.
    pub jwks_uri: String,
    /// The issuer that the discovery document names, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub issuer: Option<String>,
    /// The keys, in their order: a hundred at most.
    pub keys: Vec<JwkReport>,
    /// How many keys are behind those, which are not looked at.
    #[serde(default)]
    pub more: usize,
    /// What went wrong; missing where at least one key can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failure: Option<FetchFailure>,
    /// Proves to the gateway, for a quarter of an hour, that this location was validated. Empty where it failed.
    pub validation: String,
}

/// A key of a JWKS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JwkReport {
    /// `kid`; empty where there is none.
    pub kid: String,
    /// `kty`.
    pub kty: String,
    /// `alg`; empty where there is none.
    pub alg: String,
    /// `use`; empty where there is none.
    pub r#use: String,
    /// When the certificate in `x5c` expires, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub certificate_expires_on: Option<DateTime<Utc>>,
    /// Why it can't be used, as a sentence; `null` where it can.
    pub refused: Option<String>,
}

/// Why a document could not be fetched or used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FetchFailure {
    /// The kind.
    pub reason: FetchFailureReason,
    /// What happened, and what to do, as a sentence.
    pub text: String,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FetchFailureReason {
    /// It is no address that can be asked.
    Url,
    /// The name has no address.
    Dns,
    /// The name leads to an address that the gateway does not connect to.
    AddressNotAllowed,
    /// Nobody answers there.
    Connect,
    /// The certificate is not valid, or no TLS is spoken.
    Tls,
    /// It took too long.
    Timeout,
    /// It is too large.
    Size,
    /// The answer has another status than 200.
    Status,
    /// It leads to another host.
    Redirect,
    /// It is not the JSON that is wanted.
    Json,
    /// No key in it can be used.
    NoUsableKey,
    /// The discovery document names another issuer than the one it stands for.
    Issuer,
}

/// Body of `POST /api/portal/orgs/{org}/oauth-servers/{server}/check-token`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckToken {
    /// The access token (JWT). It is neither stored nor logged.
    pub token: String,
}

impl std::fmt::Debug for CheckToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckToken(hidden)")
    }
}

/// The answer to [`CheckToken`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenReport {
    /// Whether a call with it is admitted now.
    pub admitted: bool,
    /// Each step, in the order in which a call goes through them.
    pub steps: Vec<TokenStep>,
}

/// A step of the admission of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenStep {
    /// What is looked at.
    pub name: String,
    /// Whether it passes.
    pub passed: bool,
    /// What the token has.
    pub found: String,
    /// What it must have.
    pub wanted: String,
}

/// A client that came with a token in the last 30 days: an item of `GET /api/portal/orgs/{org}/oauth-servers/usage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OauthClient {
    /// Who it is: `oauth-<role>$@<organization>.<cloud>`.
    pub principal: String,
    /// From where.
    pub client_address: String,
    /// What it calls itself; missing when it names nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// Requests in the last 24 hours.
    pub requests_last_day: i64,
    /// Requests in the last 30 days.
    pub requests_last_month: i64,
    /// When it was last seen.
    pub last_seen_on: DateTime<Utc>,
}

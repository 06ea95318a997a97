//! OAuth 2.0 authorization servers, which issue access tokens to API clients.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChangedBy, FetchFailureCode, JwkFault, OauthServerId, Refusal, TokenCheckCode};

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
    /// Why they can't edit and delete existing ones.
    pub edit: Option<Refusal>,
}

/// An authorization server of an organization. Its ETag is the version in double quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OauthServer {
    /// Stays the same while the server is edited.
    pub id: OauthServerId,
    /// Its settings.
    pub settings: OauthServerSettings,
    /// When its JWKS was last fetched with a usable key in it; missing if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_successful_fetch_on: Option<DateTime<Utc>>,
    /// Why the last fetch failed; missing if it didn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub fetch_failure: Option<FetchFailure>,
    /// Whether a restore has disabled it because it was deleted, disabled or changed after the backup. Any change confirms it.
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
    /// A description; may be empty.
    pub description: String,
    /// Whether its tokens are accepted. Only one server of an organization can be enabled.
    pub enabled: bool,
    /// The URL of its keys (JWKS, RFC 7517, section 5).
    pub jwks_uri: String,
    /// Whether the certificate of the server with the JWKS has to be valid.
    pub certificate_validation: bool,
    /// Required value of the claim `aud`, or of one of its items; empty for any.
    pub audience: String,
    /// Required value of the claim `iss`; empty for any.
    pub issuer: String,
    /// Required value of the claim `client_id`, `cid` or `appid`, or of `azp` if the token has none of them; empty for any.
    pub client_id: String,
}

/// Body of `POST /api/portal/orgs/{org}/oauth-servers`, and of `PUT` of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditOauthServer {
    /// The new settings.
    #[serde(deserialize_with = "KnownSettings::deserialize")]
    pub settings: OauthServerSettings,
    /// From a validation with exactly this JWKS URL and certificate setting; see [`JwksReport::validation`]. Not needed if both
    /// stay the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub validation: String,
    /// Whether to disable the server that is currently enabled, in the same change.
    #[serde(default)]
    pub switch: bool,
}

/// Settings that someone asks for. A gateway that doesn't know one of them must not save the others alone; a page that reads what a
/// newer gateway saved can.
#[derive(Deserialize)]
#[serde(remote = "OauthServerSettings", rename_all = "camelCase", deny_unknown_fields)]
struct KnownSettings {
    name: String,
    description: String,
    enabled: bool,
    jwks_uri: String,
    certificate_validation: bool,
    audience: String,
    issuer: String,
    client_id: String,
}

/// Body of `POST /api/portal/orgs/{org}/oauth-servers/validate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValidateJwks {
    /// The JWKS URL, or the URL of a discovery document that names it (OpenID Connect Discovery 1.0, RFC 8414).
    pub jwks_uri: String,
    /// Whether the certificate of the server must be valid.
    pub certificate_validation: bool,
}

/// What was found at a JWKS URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JwksReport {
    /// The JWKS URL: the given one, or the one from the discovery document.
    pub jwks_uri: String,
    /// The issuer in the discovery document, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub issuer: Option<String>,
    /// The keys, in their order: a hundred at most.
    pub keys: Vec<JwkReport>,
    /// How many more keys there are; they are ignored.
    #[serde(default)]
    pub more: usize,
    /// What went wrong; missing if at least one key can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failure: Option<FetchFailure>,
    /// Proves to the gateway for 15 minutes that this URL was validated. Empty if validation failed.
    pub validation: String,
}

/// A key of a JWKS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JwkReport {
    /// `kid`; empty if missing.
    pub kid: String,
    /// `kty`.
    pub kty: String,
    /// `alg`; empty if missing.
    pub alg: String,
    /// `use`; empty if missing.
    pub r#use: String,
    /// When the certificate in `x5c` expires, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub certificate_expires_on: Option<DateTime<Utc>>,
    /// Why it can't be used, as an English sentence; `null` where it can.
    pub refused: Option<String>,
    /// The same as a code with arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub fault: Option<JwkFault>,
}

/// Why a document couldn't be fetched or used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FetchFailure {
    /// The kind.
    pub reason: FetchFailureReason,
    /// What happened.
    pub code: FetchFailureCode,
    /// The HTTP status, with `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<u16>,
    /// The issuer that the discovery document names, with `issuer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub issuer: Option<String>,
    /// The JWKS URL that the discovery document names, with `issuer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub jwks_uri: Option<String>,
    /// What happened and what to do, as an English sentence.
    pub text: String,
}

/// The kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FetchFailureReason {
    /// It isn't a URL that can be fetched.
    Url,
    /// The host name can't be resolved.
    Dns,
    /// The host name resolves to an address that isn't allowed (SSRF protection).
    AddressNotAllowed,
    /// No connection.
    Connect,
    /// The certificate isn't valid, or the server doesn't speak TLS.
    Tls,
    /// It took too long.
    Timeout,
    /// It is too large.
    Size,
    /// The status isn't 200.
    Status,
    /// It redirects to another host, or too often.
    Redirect,
    /// It isn't the expected JSON.
    Json,
    /// No key in it can be used.
    NoUsableKey,
    /// The discovery document names a different issuer than its own URL.
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
    /// Whether a request with it would be accepted now.
    pub admitted: bool,
    /// The checks, in the order in which a request goes through them.
    pub checks: Vec<TokenCheck>,
}

/// A check of a token: a code and values, without words around them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenCheck {
    /// What is checked, and what the values are.
    pub code: TokenCheckCode,
    /// Whether it passes.
    pub passed: bool,
    /// What the token has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actual: Vec<String>,
    /// What it has to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<String>,
    /// Why the keys aren't available, with `keys-available`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failure: Option<FetchFailure>,
}

/// A client that used a token in the last 30 days: an item of `GET /api/portal/orgs/{org}/oauth-servers/usage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OauthClient {
    /// Its name: `oauth-<role>$@<organization>.<cloud>`.
    pub principal: String,
    /// Its IP address.
    pub client_address: String,
    /// Its user agent; missing if it doesn't send one.
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

//! Errors of the portal API: `application/problem+json` (RFC 9457) with a code for programs to act on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::LastChange;

/// An error of the portal API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What happened, for programs.
    pub code: ProblemCode,
    /// What happened, in a few words, the same for each occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do about it, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with which field of the body, for forms.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// The last change to the key, with `stale-version` and `no-api-key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
    /// When it makes sense to try again, in seconds; the header `Retry-After` says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Names the request in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:tt $status:literal $title:literal,)*) => {
        /// What happened. Programs act on this, never on text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
            /// A code of a newer version.
            #[serde(other)]
            Unknown,
        }

        impl ProblemCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as it is on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Unknown => "unknown",
                }
            }

            /// The HTTP status it comes with.
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                    Self::Unknown => 500,
                }
            }

            /// The same few words for each occurrence.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                    Self::Unknown => "Unknown error",
                }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedBody = "malformed-body" 400 "The body can't be read",
    /// The body is JSON, but not what is wanted; `fields` says where.
    InvalidInput = "invalid-input" 422 "The input is not valid",
    /// `Content-Type` is not `application/json`.
    UnsupportedMediaType = "unsupported-media-type" 415 "The body must be JSON",
    /// The body is larger than 64 KiB.
    BodyTooLarge = "body-too-large" 413 "The body is too large",
    /// What came is no HTTP request.
    MalformedRequest = "malformed-request" 400 "The request can't be read",
    /// Address and headers are longer than 32 KiB, or more than 100 lines.
    HeadTooLarge = "head-too-large" 431 "The head of the request is too large",
    /// The request is for a host that this server does not answer for.
    MisdirectedRequest = "misdirected-request" 421 "This host is not served here",
    /// Nothing is at this path.
    NotFound = "not-found" 404 "Nothing is here",
    /// The path is right, the method isn't.
    MethodNotAllowed = "method-not-allowed" 405 "This method is not allowed here",
    /// The request took too long.
    Timeout = "timeout" 503 "The request took too long",
    /// Too many sign-ins are under way; `Retry-After` says when to try again.
    Busy = "busy" 503 "The gateway is busy",
    /// A fault of the gateway.
    Internal = "internal" 500 "Something went wrong in the gateway",
    /// The disk is full; nothing was changed.
    StorageFull = "storage-full" 507 "There is no space left to store the change",
    /// The database can't be reached now; nothing was changed.
    StorageUnavailable = "storage-unavailable" 503 "The storage can't be used at the moment",

    /// No session of the cloud service API, or one that has ended.
    SessionNotValid = "session-not-valid" 401 "There is no live API session",
    /// The Sandbox API token of the original request is none, or has been replaced or deleted.
    SandboxTokenNotValid = "sandbox-token-not-valid" 401 "The Sandbox API token is not valid",
    /// No session, or one that has ended.
    NotSignedIn = "not-signed-in" 401 "Sign in first",
    /// The installation has not been set up yet.
    SetupRequired = "setup-required" 401 "This installation is not set up yet",
    /// The token of the set-up link is wrong or has been used.
    SetupLinkInvalid = "setup-link-invalid" 403 "The set-up link is not valid",
    /// Wrong user name or password; which one is not said.
    SignInFailed = "sign-in-failed" 401 "The user name or password is wrong",
    /// Too many failed sign-ins.
    AccountLocked = "account-locked" 429 "Too many failed sign-ins",
    /// Nobody signs in with a password: the operator has turned it off.
    PasswordSignInOff = "password-sign-in-off" 403 "Signing in with a password is turned off",
    /// The admin signed in at an identity provider, and does so again where a password would be asked for.
    SignInAtProvider = "sign-in-at-provider" 403 "Sign in at your identity provider",
    /// The identity provider can't be reached, or its answer can't be used.
    SsoUnavailable = "sso-unavailable" 503 "The identity provider can't be used at the moment",
    /// The identity provider refused, or the person gave up there.
    SsoDenied = "sso-denied" 403 "The identity provider did not sign you in",
    /// What came back from the identity provider does not belong to a sign-in that began here, or is not valid.
    SsoFailed = "sso-failed" 403 "The sign-in did not work",
    /// The account of this name has a password: whose it is connects it with the identity provider by being signed in.
    SsoNotConnected = "sso-not-connected" 403 "Your account is not connected with the identity provider",
    /// The identity provider does not say that the person has just signed in, which what weighs most asks for.
    SsoNotFresh = "sso-not-fresh" 403 "The identity provider does not say when you signed in",
    /// It was not the person who is signed in.
    SsoOtherAdmin = "sso-other-admin" 403 "Somebody else signed in at the identity provider",
    /// The identity provider signed in somebody who has no account here.
    SsoNoAccount = "sso-no-account" 403 "There is no account for you here",
    /// The identity provider does not say the groups that roles follow from.
    SsoRolesMissing = "sso-roles-missing" 403 "The identity provider does not say which groups you are in",
    /// The request comes from a page of another site, or lacks the header `X-Keyward`.
    CrossSiteRequest = "cross-site-request" 403 "The request does not come from the portal",
    /// The session is another admin's than the page takes itself for: somebody else has signed in by another window. Nothing
    /// was changed.
    OtherAdmin = "other-admin" 409 "You're signed in as someone else",
    /// The last sign-in is too long ago for this: give the password afresh (`POST /api/portal/session/password`), and
    /// repeat the request.
    FreshPasswordRequired = "fresh-password-required" 403 "Enter your password again",
    /// The password given afresh is wrong.
    WrongPassword = "wrong-password" 403 "The password is wrong",
    /// The account has no role that is not disabled.
    AccountDisabled = "account-disabled" 403 "This account is disabled",
    /// The token of the invitation link is wrong, has been used, or has expired.
    InvitationInvalid = "invitation-invalid" 403 "The invitation is not valid",
    /// The admin's role does not grant this.
    PermissionDenied = "permission-denied" 403 "Your role does not allow this",
    /// No such organization, or none this admin has a role in; which one is not said.
    OrganizationNotFound = "organization-not-found" 404 "There is no such organization",

    /// No such admin in this organization.
    AdministratorNotFound = "administrator-not-found" 404 "There is no such admin",
    /// There is an admin of this name in the organization.
    AdministratorExists = "administrator-exists" 409 "This admin has a role here already",
    /// Nobody changes their own role.
    OwnAccount = "own-account" 403 "You can't change your own role",
    /// The organization would be left without a Super Admin who can sign in.
    LastSuperAdmin = "last-super-admin" 409 "This is the last Super Admin",
    /// It allows more than the admin's own role does.
    ExceedsOwnPermissions = "exceeds-own-permissions" 403 "This is more than your own role allows",
    /// The admin has accepted the invitation already.
    NotInvited = "not-invited" 409 "There is no open invitation",
    /// No such role in this organization.
    RoleNotFound = "role-not-found" 404 "There is no such role",
    /// There is a role of this name in the organization.
    RoleExists = "role-exists" 409 "There is a role of this name already",
    /// The role is built in.
    BuiltInRole = "built-in-role" 403 "Built-in roles can't be changed",
    /// Admins have the role.
    RoleInUse = "role-in-use" 409 "Admins have this role",
    /// No such session.
    SessionNotFound = "session-not-found" 404 "There is no such session",

    /// The organization has no key.
    NoApiKey = "no-api-key" 404 "There is no cloud service API key",
    /// The organization has a key already.
    ApiKeyExists = "api-key-exists" 409 "There is a cloud service API key already",
    /// The service provider has disabled the key.
    ApiKeyDisabled = "api-key-disabled" 403 "The service provider has disabled the key",
    /// The subscription is over.
    SubscriptionExpired = "subscription-expired" 403 "The API subscription has expired",
    /// There is no subscription.
    SubscriptionNone = "subscription-none" 403 "There is no API subscription",
    /// The holder of the key doesn't offer the operation.
    NotSupported = "not-supported" 403 "This key does not support it",
    /// The new key is not 12 characters of `A-Z a-z 0-9`.
    InvalidApiKey = "invalid-api-key" 422 "This can't be a key",
    /// The new key is the present one.
    SameApiKey = "same-api-key" 422 "This is the present key",
    /// The new key has the character of the present one in too many places.
    SimilarApiKey = "similar-api-key" 422 "This is too much like the present key",
    /// No such Sandbox API token in this organization.
    SandboxTokenNotFound = "sandbox-token-not-found" 404 "There is no such Sandbox API token",
    /// There is a Sandbox API token of this name in the organization.
    SandboxTokenExists = "sandbox-token-exists" 409 "There is a Sandbox API token of this name already",
    /// The organization has as many Sandbox API tokens as it can have.
    SandboxTokenLimit = "sandbox-token-limit" 409 "There are five Sandbox API tokens already",
    /// No such authorization server in this organization.
    OauthServerNotFound = "oauth-server-not-found" 404 "There is no such authorization server",
    /// There is an authorization server of this name in the organization.
    OauthServerExists = "oauth-server-exists" 409 "There is an authorization server of this name already",
    /// The organization has as many authorization servers as it can have.
    OauthServerLimit = "oauth-server-limit" 409 "There are two authorization servers already",
    /// Another authorization server is enabled.
    OauthServerEnabled = "oauth-server-enabled" 409 "Another authorization server is enabled",
    /// What is to be saved was not validated before.
    ValidationRequired = "validation-required" 422 "Validate the JWKS location first",
    /// The access token is not valid (RFC 6750, section 3.1: `invalid_token`).
    AccessTokenNotValid = "access-token-not-valid" 401 "The access token is not valid",
    /// The access token is valid, and does not allow this (RFC 6750, section 3.1: `insufficient_scope`).
    InsufficientScope = "insufficient-scope" 403 "The access token does not allow this",
    /// The service provider has disabled access tokens of this organization.
    AccessTokensDisabled = "access-tokens-disabled" 403 "The service provider has disabled access tokens",
    /// No such API role in this organization.
    ApiRoleNotFound = "api-role-not-found" 404 "There is no such API role",
    /// There is an API role of this name in the organization.
    ApiRoleExists = "api-role-exists" 409 "There is an API role of this name already",
    /// The organization has as many API roles as it can have.
    ApiRoleLimit = "api-role-limit" 409 "There are sixteen API roles already",
    /// A change of something that exists needs `If-Match` (RFC 6585, section 3).
    IfMatchRequired = "if-match-required" 428 "Say which version you mean to change",
    /// Someone else changed it meanwhile (RFC 9110, section 13.1.1).
    StaleVersion = "stale-version" 412 "Someone else changed it meanwhile",
    /// `Idempotency-Key` is no UUID.
    InvalidIdempotencyKey = "invalid-idempotency-key" 400 "The idempotency key must be a UUID",
    /// The idempotency key was used for another request.
    IdempotencyKeyReused = "idempotency-key-reused" 422 "The idempotency key was used for another request",
    /// The first request with this idempotency key is still running.
    IdempotencyKeyInUse = "idempotency-key-in-use" 409 "The first request is still running",
}

impl Problem {
    /// A problem with the status and title of its code and nothing more.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            code,
            title: code.title().to_owned(),
            status: code.status(),
            detail: None,
            fields: BTreeMap::new(),
            last_change: None,
            retry_after: None,
            request_id: None,
        }
    }
}

//! Errors of the portal API: `application/problem+json` (RFC 9457) with a code for programs to act on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FieldError, LastChange};

/// An error of the portal API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What happened, for programs.
    pub code: ProblemCode,
    /// What happened, in a few words; the same for each occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do about it, as an English sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with which field of the body or the query, as an English sentence.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// The same as codes with arguments, for programs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub field_errors: BTreeMap<String, FieldError>,
    /// The last change to the key, with `stale-version` and `no-api-key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
    /// In how many seconds to try again, with `account-locked`, `busy`, `idempotency-key-in-use` and those of upstreams; the same as the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Identifies the request in the gateway's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

macro_rules! codes {
    ($($name:ident = $code:tt $status:literal $title:literal, $when:literal, $action:literal;)*) => {
        /// What happened. Programs act on this, never on text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ProblemCode {
            $(#[doc = $when] #[serde(rename = $code)] $name,)*
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

            /// When it is sent, for the documentation.
            pub fn when(self) -> &'static str {
                match self {
                    $(Self::$name => $when,)*
                    Self::Unknown => "The server is newer than the client.",
                }
            }

            /// What a client does about it, for the documentation.
            pub fn action(self) -> &'static str {
                match self {
                    $(Self::$name => $action,)*
                    Self::Unknown => "Act on the status.",
                }
            }
        }
    };
}

codes! {
    MalformedBody = "malformed-body" 400 "The body can't be read",
        "The body isn't JSON in UTF-8, or didn't arrive completely.",
        "Send valid JSON. `detail` says where it breaks.";
    InvalidInput = "invalid-input" 422 "The input isn't valid",
        "The body or the query is readable, but a value isn't accepted.",
        "Correct the fields that `fieldErrors` names.";
    UnsupportedMediaType = "unsupported-media-type" 415 "The body must be JSON",
        "`Content-Type` isn't `application/json`, or names a charset other than UTF-8.",
        "Send `Content-Type: application/json`.";
    BodyTooLarge = "body-too-large" 413 "The body is too large",
        "The body is larger than 64 KiB.",
        "Send less.";
    MalformedRequest = "malformed-request" 400 "The request can't be read",
        "What arrived isn't an HTTP request.",
        "Check the client, and the proxy in front of Keyward.";
    HeadTooLarge = "head-too-large" 431 "The request's head is too large",
        "The address and headers are longer than 32 KiB, or there are more than 100 headers.",
        "Send fewer or smaller headers; large cookies are the usual reason.";
    MisdirectedRequest = "misdirected-request" 421 "This host isn't served here",
        "The request is for a host name that this server doesn't answer to.",
        "Use the public address. Operators set it with `public-url` and add other names with `allowed-hosts`.";
    NotFound = "not-found" 404 "Nothing is here",
        "Nothing is at this path.",
        "Check the path.";
    MethodNotAllowed = "method-not-allowed" 405 "This method isn't allowed here",
        "The path exists, but doesn't support this method.",
        "Use a method that the API documents for the path.";
    Timeout = "timeout" 503 "The request took too long",
        "The request took longer than `request-timeout`.",
        "Try again. Repeat a change with the same `Idempotency-Key`.";
    Busy = "busy" 503 "The gateway is busy",
        "Too many sign-ins are waiting for their password check.",
        "Try again after `retryAfter` seconds.";
    Internal = "internal" 500 "Something went wrong in the gateway",
        "A fault of the gateway. Its log has the cause, under `requestId`.",
        "Try again. If it happens again, tell the operator the `requestId`.";
    StorageFull = "storage-full" 507 "No space left to store the change",
        "The disk is full. Nothing was changed.",
        "Tell the operator to free disk space.";
    StorageUnavailable = "storage-unavailable" 503 "The storage is unavailable at the moment",
        "The database can't be reached right now. Nothing was changed.",
        "Try again in a moment.";

    NotSignedIn = "not-signed-in" 401 "Sign in first",
        "The request has no portal session, or one that has ended.",
        "Sign in.";
    SetupRequired = "setup-required" 401 "This installation isn't set up yet",
        "The installation has no organization yet.",
        "Open the set-up link that the gateway printed at its start, or run `keyward init`.";
    SetupLinkInvalid = "setup-link-invalid" 403 "The set-up link is no longer valid",
        "The token of the set-up link is wrong or has been used.",
        "Restart the gateway to get a new link.";
    SignInFailed = "sign-in-failed" 401 "The user name or password is wrong",
        "The user name or the password is wrong. The answer doesn't say which.",
        "Check both.";
    AccountLocked = "account-locked" 429 "Too many failed sign-ins",
        "The account is locked after too many failed sign-ins.",
        "Try again after `retryAfter` seconds.";
    PasswordSignInOff = "password-sign-in-off" 403 "Password sign-in is turned off",
        "The operator has turned off password sign-in.",
        "Sign in at an identity provider.";
    SignInAtProvider = "sign-in-at-provider" 403 "Sign in at your identity provider",
        "The admin signed in at an identity provider, so re-authentication happens there and not with a password.",
        "Send the admin to the provider again, with the parameter `fresh`.";
    SsoUnavailable = "sso-unavailable" 503 "The identity provider can't be used at the moment",
        "The identity provider can't be reached, or its answer can't be used.",
        "Try again later. The gateway's log has the cause.";
    SsoDenied = "sso-denied" 403 "The identity provider didn't sign you in",
        "The identity provider rejected the sign-in, or the person canceled it there.",
        "Try again, or ask the administrator of the identity provider.";
    SsoFailed = "sso-failed" 403 "The sign-in didn't work",
        "The identity provider's answer isn't valid, or doesn't belong to a sign-in that this browser started.",
        "Start the sign-in again.";
    SsoNotConnected = "sso-not-connected" 403 "Your account isn't linked to the identity provider",
        "An account with this user name exists and isn't linked to the identity provider.",
        "Sign in with the account's password, then link it on the Account page.";
    SsoNotFresh = "sso-not-fresh" 403 "The identity provider doesn't say when you signed in",
        "Re-authentication needs proof of a recent sign-in (`auth_time`), and the identity provider doesn't send it.",
        "Have the identity provider send the claim `auth_time`.";
    SsoOtherAdmin = "sso-other-admin" 403 "Someone else signed in at the identity provider",
        "A different person than the signed-in admin signed in at the identity provider.",
        "Sign in there with your own account.";
    SsoNoAccount = "sso-no-account" 403 "You don't have an account here",
        "The identity provider signed in a person who has no account here.",
        "Ask an admin for an invitation.";
    SsoRolesMissing = "sso-roles-missing" 403 "The identity provider doesn't say which groups you're in",
        "The claim that roles are assigned from is missing. Nothing was changed.",
        "Have the identity provider send the claim.";
    CrossSiteRequest = "cross-site-request" 403 "The request doesn't come from the portal",
        "CSRF protection: the request comes from a different site, or lacks the header `X-Keyward`.",
        "Send `X-Keyward: 1`, from the portal's own origin.";
    OtherAdmin = "other-admin" 409 "You're signed in as someone else",
        "The session belongs to a different admin than `X-Keyward-Admin` names, because someone else signed in in a different window. Nothing was changed.",
        "Load the session again.";
    FreshPasswordRequired = "fresh-password-required" 403 "Enter your password again",
        "A sensitive operation requires re-authentication, and the last sign-in is too long ago.",
        "Send the password to `POST /api/portal/session/password`, then repeat the request.";
    WrongPassword = "wrong-password" 403 "The password is wrong",
        "The password sent for re-authentication or for a password change is wrong.",
        "Ask for the password again.";
    AccountDisabled = "account-disabled" 403 "This account is disabled",
        "The account is disabled in every organization that it belongs to.",
        "Ask an admin of the organization to enable it.";
    InvitationInvalid = "invitation-invalid" 403 "The link is no longer valid",
        "The token of the one-time link is wrong, has been used, or has expired.",
        "Ask for a new link.";
    PermissionDenied = "permission-denied" 403 "Your role doesn't allow this",
        "The admin's role doesn't grant the operation.",
        "Ask an admin for a different role.";
    OrganizationNotFound = "organization-not-found" 404 "Organization not found",
        "The organization doesn't exist, or the admin has no role in it. The answer doesn't say which.",
        "List the organizations again.";

    AdministratorNotFound = "administrator-not-found" 404 "Admin not found",
        "No admin with this identifier in the organization.",
        "List the admins again.";
    AdministratorExists = "administrator-exists" 409 "This admin already has a role here",
        "An admin with this user name already belongs to the organization.",
        "Change the role of the existing admin.";
    OwnAccount = "own-account" 403 "You can't change your own access",
        "The operation would change the admin's own role, access or sessions.",
        "Ask a different admin. Manage your own sessions on the Account page.";
    LastSuperAdmin = "last-super-admin" 409 "This is the last Super Admin",
        "The organization would be left without a Super Admin who can sign in.",
        "Give someone else the role Super Admin first.";
    ExceedsOwnPermissions = "exceeds-own-permissions" 403 "This is more than your own role allows",
        "The role grants permissions that the admin doesn't have.",
        "Ask an admin with these permissions.";
    NotInvited = "not-invited" 409 "No open invitation",
        "The admin has already accepted the invitation.",
        "Nothing to do.";
    RoleNotFound = "role-not-found" 404 "Role not found",
        "No role with this identifier in the organization.",
        "List the roles again.";
    RoleExists = "role-exists" 409 "A role with this name already exists",
        "The organization already has a role with this name.",
        "Choose a different name.";
    BuiltInRole = "built-in-role" 403 "Built-in roles can't be changed",
        "The role is built in.",
        "Add a role of your own.";
    RoleInUse = "role-in-use" 409 "Admins have this role",
        "The role can't be deleted while admins have it.",
        "Give these admins a different role first.";
    SessionNotFound = "session-not-found" 404 "Session not found",
        "No session with this identifier, or it has ended.",
        "List the sessions again.";

    NoApiKey = "no-api-key" 404 "No cloud service API key",
        "The organization has no key.",
        "Add one. `lastChange` says who deleted the previous one.";
    ApiKeyExists = "api-key-exists" 409 "The organization already has a cloud service API key",
        "A key can't be added while there is one.",
        "Edit or regenerate the existing key.";
    ApiKeyDisabled = "api-key-disabled" 403 "The service provider has disabled the key",
        "The service provider has disabled the key. It can't be used or changed.",
        "Ask the service provider to enable it.";
    SubscriptionExpired = "subscription-expired" 403 "The API subscription has expired",
        "The API subscription has expired. The key can't be used or changed.",
        "Renew the subscription.";
    SubscriptionNone = "subscription-none" 403 "No API subscription",
        "The organization has no API subscription.",
        "Subscribe. The first key then appears automatically.";
    NotSupported = "not-supported" 403 "This key doesn't support the operation",
        "The service that stores the key doesn't offer the operation.",
        "Use an operation that `capabilities` offers.";
    InvalidApiKey = "invalid-api-key" 422 "This can't be a key",
        "The new key isn't 12 characters of `A-Z a-z 0-9`.",
        "Send 12 of these characters.";
    SameApiKey = "same-api-key" 422 "This is the current key",
        "The new key is the current one.",
        "Choose a different key.";
    SimilarApiKey = "similar-api-key" 422 "Too similar to the current key",
        "The new key has the same character as the current one in more than 6 of 12 places, or in both the first and the third.",
        "Change at least 6 characters, including the first or the third.";
    SandboxTokenNotFound = "sandbox-token-not-found" 404 "Sandbox API token not found",
        "No Sandbox API token with this identifier in the organization.",
        "List the tokens again.";
    SandboxTokenExists = "sandbox-token-exists" 409 "A Sandbox API token with this name already exists",
        "The organization already has a Sandbox API token with this name.",
        "Choose a different name.";
    SandboxTokenLimit = "sandbox-token-limit" 409 "The organization already has five Sandbox API tokens",
        "An organization can have up to five Sandbox API tokens.",
        "Delete one first.";
    OauthServerNotFound = "oauth-server-not-found" 404 "Authorization server not found",
        "No authorization server with this identifier in the organization.",
        "List the authorization servers again.";
    OauthServerExists = "oauth-server-exists" 409 "An authorization server with this name already exists",
        "The organization already has an authorization server with this name.",
        "Choose a different name.";
    OauthServerLimit = "oauth-server-limit" 409 "The organization already has two authorization servers",
        "An organization can have up to two authorization servers.",
        "Delete one first.";
    OauthServerEnabled = "oauth-server-enabled" 409 "Another authorization server is enabled",
        "Only one authorization server of an organization can be enabled at a time.",
        "Send `switch: true` to disable the other one, or disable it first.";
    ValidationRequired = "validation-required" 422 "Validate the JWKS URL first",
        "The JWKS URL or its certificate setting is new and hasn't been validated in the last 15 minutes.",
        "Validate it, and send the `validation` of the report.";
    AccessTokenNotValid = "access-token-not-valid" 401 "The access token isn't valid",
        "The access token isn't valid (RFC 6750, section 3.1: `invalid_token`).",
        "Get a new token. *Check a token* in the portal shows which check fails.";
    InsufficientScope = "insufficient-scope" 403 "The access token doesn't allow this",
        "The access token is valid, but its API role doesn't allow the request (RFC 6750, section 3.1: `insufficient_scope`).",
        "Ask for a scope with a different API role.";
    AccessTokensDisabled = "access-tokens-disabled" 403 "The service provider has disabled access tokens",
        "The service provider has disabled access tokens for the organization.",
        "Ask the service provider to enable them.";
    ApiRoleNotFound = "api-role-not-found" 404 "API role not found",
        "No API role with this identifier in the organization.",
        "List the API roles again.";
    ApiRoleExists = "api-role-exists" 409 "An API role with this name already exists",
        "The organization already has an API role with this name.",
        "Choose a different name.";
    ApiRoleLimit = "api-role-limit" 409 "The organization already has sixteen API roles",
        "An organization can have up to sixteen API roles.",
        "Delete one first.";
    UpstreamUnavailable = "upstream-unavailable" 503 "The key's upstream can't be used at the moment",
        "The key lives at an upstream that can't be reached, or whose answer can't be used. Nothing was changed.",
        "Try again after `retryAfter` seconds. `detail` has the cause.";
    UpstreamRejected = "upstream-rejected" 409 "The key's upstream rejected this",
        "The upstream that the key lives at rejected the request. Nothing was changed.",
        "Act on `detail`, which has its reason.";
    UpstreamPending = "upstream-pending" 503 "The upstream hasn't confirmed the new key yet",
        "The key was to be regenerated at its upstream, and the answer got lost. It may have been regenerated.",
        "Repeat the request with the same `Idempotency-Key` after `retryAfter` seconds, or read the key again.";
    IfMatchRequired = "if-match-required" 428 "Say which version you mean to change",
        "Changing something that exists requires `If-Match` (optimistic locking; RFC 6585, section 3).",
        "Send the ETag of the version you read.";
    StaleVersion = "stale-version" 412 "Someone else changed this in the meantime",
        "The version in `If-Match` is no longer the current one (optimistic locking; RFC 9110, section 13.1.1).",
        "Read it again, and repeat the change with the new ETag if it still makes sense.";
    InvalidIdempotencyKey = "invalid-idempotency-key" 400 "The idempotency key must be a UUID",
        "`Idempotency-Key` isn't a UUID.",
        "Send a random UUID, the same one in each repetition.";
    IdempotencyKeyReused = "idempotency-key-reused" 422 "The idempotency key was used for a different request",
        "The same `Idempotency-Key` came with a different request within the last 24 hours.",
        "Send a new UUID for each new change.";
    IdempotencyKeyInUse = "idempotency-key-in-use" 409 "The first request is still running",
        "The first request with this `Idempotency-Key` is still running.",
        "Try again after `retryAfter` seconds, with the same key.";
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
            field_errors: BTreeMap::new(),
            last_change: None,
            retry_after: None,
            request_id: None,
        }
    }
}

//! The codes of the cloud service API. Their spelling is the vendor's, where the vendor has them.

use axum::http::StatusCode;

macro_rules! codes {
    ($($name:ident = $code:literal $status:ident, $when:literal, $action:literal;)*) => {
        /// What happened. Programs act on this, never on text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ApiCode {
            $(#[doc = $when] $name,)*
        }

        impl ApiCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as it is on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The HTTP status it usually comes with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)*
                }
            }

            /// When it is sent, for the documentation.
            pub fn when(self) -> &'static str {
                match self {
                    $(Self::$name => $when,)*
                }
            }

            /// What a client does about it, for the documentation.
            pub fn action(self) -> &'static str {
                match self {
                    $(Self::$name => $action,)*
                }
            }
        }
    };
}

codes! {
    InvalidUsernameOrPassword = "INVALID_USERNAME_OR_PASSWORD" BAD_REQUEST,
        "The user name, the password or the key is wrong. The answer doesn't say which; the audit log does.",
        "Check all three, and that the key is obfuscated with the timestamp that is sent.";
    InvalidInputArgument = "INVALID_INPUT_ARGUMENT" BAD_REQUEST,
        "The body can't be read, or lacks a field.",
        "Send a JSON object with `apiKey`, `username`, `password` and `timestamp`.";
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE" UNSUPPORTED_MEDIA_TYPE,
        "`Content-Type` isn't `application/json`, or names a charset other than UTF-8.",
        "Send `Content-Type: application/json`.";
    RequestTooLarge = "REQUEST_TOO_LARGE" PAYLOAD_TOO_LARGE,
        "The body is larger than 64 KiB.",
        "Send less.";
    TimestampOutOfRange = "TIMESTAMP_OUT_OF_RANGE" BAD_REQUEST,
        "The timestamp is too far from the server's time, which the message says.",
        "Correct the client's clock. Send milliseconds since 1970.";
    TimestampUnusable = "TIMESTAMP_UNUSABLE" BAD_REQUEST,
        "The last six digits of the timestamp show too little of the key.",
        "Obfuscate the key with the current time, and try again.";
    AccountLocked = "ACCOUNT_LOCKED" FORBIDDEN,
        "The account is locked after too many failed sign-ins, or after too many sign-ins with a wrong key.",
        "Try again after the time in the message.";
    OrganizationAmbiguous = "ORGANIZATION_AMBIGUOUS" CONFLICT,
        "The key is valid in several organizations of the admin.",
        "Use the base URL or the user name that the message says, or send `organizationId`.";
    ApiAccessDenied = "API_ACCESS_DENIED" FORBIDDEN,
        "The admin's role doesn't allow API sessions.",
        "Use an admin whose role has API access.";
    PermissionDenied = "PERMISSION_DENIED" FORBIDDEN,
        "The admin's role doesn't allow it, or an access token asks for keys, which only an API session can manage.",
        "Use an admin whose role allows it, with an API session.";
    ApiKeyDisabled = "API_KEY_DISABLED" FORBIDDEN,
        "The service provider has disabled the organization's key.",
        "Ask the service provider to enable it.";
    SessionNotValid = "SESSION_NOT_VALID" UNAUTHORIZED,
        "The request has no API session, or one that has ended. Changing the key ends all API sessions.",
        "Sign in with `POST /api/v1/authenticatedSession`.";
    SandboxTokenNotValid = "SANDBOX_TOKEN_NOT_VALID" UNAUTHORIZED,
        "At `/verify`: the Sandbox API token was never issued, or has been replaced or deleted.",
        "Use a current token.";
    AccessTokenNotValid = "ACCESS_TOKEN_NOT_VALID" UNAUTHORIZED,
        "The access token isn't valid.",
        "Get a new token. *Check a token* in the portal shows which check fails.";
    InsufficientScope = "INSUFFICIENT_SCOPE" FORBIDDEN,
        "The access token is valid, but its API role doesn't allow the request.",
        "Ask for a scope with a different API role.";
    AccessTokensDisabled = "ACCESS_TOKENS_DISABLED" FORBIDDEN,
        "The service provider has disabled access tokens for the organization.",
        "Ask the service provider to enable them.";
    SubscriptionExpired = "SUBSCRIPTION_EXPIRED" FORBIDDEN,
        "A request with an access token or a Sandbox API token: the API subscription has expired.",
        "Renew the subscription.";
    SubscriptionNone = "SUBSCRIPTION_NONE" FORBIDDEN,
        "A request with an access token or a Sandbox API token: the organization has no API subscription.",
        "Subscribe.";
    ResourceNotFound = "RESOURCE_NOT_FOUND" NOT_FOUND,
        "Nothing is at this path.",
        "Check the path.";
    IdempotencyKeyInUse = "IDEMPOTENCY_KEY_IN_USE" CONFLICT,
        "The first request with this `Idempotency-Key` is still running.",
        "Repeat the request in a moment.";
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED" UNPROCESSABLE_ENTITY,
        "The `Idempotency-Key` was used for a different request.",
        "Send a new one for each change.";
    StaleVersion = "STALE_VERSION" PRECONDITION_FAILED,
        "`If-Match` names a version of the key that isn't the current one.",
        "List the key to see whether the change is still needed.";
    NotSupported = "NOT_SUPPORTED" FORBIDDEN,
        "The service that stores the organization's key doesn't offer the change.",
        "Change the key at that service.";
    MethodNotAllowed = "METHOD_NOT_ALLOWED" METHOD_NOT_ALLOWED,
        "The path exists, but doesn't support this method.",
        "Use a method that the API documents for the path.";
    MisdirectedRequest = "MISDIRECTED_REQUEST" MISDIRECTED_REQUEST,
        "The request is for a host name that this server doesn't answer to.",
        "Use the address that the portal shows as Base URL.";
    ServiceUnavailable = "SERVICE_UNAVAILABLE" SERVICE_UNAVAILABLE,
        "The gateway is busy, took too long, or can't reach its database.",
        "Try again, after `Retry-After` seconds where the header is there.";
    StorageFull = "STORAGE_FULL" INSUFFICIENT_STORAGE,
        "The disk is full. Nothing was changed.",
        "Tell the operator to free disk space.";
    Unexpected = "UNEXPECTED_ERROR" INTERNAL_SERVER_ERROR,
        "A fault of the gateway. With a status below 500: the request itself can't be read.",
        "Try again. If it happens again, tell the operator the `X-Request-ID` of the answer.";
}

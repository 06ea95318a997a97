//! From an error to what the user reads. Codes decide, never the gateway's own wording.

use keyward_contract::ProblemCode;

use crate::api::ApiError;

/// What happened and what to do about it.
pub fn sentence(code: ProblemCode) -> &'static str {
    use ProblemCode as Code;
    match code {
        Code::MalformedBody
        | Code::MalformedRequest
        | Code::UnsupportedMediaType
        | Code::InvalidIdempotencyKey
        | Code::IfMatchRequired => {
            "The server did not understand the request. Reload the page; it may be older than the server."
        }
        Code::InvalidInput => "Something in the form can't be accepted. Check the marked fields.",
        Code::BodyTooLarge | Code::HeadTooLarge => "That is more text than the server accepts. Shorten it.",
        Code::NotFound => "The server has nothing at this address.",
        Code::MethodNotAllowed => "The server can't do this. Reload the page; it may be older than the server.",
        Code::Timeout | Code::Busy => "The server has too much to do. Try again in a moment.",
        Code::Internal => "Something went wrong in the server. Nothing you typed is lost; try again.",
        Code::StorageFull => "The server has no disk space left. Nothing was changed. Ask the operator to make space.",
        Code::StorageUnavailable => "The server can't reach its storage. Nothing was changed. Try again in a moment.",
        Code::NotSignedIn | Code::SessionNotValid => "Your session has ended. Sign in again.",
        Code::SetupRequired => "This installation is not set up yet.",
        Code::SetupLinkInvalid => "This set-up link is not valid, or it has been used already.",
        Code::SignInFailed => "The user name or password is wrong.",
        Code::AccountLocked => "Too many failed attempts.",
        Code::CrossSiteRequest | Code::MisdirectedRequest => {
            "The server refused the request because it did not seem to come from this page. Open the portal at its \
             public address."
        }
        Code::PasswordSignInOff => "Signing in with a password is turned off here.",
        Code::SignInAtProvider => "Sign in at your identity provider.",
        Code::SsoUnavailable => "The identity provider can't be used at the moment. Try again in a while.",
        Code::SsoDenied => "The identity provider did not sign you in.",
        Code::SsoFailed => "The sign-in did not work, or it took too long. Try again.",
        Code::SsoNotConnected => {
            "An account with your name already exists. Sign in the way you do so far, then link it on the page Account."
        }
        Code::SsoNotFresh => {
            "Your identity provider does not say that you have just signed in. Ask who runs this service to have it send \
             auth_time."
        }
        Code::SsoOtherAdmin => "Somebody else signed in there. Sign in as who you are here.",
        Code::SsoRolesMissing => {
            "Your identity provider doesn't say which groups you are in. Nothing was changed. Tell the person who runs it."
        }
        Code::SsoNoAccount => "You have no account here. Ask an admin of your organization to invite you.",
        Code::OtherAdmin => "This browser is signed in as someone else now. Nothing was changed. Reload the page.",
        Code::FreshPasswordRequired => "Enter your password again to do this.",
        Code::WrongPassword => "The password is wrong.",
        Code::AccountDisabled => "This account is disabled. Ask an admin of your organization to enable it.",
        Code::InvitationInvalid => {
            "This invitation is not valid: it has been used or replaced, or it has expired. Ask for a new one."
        }
        Code::AdministratorNotFound => "There is no such admin in this organization any longer.",
        Code::AdministratorExists => "This admin has a role in this organization already.",
        Code::OwnAccount => "Nobody changes their own role. Ask another admin.",
        Code::LastSuperAdmin => "This is the last Super Admin who can sign in. Make somebody else one first.",
        Code::ExceedsOwnPermissions => "This is more than your own role allows.",
        Code::NotInvited => "The invitation has been accepted already.",
        Code::RoleNotFound => "There is no such role any longer.",
        Code::RoleExists => "There is a role of this name already. Choose another name.",
        Code::BuiltInRole => "Built-in roles can't be changed.",
        Code::RoleInUse => "Admins have this role. Give them another one first.",
        Code::SessionNotFound => "This session has ended already.",
        Code::PermissionDenied => "Your role does not allow this.",
        Code::OrganizationNotFound => "There is no such organization, or you have no role in it.",
        Code::NoApiKey => "There is no cloud service API key any longer.",
        Code::ApiKeyExists => "There is a key already: someone else has added one. It is shown on the page.",
        Code::ApiKeyDisabled => "The service provider has disabled the key. Ask them to enable it.",
        Code::SubscriptionExpired => "The API subscription has expired. Renew it to make changes.",
        Code::SubscriptionNone => "The organization has no API subscription.",
        Code::NotSupported => "The service that holds this key doesn't support it.",
        Code::InvalidApiKey => "A key has 12 characters: A–Z, a–z, 0–9.",
        Code::SameApiKey => "This is the current key. Enter a different one.",
        Code::SimilarApiKey => "Too similar to the current key. Change at least 6 of the 12 characters.",
        Code::SandboxTokenNotValid => "The Sandbox API token is not valid.",
        Code::SandboxTokenNotFound => "There is no such Sandbox API token any longer.",
        Code::SandboxTokenExists => "There is a token of this name already. Choose another name.",
        Code::SandboxTokenLimit => "An organization has at most five Sandbox API tokens. Delete one first.",
        Code::OauthServerNotFound => "There is no such authorization server any longer.",
        Code::OauthServerExists => "There is an authorization server of this name already. Choose another name.",
        Code::OauthServerLimit => "An organization has at most two authorization servers. Delete one first.",
        Code::OauthServerEnabled => "Another authorization server is enabled. Switch, or disable that one first.",
        Code::ValidationRequired => "Validate the JWKS location first.",
        Code::AccessTokenNotValid => "The access token is not valid.",
        Code::InsufficientScope => "The access token does not allow this.",
        Code::ApiRoleNotFound => "There is no such API role any longer.",
        Code::ApiRoleExists => "There is an API role of this name already. Choose another name.",
        Code::AccessTokensDisabled => "The service provider has disabled access tokens. Ask them to enable them.",
        Code::ApiRoleLimit => "An organization has at most sixteen API roles. Delete one first.",
        Code::StaleVersion => "Someone else has changed it meanwhile.",
        Code::IdempotencyKeyReused => "The request was sent before with other content. Try again.",
        Code::IdempotencyKeyInUse => "The first request is still running. Try again in a moment.",
        Code::Unknown => "The server answered with an error that this page does not know. Reload the page.",
    }
}

/// What happened and what to do about it.
pub(crate) fn explain(error: &ApiError) -> String {
    match error {
        ApiError::Unreachable => "The server can't be reached. Check your connection and try again.".into(),
        ApiError::Intercepted => {
            "A web page came back instead of the server's answer: something in between asks you to sign in, perhaps. Reload the page."
                .into()
        }
        ApiError::CookieRefused => "This browser blocks cookies for this site. Allow them, then sign in again.".into(),
        ApiError::Unexpected(status) => [
            "Something between this page and the server answered in its place (status ",
            &status.to_string(),
            ").",
        ]
        .concat(),
        ApiError::Problem(problem) => match (problem.code, problem.retry_after) {
            (ProblemCode::AccountLocked, Some(seconds)) => {
                [sentence(problem.code), " Try again in ", &duration(seconds), "."].concat()
            }
            (ProblemCode::Unknown, _) => problem.detail.clone().unwrap_or_else(|| problem.title.clone()),
            (code, _) => sentence(code).into(),
        },
    }
}

/// What names the request in the server's log.
pub(crate) fn request_id(error: &ApiError) -> Option<String> {
    error.problem().and_then(|problem| problem.request_id.clone())
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".into(),
        2..=90 => [&seconds.to_string(), " seconds"].concat(),
        // The lock of five minutes is told as 301 seconds.
        _ => [&(seconds - 1).div_ceil(60).to_string(), " minutes"].concat(),
    }
}

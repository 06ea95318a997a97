//! From an error to what the user reads. Codes decide, never the gateway's own wording.

use keyward_contract::ProblemCode;

use crate::{api::ApiError, text};

/// What happened and what to do about it.
pub fn sentence(code: ProblemCode) -> &'static str {
    use ProblemCode as Code;
    match code {
        Code::MalformedBody
        | Code::MalformedRequest
        | Code::UnsupportedMediaType
        | Code::InvalidIdempotencyKey
        | Code::IfMatchRequired => text::problems::not_understood(),
        Code::InvalidInput => text::problems::invalid_input(),
        Code::BodyTooLarge | Code::HeadTooLarge => text::problems::too_large(),
        Code::NotFound => text::problems::not_found(),
        Code::MethodNotAllowed => text::problems::method_not_allowed(),
        Code::Timeout | Code::Busy => text::problems::busy(),
        Code::Internal => text::problems::internal(),
        Code::StorageFull => text::problems::storage_full(),
        Code::StorageUnavailable => text::problems::storage_unavailable(),
        Code::NotSignedIn | Code::SessionNotValid => text::problems::not_signed_in(),
        Code::SetupRequired => text::problems::setup_required(),
        Code::SetupLinkInvalid => text::problems::setup_link_invalid(),
        Code::SignInFailed => text::problems::sign_in_failed(),
        Code::AccountLocked => text::problems::account_locked(),
        Code::CrossSiteRequest | Code::MisdirectedRequest => text::problems::cross_site_request(),
        Code::PasswordSignInOff => text::problems::password_sign_in_off(),
        Code::SignInAtProvider => text::problems::sign_in_at_provider(),
        Code::SsoUnavailable => text::problems::sso_unavailable(),
        Code::SsoDenied => text::problems::sso_denied(),
        Code::SsoFailed => text::problems::sso_failed(),
        Code::SsoNotConnected => text::problems::sso_not_connected(),
        Code::SsoNotFresh => text::problems::sso_not_fresh(),
        Code::SsoOtherAdmin => text::problems::sso_other_admin(),
        Code::SsoRolesMissing => text::problems::sso_roles_missing(),
        Code::SsoNoAccount => text::problems::sso_no_account(),
        Code::OtherAdmin => text::problems::other_admin(),
        Code::FreshPasswordRequired => text::problems::fresh_password_required(),
        Code::WrongPassword => text::problems::wrong_password(),
        Code::AccountDisabled => text::problems::account_disabled(),
        Code::InvitationInvalid => text::problems::invitation_invalid(),
        Code::AdministratorNotFound => text::problems::administrator_not_found(),
        Code::AdministratorExists => text::problems::administrator_exists(),
        Code::OwnAccount => text::problems::own_account(),
        Code::LastSuperAdmin => text::problems::last_super_admin(),
        Code::ExceedsOwnPermissions => text::problems::exceeds_own_permissions(),
        Code::NotInvited => text::problems::not_invited(),
        Code::RoleNotFound => text::problems::role_not_found(),
        Code::RoleExists => text::problems::role_exists(),
        Code::BuiltInRole => text::problems::built_in_role(),
        Code::RoleInUse => text::problems::role_in_use(),
        Code::SessionNotFound => text::problems::session_not_found(),
        Code::PermissionDenied => text::problems::permission_denied(),
        Code::OrganizationNotFound => text::problems::organization_not_found(),
        Code::NoApiKey => text::problems::no_api_key(),
        Code::ApiKeyExists => text::problems::api_key_exists(),
        Code::ApiKeyDisabled => text::problems::api_key_disabled(),
        Code::SubscriptionExpired => text::problems::subscription_expired(),
        Code::SubscriptionNone => text::problems::subscription_none(),
        Code::NotSupported => text::problems::not_supported(),
        Code::InvalidApiKey => text::problems::invalid_api_key(),
        Code::SameApiKey => text::problems::same_api_key(),
        Code::SimilarApiKey => text::problems::similar_api_key(),
        Code::SandboxTokenNotValid => text::problems::sandbox_token_not_valid(),
        Code::SandboxTokenNotFound => text::problems::sandbox_token_not_found(),
        Code::SandboxTokenExists => text::problems::sandbox_token_exists(),
        Code::SandboxTokenLimit => text::problems::sandbox_token_limit(),
        Code::OauthServerNotFound => text::problems::oauth_server_not_found(),
        Code::OauthServerExists => text::problems::oauth_server_exists(),
        Code::OauthServerLimit => text::problems::oauth_server_limit(),
        Code::OauthServerEnabled => text::problems::oauth_server_enabled(),
        Code::ValidationRequired => text::problems::validation_required(),
        Code::AccessTokenNotValid => text::problems::access_token_not_valid(),
        Code::InsufficientScope => text::problems::insufficient_scope(),
        Code::ApiRoleNotFound => text::problems::api_role_not_found(),
        Code::ApiRoleExists => text::problems::api_role_exists(),
        Code::AccessTokensDisabled => text::problems::access_tokens_disabled(),
        Code::ApiRoleLimit => text::problems::api_role_limit(),
        Code::StaleVersion => text::problems::stale_version(),
        Code::IdempotencyKeyReused => text::problems::idempotency_key_reused(),
        Code::IdempotencyKeyInUse => text::problems::idempotency_key_in_use(),
        Code::Unknown => text::problems::unknown(),
    }
}

/// What happened and what to do about it.
pub(crate) fn explain(error: &ApiError) -> String {
    match error {
        ApiError::Unreachable => text::problems::unreachable().into(),
        ApiError::Intercepted => text::problems::intercepted().into(),
        ApiError::CookieRefused => text::problems::cookie_refused().into(),
        ApiError::Unexpected(status) => text::problems::unexpected(&status.to_string()),
        ApiError::Problem(problem) => match (problem.code, problem.retry_after) {
            (ProblemCode::AccountLocked, Some(seconds)) => locked(seconds),
            (ProblemCode::Unknown, _) => problem.detail.clone().unwrap_or_else(|| problem.title.clone()),
            (code, _) => sentence(code).into(),
        },
    }
}

/// What names the request in the server's log.
pub(crate) fn request_id(error: &ApiError) -> Option<String> {
    error.problem().and_then(|problem| problem.request_id.clone())
}

fn locked(seconds: u64) -> String {
    // The lock of five minutes is told as 301 seconds.
    let (seconds, minutes) = (seconds.max(1) as usize, (seconds.max(1) - 1).div_ceil(60) as usize);
    if seconds <= 90 {
        text::problems::locked_for_seconds(seconds)
    } else {
        text::problems::locked_for_minutes(minutes)
    }
}

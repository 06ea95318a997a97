//! From an error to what the user reads. Codes decide, never the gateway's own wording.

use std::cell::Cell;

use keyward_contract::ProblemCode;

use crate::{api::ApiError, text};

/// What to say of the codes that only further pages meet.
pub type More = fn(ProblemCode) -> Option<&'static str>;

thread_local! {
    static MORE: Cell<More> = const { Cell::new(|_| None) };
}

/// Has [`sentence`] know further codes, too. The first load does without.
pub fn know(more: More) {
    MORE.set(more);
}

/// What happened and what to do about it.
pub fn sentence(code: ProblemCode) -> &'static str {
    let more = || MORE.get()(code);
    of_first_load(code)
        .or_else(more)
        .unwrap_or_else(text::problems::unknown)
}

fn of_first_load(code: ProblemCode) -> Option<&'static str> {
    use ProblemCode as Code;
    Some(match code {
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
        Code::NotSignedIn => text::problems::not_signed_in(),
        Code::SetupRequired => text::problems::setup_required(),
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
        Code::PermissionDenied => text::problems::permission_denied(),
        Code::OrganizationNotFound => text::problems::organization_not_found(),
        Code::NoApiKey => text::problems::no_api_key(),
        Code::ApiKeyExists => text::problems::api_key_exists(),
        Code::ApiKeyDisabled => text::problems::api_key_disabled(),
        Code::SubscriptionExpired => text::problems::subscription_expired(),
        Code::SubscriptionNone => text::problems::subscription_none(),
        Code::NotSupported => text::problems::not_supported(),
        Code::UpstreamUnavailable => text::problems::upstream_unavailable(),
        Code::InvalidApiKey => text::problems::invalid_api_key(),
        Code::SameApiKey => text::problems::same_api_key(),
        Code::SimilarApiKey => text::problems::similar_api_key(),
        Code::StaleVersion => text::problems::stale_version(),
        Code::IdempotencyKeyReused => text::problems::idempotency_key_reused(),
        Code::IdempotencyKeyInUse => text::problems::idempotency_key_in_use(),
        _ => return None,
    })
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

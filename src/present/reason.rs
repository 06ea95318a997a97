//! Why something failed, as the audit log says it.

use std::borrow::Cow;

use keyward_contract::{AuditReason as Reason, ProblemCode};

use super::problem;
use crate::text;

/// A reason in a few words, or the word of the log itself where it is one of a newer version.
pub fn words(word: &str) -> Cow<'_, str> {
    let Some(reason) = Reason::of_word(word) else {
        return Cow::Borrowed(word);
    };
    // Versions before wrote other words for the same.
    if let Some(words) = of_sign_in(reason.as_str()) {
        return Cow::Borrowed(words);
    }
    let words = match reason {
        Reason::KeyGuessed => text::audit_reasons::key_guessed(),
        Reason::Problem(ProblemCode::ApiKeyExists) => text::audit_reasons::api_key_exists(),
        Reason::Problem(ProblemCode::SameApiKey) => text::audit_reasons::same_api_key(),
        Reason::Problem(ProblemCode::SimilarApiKey) => text::audit_reasons::similar_api_key(),
        Reason::Problem(ProblemCode::IfMatchRequired) => text::audit_reasons::if_match_required(),
        Reason::Problem(ProblemCode::StaleVersion) => text::audit_reasons::stale_version(),
        Reason::Problem(ProblemCode::IdempotencyKeyReused) => text::audit_reasons::idempotency_key_reused(),
        Reason::Problem(ProblemCode::IdempotencyKeyInUse) => text::audit_reasons::idempotency_key_in_use(),
        Reason::TokenAlgorithmNotAccepted => text::audit_reasons::token_algorithm_not_accepted(),
        Reason::TokenKindWrong => text::audit_reasons::token_kind_wrong(),
        Reason::TokenKeyUnknown => text::audit_reasons::token_key_unknown(),
        Reason::TokenKeyNotNamed => text::audit_reasons::token_key_not_named(),
        Reason::TokenServerDisabled => text::audit_reasons::token_server_disabled(),
        Reason::TokenSignatureWrong => text::audit_reasons::token_signature_wrong(),
        Reason::TokenExpired => text::audit_reasons::token_expired(),
        Reason::TokenNotYetValid => text::audit_reasons::token_not_yet_valid(),
        Reason::TokenScopeMissing => text::audit_reasons::token_scope_missing(),
        Reason::TokenApiRoleUnknown => text::audit_reasons::token_api_role_unknown(),
        Reason::TokenAudienceWrong => text::audit_reasons::token_audience_wrong(),
        Reason::TokenIssuerWrong => text::audit_reasons::token_issuer_wrong(),
        Reason::TokenClientWrong => text::audit_reasons::token_client_wrong(),
        Reason::TokenUnreadable => text::audit_reasons::token_unreadable(),
        Reason::SsoNotBegun => text::audit_reasons::sso_not_begun(),
        Reason::SsoProviderUnknown => text::audit_reasons::sso_provider_unknown(),
        Reason::SsoTooMany => text::audit_reasons::sso_too_many(),
        Reason::SsoStateWrong => text::audit_reasons::sso_state_wrong(),
        Reason::SsoCodeMissing => text::audit_reasons::sso_code_missing(),
        Reason::SsoNonceWrong => text::audit_reasons::sso_nonce_wrong(),
        Reason::SsoSubjectMissing => text::audit_reasons::sso_subject_missing(),
        Reason::SsoClaimMissing => text::audit_reasons::sso_claim_missing(),
        Reason::SsoEmailNotVerified => text::audit_reasons::sso_email_not_verified(),
        Reason::SsoClientRefused => text::audit_reasons::sso_client_refused(),
        Reason::SsoLoginOfOtherDomain => text::audit_reasons::sso_login_of_other_domain(),
        Reason::Problem(ProblemCode::SsoNotConnected) => text::audit_reasons::sso_not_connected(),
        Reason::SsoLoginUnusable => text::audit_reasons::sso_login_unusable(),
        Reason::SsoGroupsMissing => text::audit_reasons::sso_groups_missing(),
        Reason::SsoSubjectChanged => text::audit_reasons::sso_subject_changed(),
        Reason::SsoNoRole => text::audit_reasons::sso_no_role(),
        Reason::SsoSignInNotFresh => text::audit_reasons::sso_sign_in_not_fresh(),
        Reason::Problem(ProblemCode::SsoOtherAdmin) => text::audit_reasons::sso_other_admin(),
        Reason::SsoNoLogoutToken => text::audit_reasons::sso_no_logout_token(),
        Reason::JwksUrl => text::audit_reasons::jwks_url(),
        Reason::JwksDns => text::audit_reasons::jwks_dns(),
        Reason::JwksAddressNotAllowed => text::audit_reasons::jwks_address_not_allowed(),
        Reason::JwksConnect => text::audit_reasons::jwks_connect(),
        Reason::JwksTls => text::audit_reasons::jwks_tls(),
        Reason::JwksTimeout => text::audit_reasons::jwks_timeout(),
        Reason::JwksSize => text::audit_reasons::jwks_size(),
        Reason::JwksStatus => text::audit_reasons::jwks_status(),
        Reason::JwksRedirect => text::audit_reasons::jwks_redirect(),
        Reason::JwksJson => text::audit_reasons::jwks_json(),
        Reason::JwksNoUsableKey => text::audit_reasons::jwks_no_usable_key(),
        Reason::SessionEnded => text::audit_reasons::session_ended(),
        // `of_sign_in` has them.
        Reason::UnknownUser
        | Reason::Locked
        | Reason::TooManyFailures
        | Reason::TooManyFailuresInADay
        | Reason::TooManyWrongKeys
        | Reason::TooManyWrongKeysInADay
        | Reason::KeyLocked
        | Reason::KeyOfOtherOrganization
        | Reason::TimestampUnusable
        | Reason::WrongKey
        | Reason::FormerKey
        | Reason::FormerOrPresentKey
        | Reason::OrganizationAmbiguous
        | Reason::TimestampOutOfRange
        | Reason::NoApiAccess
        | Reason::AdminChangedConcurrently
        | Reason::KeyChangedConcurrently
        | Reason::KeyHeld
        | Reason::NoPassword
        | Reason::PasswordHeld => "",
        Reason::Problem(code) => problem::sentence(code).trim_end_matches('.'),
    };
    words.into()
}

/// Why a sign-in with the key failed, in a few words. The first load has these and no others.
pub fn of_sign_in(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "unknown-user" => text::audit_reasons::unknown_user(),
        "wrong-password" => text::audit_reasons::wrong_password(),
        "locked" => text::audit_reasons::locked(),
        "too-many-failures" => text::audit_reasons::too_many_failures(),
        "too-many-failures-in-a-day" => text::audit_reasons::too_many_failures_in_a_day(),
        "too-many-wrong-keys" => text::audit_reasons::too_many_wrong_keys(),
        "too-many-wrong-keys-in-a-day" => text::audit_reasons::too_many_wrong_keys_in_a_day(),
        "key-locked" => text::audit_reasons::key_locked(),
        "key-of-other-organization" => text::audit_reasons::key_of_other_organization(),
        "timestamp-unusable" => text::audit_reasons::timestamp_unusable(),
        "account-disabled" => text::audit_reasons::account_disabled(),
        "password-sign-in-off" => text::audit_reasons::password_sign_in_off(),
        "wrong-key" => text::audit_reasons::wrong_key(),
        "former-key" => text::audit_reasons::former_key(),
        "former-or-current-key" => text::audit_reasons::former_or_current_key(),
        "api-key-disabled" => text::audit_reasons::api_key_disabled(),
        "organization-ambiguous" => text::audit_reasons::organization_ambiguous(),
        "timestamp-out-of-range" => text::audit_reasons::timestamp_out_of_range(),
        "no-api-access" => text::audit_reasons::no_api_access(),
        "subscription-expired" => text::audit_reasons::subscription_expired(),
        "no-api-key" => text::audit_reasons::no_api_key(),
        "admin-changed-concurrently" => text::audit_reasons::admin_changed_concurrently(),
        "key-changed-concurrently" => text::audit_reasons::key_changed_concurrently(),
        "subscription-none" => text::audit_reasons::subscription_none(),
        "key-held" => text::audit_reasons::key_held(),
        "no-password" => text::audit_reasons::no_password(),
        "password-held" => text::audit_reasons::password_held(),
        _ => return None,
    })
}

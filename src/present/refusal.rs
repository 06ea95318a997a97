//! Why a control can't be used.

use keyward_contract::Refusal;

use crate::text;

/// The reason beside a control, where it can't be used.
pub(crate) fn why(refusal: Option<Refusal>) -> Option<String> {
    refusal.map(|refusal| reason(refusal).to_owned())
}

/// The reason beside a disabled control.
pub(crate) fn reason(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::PermissionDenied => text::refusals::permission_denied(),
        Refusal::ApiKeyDisabled => text::refusals::api_key_disabled(),
        Refusal::SubscriptionExpired => text::refusals::subscription_expired(),
        Refusal::SubscriptionNone => text::refusals::subscription_none(),
        Refusal::OwnAccount => text::refusals::own_account(),
        Refusal::LastSuperAdmin => text::refusals::last_super_admin(),
        Refusal::ExceedsOwnPermissions => text::refusals::exceeds_own_permissions(),
        Refusal::BuiltInRole => text::refusals::built_in_role(),
        Refusal::SandboxTokenLimit => text::refusals::sandbox_token_limit(),
        Refusal::OauthServerLimit => text::refusals::oauth_server_limit(),
        Refusal::AccessTokensDisabled => text::refusals::access_tokens_disabled(),
        Refusal::NotSupported => text::refusals::not_supported(),
        Refusal::ApiRoleLimit => text::refusals::api_role_limit(),
        Refusal::RoleInUse => text::refusals::role_in_use(),
    }
}

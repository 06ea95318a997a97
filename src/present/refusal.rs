//! Why a control can't be used.

use keyward_contract::Refusal;

/// The reason beside a control, where it can't be used.
pub(crate) fn why(refusal: Option<Refusal>) -> Option<String> {
    refusal.map(|refusal| reason(refusal).to_owned())
}

/// The reason beside a disabled control.
pub(crate) fn reason(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::PermissionDenied => "Your role does not allow this.",
        Refusal::ApiKeyDisabled => "The service provider has disabled the key.",
        Refusal::SubscriptionExpired => "The API subscription has expired. Renew it to make changes.",
        Refusal::SubscriptionNone => "The organization has no API subscription.",
        Refusal::OwnAccount => "You can't change your own access. Ask another admin.",
        Refusal::LastSuperAdmin => {
            "This is the last Super Admin who can sign in. Make someone else a Super Admin first."
        }
        Refusal::ExceedsOwnPermissions => "This is more than your own role allows.",
        Refusal::BuiltInRole => "Built-in roles can't be changed.",
        Refusal::SandboxTokenLimit => "An organization has at most five Sandbox API tokens. Delete one first.",
        Refusal::OauthServerLimit => "An organization has at most two authorization servers. Delete one first.",
        Refusal::AccessTokensDisabled => "The service provider has disabled access tokens.",
        Refusal::NotSupported => "The service that holds this key doesn't support it.",
        Refusal::ApiRoleLimit => "An organization has at most sixteen API roles. Delete one first.",
        Refusal::RoleInUse => "Admins have this role. Give them a different one first.",
    }
}

//! What to say of the codes that only pages beyond the first load meet.

use keyward_contract::ProblemCode;

use crate::text;

/// What happened and what to do about it, if it is one of these.
pub fn sentence(code: ProblemCode) -> Option<&'static str> {
    use ProblemCode as Code;
    Some(match code {
        Code::SetupLinkInvalid => text::problems::setup_link_invalid(),
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
        Code::UpstreamRejected => text::problems::upstream_rejected(),
        Code::UpstreamPending => text::problems::upstream_pending(),
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
        _ => return None,
    })
}

//! Paths of the portal API. They are relative, because the portal can be served below any base path.

use crate::{AdminId, ApiRoleId, OauthServerId, OrganizationId, RoleId, SandboxTokenId, SessionId, SsoProviderId};

/// `1` on requests that the page makes on its own: they don't prolong the session.
pub const BACKGROUND_HEADER: &str = "x-keyward-background";
/// `1` on a change from a page in a frame: its session cookie is one for frames, where the operator has listed who may frame it.
pub const FRAMED_HEADER: &str = "x-keyward-framed";
/// On a change: the identifier of the admin whom the page shows as signed in.
pub const ADMIN_HEADER: &str = "x-keyward-admin";

/// `POST` sign in, `GET` the current session, `DELETE` sign out.
pub const SESSION: &str = "api/portal/session";
/// `POST` set up the installation.
pub const SETUP: &str = "api/portal/setup";
/// `POST` whether a set-up link is valid.
pub const SETUP_READ: &str = "api/portal/setup/read";
/// `GET` the organizations the admin has a role in.
pub const ORGANIZATIONS: &str = "api/portal/orgs";

/// `GET` the same with an overview of their keys.
pub const ORGANIZATIONS_OVERVIEW: &str = "api/portal/orgs/overview";

/// `GET` an organization.
pub fn organization(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}")
}

/// `GET`, `POST` add, `PUT` edit, `DELETE`.
pub fn api_key(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key")
}

/// `POST` replace the key with a random one.
pub fn api_key_regenerate(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/regenerate")
}

/// `POST` see the key in clear.
pub fn api_key_reveal(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/reveal")
}

/// `POST` confirm a restored key.
pub fn api_key_confirm(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/confirm")
}

/// `GET` the sign-ins with the key that failed recently.
pub fn api_key_failures(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/failures")
}

/// `POST` the password, to try the key as an API client.
pub fn api_key_try(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/try")
}

/// `GET` the usage of the key.
pub fn key_usage(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/key-usage")
}

/// `GET` the authorization servers, `POST` add one.
pub fn oauth_servers(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/oauth-servers")
}

/// `PUT` edit an authorization server, `DELETE`.
pub fn oauth_server(id: OrganizationId, server: OauthServerId) -> String {
    format!("{ORGANIZATIONS}/{id}/oauth-servers/{server}")
}

/// `POST` validate a JWKS URL.
pub fn oauth_server_validate(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/oauth-servers/validate")
}

/// `GET` the usage of access tokens.
pub fn oauth_server_usage(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/oauth-servers/usage")
}

/// `POST` check an access token.
pub fn oauth_server_check_token(id: OrganizationId, server: OauthServerId) -> String {
    format!("{ORGANIZATIONS}/{id}/oauth-servers/{server}/check-token")
}

/// `GET` the API roles, `POST` add one.
pub fn api_roles(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-roles")
}

/// `PUT` edit an API role, `DELETE`.
pub fn api_role(id: OrganizationId, role: ApiRoleId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-roles/{role}")
}

/// `GET` the Sandbox API tokens, `POST` add one.
pub fn sandbox_tokens(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens")
}

/// `PUT` a new name, `DELETE`.
pub fn sandbox_token(id: OrganizationId, token: SandboxTokenId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens/{token}")
}

/// `POST` replace the token with a random one.
pub fn sandbox_token_regenerate(id: OrganizationId, token: SandboxTokenId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens/{token}/regenerate")
}

/// `POST` see the token in clear.
pub fn sandbox_token_reveal(id: OrganizationId, token: SandboxTokenId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens/{token}/reveal")
}

/// `POST` confirm a restored token.
pub fn sandbox_token_confirm(id: OrganizationId, token: SandboxTokenId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens/{token}/confirm")
}

/// `GET` the usage of the token.
pub fn sandbox_token_usage(id: OrganizationId, token: SandboxTokenId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens/{token}/usage")
}

/// `POST` identify a token.
pub fn sandbox_token_find(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/sandbox-tokens/find")
}

/// `GET` the audit log, in pages.
pub fn audit_log(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/audit-log")
}

/// `GET` the audit log as CSV (RFC 4180).
pub fn audit_log_csv(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/audit-log.csv")
}

/// `GET` the roles, `POST` add one.
pub fn roles(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/roles")
}

/// `PUT` edit, `DELETE`.
pub fn role(id: OrganizationId, role: RoleId) -> String {
    format!("{ORGANIZATIONS}/{id}/roles/{role}")
}

/// `GET` the admins, `POST` invite one.
pub fn admins(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/admins")
}

/// `PUT` change the role, `DELETE` remove from the organization.
pub fn admin(id: OrganizationId, admin: AdminId) -> String {
    format!("{ORGANIZATIONS}/{id}/admins/{admin}")
}

/// `POST` disable an admin.
pub fn admin_disable(id: OrganizationId, admin: AdminId) -> String {
    format!("{ORGANIZATIONS}/{id}/admins/{admin}/disable")
}

/// `POST` enable an admin.
pub fn admin_enable(id: OrganizationId, admin: AdminId) -> String {
    format!("{ORGANIZATIONS}/{id}/admins/{admin}/enable")
}

/// `DELETE` end the admin's sessions.
pub fn admin_sessions(id: OrganizationId, admin: AdminId) -> String {
    format!("{ORGANIZATIONS}/{id}/admins/{admin}/sessions")
}

/// `POST` replace the invitation link with a new one.
pub fn admin_invitation(id: OrganizationId, admin: AdminId) -> String {
    format!("{ORGANIZATIONS}/{id}/admins/{admin}/invitation")
}

/// `POST` accept an invitation.
pub const INVITATION: &str = "api/portal/invitation";
/// `POST` what an invitation offers.
pub const INVITATION_READ: &str = "api/portal/invitation/read";
/// `POST` the password, for re-authentication.
pub const SESSION_PASSWORD: &str = "api/portal/session/password";
/// `GET` the ways to sign in.
pub const SSO: &str = "api/portal/sso";
/// `POST` by an identity provider: back-channel logout (OpenID Connect Back-Channel Logout 1.0).
pub const SSO_LOGOUT: &str = "api/portal/sso/logout";

/// Where an identity provider sends browsers back to.
pub fn sso_callback(provider: SsoProviderId) -> String {
    format!("{SSO}/{provider}/callback")
}

/// The page that begins a sign-in at an identity provider. Its query can name the page to return to (`next`), and require a new
/// sign-in there (`fresh`).
pub fn sso_sign_in(provider: SsoProviderId) -> String {
    format!("{SSO}/{provider}/sign-in")
}

/// `PUT` a new password.
pub const ACCOUNT_PASSWORD: &str = "api/portal/account/password";
/// `GET` one's own sessions, `DELETE` all but the current one.
pub const ACCOUNT_SESSIONS: &str = "api/portal/account/sessions";

/// `DELETE` one of one's own sessions.
pub fn account_session(id: SessionId) -> String {
    format!("{ACCOUNT_SESSIONS}/{id}")
}

/// The header of every change, with the value `1` (CSRF protection): other sites can't send it without a preflight request.
pub const CHANGE_HEADER: &str = "X-Keyward";
/// The header that makes a change idempotent: a UUID, the same in each repetition.
pub const IDEMPOTENCY_KEY_HEADER: &str = "Idempotency-Key";

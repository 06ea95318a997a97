//! What the portal and the gateway agree on: wire types, paths, codes, and the rules that both enforce.
//!
//! Nothing here reads a clock, a file, randomness or the network; it builds for `wasm32` and for the host alike.
//! Wire types are JSON in camelCase, instants are RFC 3339 in UTC.

mod account;
mod administrator;
mod api_key;
mod api_role;
mod api_sign_in;
mod audit_log;
mod audit_reason;
mod code;
mod field_error;
mod id;
mod input;
mod instant;
mod key_string;
mod key_usage;
mod oauth_codes;
mod oauth_server;
mod obfuscation;
mod organization;
mod password;
pub mod paths;
mod problem;
mod restored;
mod role;
mod sandbox_token;
mod secret_text;
mod session;
mod setup;
mod sso;
mod upstream;
mod version;

pub use account::{AccountSession, ChangePassword, FreshPassword, SessionKind};
pub use administrator::{
    AcceptInvitation, Administrator, AdministratorStatus, ChangeRole, Invitation, InvitationOffer, InvitationProof,
    InviteAdministrator, ReadInvitation, SessionsEnded,
};
pub use api_key::{ApiKey, ChangedBy, EditApiKey, KeyStatus, LastChange, SIMILAR_PLACES_MAX};
pub use api_role::{API_ROLES_MAX, ApiPermission, ApiRole, ApiRoles, EditApiRole};
pub use api_sign_in::{
    ApiExchange, ApiTrial, HttpHeader, SIGN_IN_FAILURES_DAYS, SIGN_IN_FAILURES_MAX, SignInFailure, SignInFailures,
    TryApiKey,
};
pub use audit_log::{
    AuditAction, AuditInterface, AuditLogFilter, AuditLogPage, AuditResult, AuditRow, AuditSubCategory,
};
pub use audit_reason::AuditReason;
pub use field_error::{FieldCode, FieldError};
pub use id::{AdminId, ApiRoleId, OauthServerId, OrganizationId, RoleId, SandboxTokenId, SessionId, SsoProviderId};
pub use input::{
    API_ROLE_NAME_MAX, CLOUD_MAX, LOGIN_MAX, OAUTH_SERVER_DESCRIPTION_MAX, OAUTH_SERVER_NAME_MAX,
    ORGANIZATION_NAME_MAX, ROLE_NAME_MAX, SANDBOX_TOKEN_NAME_MAX, URI_MAX, check_api_role_name, check_claim_value,
    check_cloud, check_jwks_uri, check_login, check_oauth_server_description, check_oauth_server_name,
    check_organization_name, check_role_name, check_sandbox_token_name, unseen,
};
pub use key_string::{KEY_LENGTH, KeyFormatError, KeyString};
pub use key_usage::{FormerKey, FormerKeyClient, KEY_USAGE_CLIENTS_MAX, KeyClient, KeyGuessing, KeyUsage, LastFailure};
pub use oauth_codes::{FetchFailureCode, JwkFault, JwkFaultCode, TokenCheckCode};
pub use oauth_server::{
    CheckToken, EditOauthServer, FetchFailure, FetchFailureReason, JwkReport, JwksReport, OAUTH_SERVERS_MAX,
    OauthClient, OauthServer, OauthServerSettings, OauthServers, TokenCheck, TokenReport, ValidateJwks,
};
pub use obfuscation::{PLACES_SHOWN_MIN, obfuscate, places_shown};
pub use organization::{
    ApiSignIns, BaseUrls, Capabilities, KeyOverview, Organization, OrganizationOverview, Refusal, Subscription,
};
pub use password::{PASSWORD_MAX, PASSWORD_MIN, PasswordStrength, check_password, password_strength, visible};
pub use problem::{Problem, ProblemCode};
pub use restored::Restored;
pub use role::{BuiltInRole, EditRole, Permission, Permissions, Role};
pub use sandbox_token::{
    FindSandboxToken, NameSandboxToken, SANDBOX_TOKEN_LENGTH, SANDBOX_TOKEN_RANDOM, SANDBOX_TOKENS_MAX, SandboxToken,
    SandboxTokenClient, SandboxTokenError, SandboxTokenString, SandboxTokens,
};
pub use session::{Admin, OrganizationAccess, Session, SignIn};
pub use setup::{ReadSetup, Setup};
pub use sso::{SignInOptions, SsoProvider};
pub use upstream::{ReadApiKey, UpstreamFailure, UpstreamFailureCode, UpstreamState};
pub use version::{API_VERSION, API_VERSION_HEADER};

//! What the pages show and change: session, key, preferences. No view code, and no HTTP but through `api`.

mod account;
mod administrators;
mod audit_log;
mod change;
mod connection;
mod fresh;
mod key;
mod key_usage;
mod list;
mod navigator;
mod oauth_servers;
mod organizations;
mod preferences;
mod pursuit;
mod roles;
mod sandbox_tokens;
mod secret;
mod session;

pub(crate) use account::{AccountAnswer, AccountChange, OwnSessions};
pub(crate) use administrators::{AdministratorAction, AdministratorAnswer};
pub(crate) use audit_log::{AuditLogStore, NewRows};
pub(crate) use change::{KeyChange, Operation};
pub(crate) use connection::Connection;
pub(crate) use key::{KeyState, KeyStore, Load, News};
pub(crate) use list::{ListChange, ListStore};
pub(crate) use navigator::Navigator;
pub(crate) use oauth_servers::{ApiRoleList, OauthServerList, Of, Refused};
pub(crate) use organizations::{OrganizationList, Outcome, SameKey, Setting, usage_of};
pub(crate) use preferences::{HIDE_AFTER, Preferences, Theme};
pub(crate) use pursuit::Phase;
pub(crate) use sandbox_tokens::{
    OfTokens, SandboxTokenAnswer, SandboxTokenChange, SandboxTokenList, SandboxTokenSecret, clients_of,
};
pub(crate) use secret::SecretStore;
pub(crate) use session::{Interruption, SessionState, SessionStore};

//! What the pages show and change: session, key, preferences. No view code, and no HTTP but through `api`.

mod account;
mod administrators;
mod attempt;
mod audit_log;
mod change;
mod connection;
mod fresh;
mod key;
mod list;
mod load;
mod navigator;
mod oauth_servers;
mod organizations;
mod preferences;
mod roles;
mod sandbox_tokens;
mod secret;
mod session;

pub(crate) use crate::api::api_key::{KeyAnswer, Operation};
pub(crate) use account::AccountAnswer;
pub(crate) use administrators::{AdministratorAction, AdministratorAnswer};
pub(crate) use attempt::{Attempt, Changeable, Phase};
pub(crate) use audit_log::{AuditLogStore, NewRows};
pub(crate) use change::KeyChange;
pub(crate) use connection::{Connection, Heard};
pub(crate) use key::{KeyState, KeyStore, News};
pub(crate) use list::{Editable, ListChange, ListStore, Listed, Of};
pub(crate) use load::Load;
pub(crate) use navigator::Navigator;
pub(crate) use organizations::{Outcome, SameKey, Setting, usage_of};
pub(crate) use preferences::{HIDE_AFTER, Preferences, Theme};
pub(crate) use sandbox_tokens::SandboxTokenSecret;
pub(crate) use secret::SecretStore;
pub(crate) use session::{Interruption, SessionState, SessionStore};

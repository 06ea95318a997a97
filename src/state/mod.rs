//! What the pages show and change: session, key, preferences. No view code, and no HTTP but through `api`.

mod audit_log;
mod change;
mod connection;
mod key;
mod navigator;
mod preferences;
mod secret;
mod session;

pub(crate) use audit_log::{AuditLogStore, NewRows};
pub(crate) use change::{KeyChange, Operation, Phase};
pub(crate) use connection::Connection;
pub(crate) use key::{KeyState, KeyStore, Load, News};
pub(crate) use navigator::Navigator;
pub(crate) use preferences::{HIDE_AFTER, Preferences, Theme};
pub(crate) use secret::SecretStore;
pub(crate) use session::{SessionState, SessionStore};

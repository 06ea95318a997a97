//! The pages, one folder or file each.

pub(crate) mod account;
pub(crate) mod administrators;
pub(crate) mod api_key;
pub(crate) mod audit_log;
pub(crate) mod frame;
pub(crate) mod getting_started;
pub(crate) mod interrupted;
pub(crate) mod invitation;
pub(crate) mod oauth_servers;
pub(crate) mod organizations;
pub(crate) mod roles;
pub(crate) mod sandbox_tokens;
pub(crate) mod setup;
pub(crate) mod shared;
pub(crate) mod sign_in;
pub(crate) mod signed_in;

//! The pages, one folder or file each.

pub(crate) mod account;
pub(crate) mod administrators;
pub(crate) mod api_key;
pub(crate) mod audit_log;
mod change_form;
pub(crate) mod context;
pub(crate) mod frame;
pub(crate) mod interrupted;
pub(crate) mod invitation;
mod list_table;
pub(crate) mod message;
pub(crate) mod oauth_servers;
pub(crate) mod one_time_link;
pub(crate) mod organizations;
mod outcome;
pub(crate) mod roles;
pub(crate) mod sandbox_tokens;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod signed_in;

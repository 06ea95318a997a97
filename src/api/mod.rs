//! The portal API, as typed operations. Only this folder knows of HTTP.

pub(crate) mod account;
pub(crate) mod administrators;
pub(crate) mod api_key;
pub(crate) mod api_sign_ins;
pub(crate) mod audit_log;
mod client;
mod error;
pub(crate) mod invitation;
pub mod key_usage;
pub(crate) mod oauth_servers;
pub(crate) mod organizations;
pub(crate) mod page;
pub mod reading;
pub(crate) mod roles;
pub(crate) mod sandbox_tokens;
pub(crate) mod session;

pub(crate) use client::Request;
pub(crate) use error::ApiError;

//! Usage of keys and tokens.

pub mod key_usage;
pub mod oauth_clients;
pub mod sandbox_token_clients;

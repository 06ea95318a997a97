//! Secrets and trusts of an organization, sealed where they are secrets.

pub mod api_keys;
pub mod api_roles;
pub mod former_keys;
pub mod key_guesses;
pub mod oauth_servers;
mod restored;
pub mod sandbox_tokens;

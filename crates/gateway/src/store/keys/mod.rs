//! Keys, tokens and trusted servers of an organization. Secrets are sealed.

pub mod api_keys;
pub mod api_roles;
pub mod former_keys;
pub mod key_guesses;
pub mod oauth_servers;
mod restored;
pub mod sandbox_tokens;
pub mod upstream_changes;
pub mod upstreams;

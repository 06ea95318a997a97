//! What admins and the operator can do: each operation on a resource, through the one engine in [`change`].

pub mod account;
pub mod api_key;
pub mod api_roles;
pub mod change;
pub mod members;
pub mod oauth_servers;
pub mod one_time_links;
pub mod operator;
pub mod roles;
pub mod sandbox_tokens;
pub mod sign_in_failures;
pub mod upstream_key;

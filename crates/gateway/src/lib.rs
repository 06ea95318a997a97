//! The gateway of Keyward: serves the portal, signs admins in, keeps the keys, and is the cloud service API.
//!
//! Requests come in through [`edge`], are told who they are from by [`access`], and are answered by [`portal_api`],
//! [`cloud_api`] or [`verify`], which ask the [`authority`] for everything that concerns a key. See `ARCHITECTURE.md`.

pub mod access;
pub mod administration;
pub mod api_roles;
pub mod app;
pub mod audit;
pub mod authority;
pub mod body;
pub mod cli;
pub mod clock;
pub mod cloud_api;
pub mod config;
pub mod edge;
pub mod idempotency;
pub mod key_usage;
pub mod logging;
pub mod names;
pub mod oauth;
pub mod oauth_servers;
pub mod openapi;
pub mod portal_api;
pub mod problem;
pub mod random;
pub mod sandbox_tokens;
pub mod secrets;
pub mod sso;
pub mod store;
pub mod upkeep;
pub mod verify;

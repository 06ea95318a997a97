//! The gateway of Keyward: serves the portal, signs admins in, stores the keys, and is the cloud service API.
//!
//! Modules depend on each other in one direction; `ARCHITECTURE.md` has the map, and `tests/directions.rs` the table.

mod access_tokens;
mod api_session;
pub mod app;
pub mod audit;
pub mod audit_counts;
pub mod cli;
pub mod clock;
pub mod clock_skew;
mod clock_trust;
pub mod cloud_api;
pub mod config;
pub mod credentials;
pub mod domain;
pub mod edge;
pub mod http;
mod idempotency;
mod jwt;
mod key_holder;
pub mod key_usage;
mod limits;
mod logging;
mod metrics;
mod names;
mod net;
mod oidc;
pub mod openapi;
mod portal_api;
mod portal_auth;
pub mod problems;
pub mod random;
mod rules;
pub mod secrets;
mod sso;
pub mod state;
pub mod store;
mod text;
pub mod upkeep;
mod upstream;
mod verify;

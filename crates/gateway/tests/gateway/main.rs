//! Tests of the gateway: one binary, the real router, a real database.

mod api_key;
mod cloud_api;
mod idempotency;
mod session;
mod support;

//! Tests of the gateway: one binary, the real router, a real database.

mod api_key;
mod api_key_access;
mod api_key_input;
mod cloud_api;
mod cloud_api_input;
mod config_sources;
mod crash;
mod edge_client;
mod edge_errors;
mod edge_headers;
mod edge_support;
mod idempotency;
mod operator;
mod permissions;
mod process;
mod secrets;
mod serve_process;
mod serve_support;
mod serve_tls;
mod session;
mod static_files;
mod storage;
mod support;
mod world;

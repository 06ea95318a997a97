//! The audit log: its chain, its rows, and verification.

pub mod audit_chain;
pub mod audit_log;
pub mod audit_log_rows;
mod audit_versions;
mod chained_row;
pub mod evidence;
pub mod failed_sign_ins;

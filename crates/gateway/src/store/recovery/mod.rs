//! Backup and restore, and what a restore couldn't verify.

pub mod backup;
pub mod copy;
pub mod held;
pub mod restore;
mod statements;
mod taken_over;
pub mod verified;

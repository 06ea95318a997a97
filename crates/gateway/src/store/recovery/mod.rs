//! Backup and restore, and what a restore leaves in doubt.

pub mod backup;
pub mod held;
pub mod restore;
mod statements;
mod taken_over;

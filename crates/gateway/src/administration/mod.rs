//! Who belongs to an organization and what they may do there: roles, admins, the links that bring them in, and the
//! admin's own account.

pub mod account;
mod change;
pub mod links;
pub mod members;
pub mod roles;
pub mod rules;

use chrono::TimeDelta;

pub use change::{Asked, Begun, Change, check_version};

/// How long an invitation can be accepted.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);

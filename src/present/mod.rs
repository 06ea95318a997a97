//! What the user reads: one place for texts, and for dates in the user's own language and time zone.

pub(crate) mod administrator;
pub(crate) mod change;
pub(crate) mod counted;
pub mod difference;
pub mod field;
pub(crate) mod jwks;
pub mod more_problems;
pub mod problem;
pub mod reason;
pub(crate) mod refusal;
pub(crate) mod role;
pub mod title;
pub mod token;
pub mod user_agent;
pub(crate) mod when;

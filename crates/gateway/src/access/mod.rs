//! Who a request is from and whether they may: passwords, lockout, portal sessions, roles, and requests forged by
//! other sites.

mod attempts;
pub mod cookies;
pub mod credentials;
mod failures;
pub mod forgery;
pub mod organization;
pub mod password;
pub mod password_policy;
pub mod portal_session;
pub mod refusals;

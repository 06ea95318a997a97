//! Who a request is from and whether they may: passwords, lockout, portal sessions, roles, and requests forged by
//! other sites.

pub mod cookies;
pub mod credentials;
pub mod forgery;
pub mod organization;
pub mod password;
pub mod portal_session;
pub mod refusals;

//! Authentication of portal requests: portal sessions, organizations, and CSRF protection.

pub mod at_organization;
pub mod denied;
pub mod forgery;
pub mod session;

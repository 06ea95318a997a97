//! Fetching from other people's servers, with SSRF protection.

pub mod document;
pub mod fetch;
pub mod special_purpose;

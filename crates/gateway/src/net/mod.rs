//! What is fetched from servers of others, and the networks that nothing is fetched from.

pub mod document;
pub mod fetch;
pub mod special_purpose;

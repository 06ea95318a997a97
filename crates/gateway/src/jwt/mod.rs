//! JSON Web Tokens: reading them, and the keys that verify them. What a token is for is decided by who reads it.

pub mod crypto;
pub mod key_set;
pub mod public_key;
pub mod token;

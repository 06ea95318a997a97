//! JSON Web Tokens: parsing them, and the keys that verify them. The caller decides what a token is for.

pub mod crypto;
pub mod key_set;
pub mod public_key;
pub mod token;

//! OpenID Connect as a relying party speaks it: discovery, tokens for a code, ID tokens and those of sign-outs. What follows from them is decided in `sso`.

pub mod claims;
pub mod id_token;
pub mod provider;

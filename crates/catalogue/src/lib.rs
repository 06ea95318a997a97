//! The texts of the portal.
//!
//! `locales/en/*.ftl` has every text once, in the Fluent syntax that translation tools know. The build turns it into one Rust
//! function for each text ([`compiler`]); the portal fills its arguments in ([`pattern`]). `docs/adr/0006-one-catalogue.md`
//! says why.

#[cfg(feature = "compiler")]
pub mod compiler;
pub mod pattern;
#[cfg(feature = "compiler")]
pub mod pseudo;

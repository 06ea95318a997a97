//! Every text that a person reads: one function for each, made from `locales/en` when the portal is built.
//!
//! `text::api_key::title()` is the text `title` of `locales/en/api-key.ftl`. A text that doesn't exist doesn't compile, and neither does
//! a missing argument; one that nothing uses is dead code.

mod runtime;

pub(crate) use crate::browser::language::list;

include!(concat!(env!("OUT_DIR"), "/text.rs"));

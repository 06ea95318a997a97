//! The admin portal of Keyward: a single-page application in the browser.
//!
//! Pages are made of the kit (`ui`) and show what `state` holds; `state` asks the gateway through `api`. `present` has
//! the texts, `browser` the thin layer over the browser's own interfaces. `tests/tidy.rs` keeps the directions true.

pub mod api;
pub mod app;
pub mod attributes;
pub mod browser;
pub mod more;
mod more_pages;
mod pages;
pub mod present;
pub mod reactive;
pub mod routes;
mod state;
mod text;
pub mod ui;

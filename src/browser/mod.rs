//! A thin layer over the browser's own interfaces. It knows nothing of the application.

pub mod clipboard;
pub mod dom;
pub mod early;
pub mod events;
pub mod history;
pub mod json;
pub mod language;
pub mod life;
pub mod page;
pub mod random;
pub mod storage;
pub mod text;
pub mod time;

//! The kit: what pages are made of. It knows no resource of the product and no HTTP.

pub mod banner;
pub mod base_url;
pub mod button;
pub mod choice;
pub mod code;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod form;
pub mod icon;
pub mod id;
pub mod link_picker;
pub mod menu;
pub mod request;
pub mod secret;
pub mod segmented;
pub mod select;
pub mod skeleton;
pub mod table;
pub mod tabs;
pub mod toast;

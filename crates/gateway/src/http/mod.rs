//! Building blocks of requests and answers.

pub mod body;
mod client;
pub mod cookies;
mod host;
mod navigation;
pub mod preconditions;
pub mod problem;
pub mod request_id;

pub use self::{
    client::{ClientInfo, Requester, address_group},
    host::RequestHost,
    navigation::{Navigation, is_navigation},
};

//! Sessions of the portal and of the cloud service API.

pub mod account_sessions;
pub mod api_sessions;
pub mod portal_sessions;
pub mod session_window;

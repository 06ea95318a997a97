//! What several pages use, and no page of its own.

pub(crate) mod card;
pub(crate) mod change_form;
pub(crate) mod context;
pub(crate) mod input;
pub(crate) mod list_page;
pub(crate) mod list_table;
pub(crate) mod message;
pub(crate) mod new_password;
pub(crate) mod one_time_link;
pub(crate) mod outcome;
pub(crate) mod row;

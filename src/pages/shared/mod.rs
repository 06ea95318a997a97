//! What several pages use, and no page of its own.

pub(crate) mod ask_form;
pub(crate) mod breakable;
pub(crate) mod card;
pub(crate) mod change_form;
pub(crate) mod clients;
pub(crate) mod context;
pub(crate) mod dialog_buttons;
pub(crate) mod input;
pub(crate) mod list_page;
pub(crate) mod list_table;
pub(crate) mod message;
pub(crate) mod new_password;
pub(crate) mod one_time_link;
pub(crate) mod outcome;
pub(crate) mod panel;
pub(crate) mod reveal_cell;
pub(crate) mod row;

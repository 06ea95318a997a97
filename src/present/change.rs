//! What the changes of a key are called, and what they break.

use crate::{state::Operation, text};

/// The heading of its dialog.
pub(crate) fn heading(operation: Operation, organization: &str) -> String {
    match operation {
        Operation::Confirm | Operation::Add => String::new(),
        Operation::Edit => text::api_key::edit_title(organization),
        Operation::Regenerate => text::api_key::regenerate_title(organization),
        Operation::Delete => text::api_key::delete_title(organization),
    }
}

/// The button that does it.
pub(crate) fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => text::common::add(),
        Operation::Confirm => text::common::confirm(),
        Operation::Edit => text::api_key::replace(),
        Operation::Regenerate => text::common::regenerate(),
        Operation::Delete => text::common::delete(),
    }
}

/// What happens to the key.
pub(crate) fn consequence(operation: Operation) -> &'static str {
    match operation {
        Operation::Add | Operation::Confirm => "",
        Operation::Edit => text::api_key::edit_consequence(),
        Operation::Regenerate => text::api_key::regenerate_consequence(),
        Operation::Delete => text::api_key::delete_consequence(),
    }
}

/// The event by which `frame.js` learns of it.
pub(crate) fn event(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "keyward-key-added",
        Operation::Confirm => "keyward-key-confirmed",
        Operation::Edit => "keyward-key-edited",
        Operation::Regenerate => "keyward-key-regenerated",
        Operation::Delete => "keyward-key-deleted",
    }
}

/// Said when it is done.
pub(crate) fn done(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => text::api_key::added(),
        Operation::Confirm => text::api_key::confirmed(),
        Operation::Edit => text::api_key::edited(),
        Operation::Regenerate => text::api_key::regenerated(),
        Operation::Delete => text::api_key::removed(),
    }
}

//! What the changes of a key are called, and what they break.

use crate::state::Operation;

/// What the key is for.
pub(crate) const WHAT_IT_IS: &str = "API clients authenticate with this key plus an admin's user name and password. An \
                                     organization has one key at a time; delete it to add a different one.";

/// The heading of its dialog.
pub(crate) fn heading(operation: Operation, organization: &str) -> String {
    let (does, end) = match operation {
        Operation::Confirm | Operation::Add => return String::new(),
        Operation::Edit => ("Edit", ""),
        Operation::Regenerate => ("Regenerate", "?"),
        Operation::Delete => ("Delete", "?"),
    };
    [does, " key of ", organization, end].concat()
}

/// The button that does it.
pub(crate) fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "Add",
        Operation::Confirm => "Confirm",
        Operation::Edit => "Replace key",
        Operation::Regenerate => "Regenerate",
        Operation::Delete => "Delete",
    }
}

/// What happens to the key.
pub(crate) fn consequence(operation: Operation) -> &'static str {
    match operation {
        Operation::Add | Operation::Confirm => "",
        Operation::Edit => "The key you enter replaces the current one. You can't undo this.",
        Operation::Regenerate => "Keyward generates a new random key. You can't undo this.",
        Operation::Delete => "API clients can't sign in until you add a new key. You can't undo this.",
    }
}

/// What breaks.
pub(crate) const BREAKS: &str =
    "Everything that uses the current key stops working immediately, and its API sessions end.";

/// Said when it is done.
pub(crate) fn done(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "Key added.",
        Operation::Confirm => "Key confirmed.",
        Operation::Edit => "Key changed. The previous key no longer works.",
        Operation::Regenerate => "Key regenerated. The previous key no longer works.",
        Operation::Delete => "Key deleted. It no longer works.",
    }
}

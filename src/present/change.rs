//! What the changes of a key are called, and what they break.

use crate::state::Operation;

/// What the key is for.
pub(crate) const WHAT_IT_IS: &str = "API clients sign in with this key and an admin's user name and password. There is one \
                                     valid key at any moment.";

/// The heading of its dialog.
pub(crate) fn heading(operation: Operation) -> &'static str {
    match operation {
        Operation::Confirm => "",
        Operation::Add => "Add Cloud Service API Key",
        Operation::Edit => "Edit Cloud Service API Key",
        Operation::Regenerate => "Regenerate Cloud Service API Key",
        Operation::Delete => "Delete Cloud Service API Key",
    }
}

/// The button that does it.
pub(crate) fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "Add",
        Operation::Edit | Operation::Confirm => "Confirm",
        Operation::Regenerate => "Regenerate",
        Operation::Delete => "Delete",
    }
}

/// What happens to those who use the key.
pub(crate) fn consequence(operation: Operation) -> &'static str {
    match operation {
        Operation::Add | Operation::Confirm => "",
        Operation::Edit => "The present key is replaced by the one you enter.",
        Operation::Regenerate => "A new random key replaces the present one.",
        Operation::Delete => "The organization will have no key, and no API client can sign in until you add one.",
    }
}

/// What breaks.
pub(crate) const BREAKS: &str = "Code that uses the present key stops working at once. API sessions opened with it \
                                 end at the same instant. This cannot be undone.";

/// Said when it is done.
pub(crate) fn done(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "The key was added.",
        Operation::Confirm => "Key confirmed.",
        Operation::Edit => "The key was changed. The old key is refused now.",
        Operation::Regenerate => "The key was regenerated. The old key is refused now.",
        Operation::Delete => "The key was deleted. It is refused now.",
    }
}

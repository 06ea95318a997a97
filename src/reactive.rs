//! What follows signals: values, effects and parts of a view.
//!
//! Leptos generates separate code for every closure: to run it, to render its result, to render it again. With these functions, all
//! closures share that code. For attributes `Signal::derive` does the same.

use leptos::prelude::*;

/// Renders something, and renders it again whenever a signal that it reads changes.
pub fn reactive<V: IntoAny + 'static>(draw: impl Fn() -> V + Send + Sync + 'static) -> AnyView {
    fn shared(draw: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
        (move || draw()).into_any()
    }
    shared(Box::new(move || draw().into_any()))
}

/// A value that notifies only when it differs.
pub fn memo<T: PartialEq + Send + Sync + 'static>(make: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    fn shared<T: PartialEq + Send + Sync + 'static>(make: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| make())
    }
    shared(Box::new(make))
}

/// Runs now, and again whenever a signal that it reads changes, until the current owner is gone.
pub fn watch(run: impl Fn() + 'static) {
    fn shared(run: Box<dyn Fn()>) {
        Effect::new(move |_| run());
    }
    shared(Box::new(run));
}

/// Text that follows signals, in an element of its own. It is set as a whole, so that it stands even where a translator or an
/// extension has put nodes of its own in the place of the former text.
pub fn reactive_text<S: Into<String>>(say: impl Fn() -> S + Send + Sync + 'static) -> AnyView {
    fn shared(say: Box<dyn Fn() -> String + Send + Sync>) -> AnyView {
        view! { <span prop:textContent=Signal::derive(say)></span> }.into_any()
    }
    shared(Box::new(move || say().into()))
}

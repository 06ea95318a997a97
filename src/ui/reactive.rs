//! What changes by itself within a view.
//!
//! A bare closure in a view brings code of its own for each place: to draw it, to draw it anew, to watch what it reads. Behind this
//! function all places share it.

use leptos::prelude::*;

/// Draws something, and draws it anew whenever a signal that it reads changes. (For an attribute, `Signal::derive` does the same.)
pub fn reactive<V: IntoAny + 'static>(draw: impl Fn() -> V + Send + Sync + 'static) -> AnyView {
    shared(Box::new(move || draw().into_any()))
}

fn shared(draw: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || draw()).into_any()
}

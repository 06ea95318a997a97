//! What changes by itself within a view.
//!
//! A bare closure in a view brings code of its own for each place: to draw it, to draw it anew, to watch what it reads. Behind these
//! functions all places share it. In the first load that makes a third of its size.

use leptos::prelude::*;

/// Draws something, and draws it anew whenever a signal that it reads changes.
pub fn live<V: IntoAny + 'static>(draw: impl Fn() -> V + Send + Sync + 'static) -> AnyView {
    shared(Box::new(move || draw().into_any()))
}

fn shared(draw: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || draw()).into_any()
}

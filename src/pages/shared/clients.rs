//! Who uses something, in a dialog.

use leptos::prelude::*;

use super::message::FailedLoad;
use crate::{
    reactive::reactive,
    state::Load,
    text,
    ui::{
        button::{Button, Kind},
        skeleton::Bar,
        table::Table,
    },
};

/// The clients, loaded when the dialog opens.
#[component]
pub(crate) fn Clients<C: Clone + Send + Sync + 'static>(
    /// Asks for them.
    #[prop(into)]
    load: Callback<(), RwSignal<Load<Vec<C>>>>,
    /// Said where there are none.
    none: &'static str,
    caption: &'static str,
    headings: fn() -> Vec<&'static str>,
    /// Which of them are above numbers.
    numbers: &'static [usize],
    cells: fn(C) -> Vec<AnyView>,
    /// Whether the dialog is as wide as it can be.
    #[prop(optional)]
    wide: bool,
    on_close: Callback<()>,
    /// What is listed.
    children: Children,
) -> AnyView {
    let attempt = RwSignal::new(());
    let content = move || {
        attempt.track();
        let clients = load.run(());
        move || match clients.get() {
            Load::Loading => view! { <p aria-busy="true"><Bar width="w20" /></p> }.into_any(),
            Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| attempt.set(()) /> }.into_any(),
            Load::Ready(clients) if clients.is_empty() => view! { <p class="dialog-text">{none}</p> }.into_any(),
            Load::Ready(clients) => {
                let rows = clients.into_iter().map(cells).collect();
                view! { <Table caption=caption headings=headings() numbers=numbers rows=rows /> }.into_any()
            }
        }
    };
    view! {
        <p class="dialog-text">{children()}</p>
        <div class="panel" class:wide-content=wide>{reactive(content)}</div>
        <div class="dialog-actions">
            <Button label=text::common::close() kind=Kind::Plain autofocus=true on_press=on_close />
        </div>
    }
    .into_any()
}

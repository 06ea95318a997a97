//! A row of a list: its cells, and what can be done with it.

use leptos::prelude::*;

use crate::{
    state::Listed,
    ui::{
        button::{Button, Kind},
        icon::Icon,
    },
};

/// A cell of a row, as long as the row is there.
pub(crate) fn cell<T: Listed, V: IntoView + 'static>(
    row: Memo<Option<T>>,
    draw: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    (move || row.get().map(&draw)).into_any()
}

/// What people call it, as a cell of its row.
pub(crate) fn name_cell<T: Listed>(row: Memo<Option<T>>) -> AnyView {
    cell(row, |it| view! { <span class="row-name">{it.name().to_owned()}</span> })
}

/// A button at the end of a row, with a dialog behind it.
pub(crate) struct Action<T, O> {
    verb: &'static str,
    icon: Icon,
    open: fn(T) -> O,
    reason: Signal<Option<String>>,
    only_where: fn(&T) -> bool,
}

impl<T, O> Action<T, O> {
    pub(crate) fn new(verb: &'static str, icon: Icon, open: fn(T) -> O) -> Self {
        Self {
            verb,
            icon,
            open,
            reason: Signal::stored(None),
            only_where: |_| true,
        }
    }

    pub(crate) fn edit(open: fn(T) -> O) -> Self {
        Self::new("Edit", Icon::Pencil, open)
    }

    pub(crate) fn delete(open: fn(T) -> O) -> Self {
        Self::new("Delete", Icon::Trash, open)
    }

    /// Which rows have it; all without this.
    pub(crate) fn only_where(mut self, only_where: fn(&T) -> bool) -> Self {
        self.only_where = only_where;
        self
    }

    /// Why it is not possible.
    pub(crate) fn unless(mut self, reason: Signal<Option<String>>) -> Self {
        self.reason = reason;
        self
    }
}

/// The buttons. Each opens its dialog with the row as it is then.
pub(crate) fn row_actions<T: Listed, O: Send + Sync + 'static>(
    row: Memo<Option<T>>,
    dialog: RwSignal<Option<O>>,
    actions: Vec<Action<T, O>>,
) -> AnyView {
    let button = |action: Action<T, O>| {
        let Action {
            verb,
            icon,
            open,
            reason,
            only_where,
        } = action;
        let is_there = Memo::new(move |_| row.with(|row| row.as_ref().is_none_or(only_where)));
        let label = Signal::derive(move || {
            row.with(|row| [verb, " ", row.as_ref().map(Listed::name).unwrap_or_default()].concat())
        });
        let press = move |()| {
            if let Some(row) = row.get_untracked() {
                dialog.set(Some(open(row)));
            }
        };
        let button = move || {
            view! { <Button label=label icon=icon icon_only=true kind=Kind::Quiet reason=reason on_press=press /> }
        };
        (move || is_there.get().then(button)).into_any()
    };
    view! { <div class="row-actions">{actions.into_iter().map(button).collect::<Vec<_>>()}</div> }.into_any()
}

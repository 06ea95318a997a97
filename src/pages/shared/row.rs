//! A row of a list that can be changed, and what can be done with it.

use keyward_contract::{Administrator, ApiRole, OauthServer, Role, SandboxToken};
use leptos::prelude::*;

use crate::ui::{
    button::{Button, Kind},
    icon::Icon,
};

/// What every row has.
pub(crate) trait Row: Clone + PartialEq + Send + Sync + 'static {
    /// What stands for it in the table.
    fn key(&self) -> i64;
    /// Grows with each change.
    fn version(&self) -> i64;
    /// What people call it.
    fn name(&self) -> &str;
}

macro_rules! rows {
    ($($row:ty: $($name:ident).+;)+) => {
        $(impl Row for $row {
            fn key(&self) -> i64 {
                self.id.0
            }

            fn version(&self) -> i64 {
                self.version
            }

            fn name(&self) -> &str {
                &self.$($name).+
            }
        })+
    };
}

rows! {
    Administrator: name;
    ApiRole: name;
    OauthServer: settings.name;
    Role: name;
    SandboxToken: name;
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
pub(crate) fn row_actions<T: Row, O: Send + Sync + 'static>(
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
            row.with(|row| [verb, " ", row.as_ref().map(Row::name).unwrap_or_default()].concat())
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

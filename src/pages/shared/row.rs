//! A row of a list: its cells, and what can be done with it.

use leptos::prelude::*;

use crate::{
    reactive::{memo, reactive, reactive_text},
    state::Listed,
    text,
    ui::{
        button::{Button, Kind},
        icon::Icon,
        menu::{Action as Entry, ActionGroup, ActionMenu},
    },
};

/// How a state looks: the colour of its dot.
#[derive(Clone, Copy)]
pub(crate) enum Pill {
    /// It works.
    On,
    /// Someone switched it off.
    Off,
    /// Something is still to come.
    Waits,
    /// It works no longer.
    Ended,
}

/// A state in a word.
pub(crate) fn pill(pill: Pill, text: &'static str) -> AnyView {
    let class = match pill {
        Pill::On => "pill pill-on",
        Pill::Off => "pill",
        Pill::Waits => "pill pill-waits",
        Pill::Ended => "pill pill-ended",
    };
    view! { <span class=class>{text}</span> }.into_any()
}

/// A cell of a row, as long as the row is there.
pub(crate) fn cell<T: Listed, V: IntoView + 'static>(
    row: Memo<Option<T>>,
    draw: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    reactive(move || row.get().map(&draw))
}

/// A cell that has text alone.
pub(crate) fn text_cell<T: Listed, S: Into<String>>(
    row: Memo<Option<T>>,
    say: impl Fn(T) -> S + Send + Sync + 'static,
) -> AnyView {
    reactive_text(move || row.get().map_or_else(String::new, |row| say(row).into()))
}

/// What people call it, as a cell of its row.
pub(crate) fn name_cell<T: Listed>(row: Memo<Option<T>>) -> AnyView {
    cell(row, |it| name(it.name()))
}

/// What people call it. A translation leaves it as it is.
pub(crate) fn name(name: &str) -> AnyView {
    view! { <span class="row-name" translate="no" prop:textContent=name.to_owned()></span> }.into_any()
}

/// Text from outside: names, words of the API. A translation leaves it as it is.
pub(crate) fn data(text: String) -> AnyView {
    view! { <bdi translate="no" prop:textContent=text></bdi> }.into_any()
}

/// The same where a sentence is about it.
pub(crate) fn strong(text: String) -> AnyView {
    view! { <strong translate="no">{text}</strong> }.into_any()
}

/// Something that can be done with a row, in a dialog.
pub(crate) struct Action<T, O> {
    verb: &'static str,
    icon: Option<Icon>,
    open: fn(T) -> O,
    is_danger: bool,
    reason: Signal<Option<String>>,
    only_where: fn(&T) -> bool,
}

impl<T, O> Action<T, O> {
    /// In the menu of the row.
    pub(crate) fn new(verb: &'static str, open: fn(T) -> O) -> Self {
        Self {
            verb,
            icon: None,
            open,
            is_danger: false,
            reason: Signal::stored(None),
            only_where: |_| true,
        }
    }

    /// With a button of its own beside the menu, for what is done often.
    pub(crate) fn edit(open: fn(T) -> O) -> Self {
        Self {
            icon: Some(Icon::Pencil),
            ..Self::new(text::common::edit(), open)
        }
    }

    pub(crate) fn delete(open: fn(T) -> O) -> Self {
        Self {
            is_danger: true,
            ..Self::new(text::common::delete(), open)
        }
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

/// The buttons, and the menu of all that can be done. Each opens its dialog with the row as it is then. What ends something
/// comes last.
pub(crate) fn row_actions<T: Listed, O: Send + Sync + 'static>(
    row: Memo<Option<T>>,
    dialog: RwSignal<Option<O>>,
    actions: Vec<Action<T, O>>,
) -> AnyView {
    let about = Signal::derive(move || row.with(|row| row.as_ref().map(Listed::name).unwrap_or_default().to_owned()));
    let is_there = move |only_where: fn(&T) -> bool| row.with(|row| row.as_ref().is_none_or(only_where));
    let press = move |open: fn(T) -> O| {
        if let Some(row) = row.get_untracked() {
            dialog.set(Some(open(row)));
        }
    };
    let button = |action: &Action<T, O>| {
        let &Action {
            verb,
            open,
            reason,
            only_where,
            ..
        } = action;
        let icon = action.icon?;
        let shows = memo(move || is_there(only_where));
        let label = Signal::derive(move || text::common::action_on(verb, &about.get()));
        let button = move || {
            let press = move |()| press(open);
            view! { <Button label=label icon=icon icon_only=true kind=Kind::Quiet reason=reason on_press=press /> }
        };
        Some(reactive(move || shows.get().then(button)))
    };
    let buttons: Vec<AnyView> = actions.iter().filter_map(button).collect();
    let actions = StoredValue::new(actions);
    let groups = memo(move || {
        let mut groups: Vec<ActionGroup<usize>> = Vec::new();
        actions.with_value(|actions| {
            let actions = actions.iter().enumerate();
            for (index, action) in actions.filter(|(_, action)| is_there(action.only_where)) {
                let reason = action.reason.get();
                let entry = Entry {
                    action: index,
                    label: action.verb,
                    is_danger: action.is_danger,
                    is_beside: action.icon.is_some(),
                };
                match groups.last_mut().filter(|group| group.reason == reason) {
                    Some(group) => group.actions.push(entry),
                    None => groups.push(ActionGroup {
                        actions: vec![entry],
                        reason,
                    }),
                }
            }
        });
        groups
    });
    let choose = move |index: usize| {
        if let Some(open) = actions.with_value(|actions| actions.get(index).map(|action| action.open)) {
            press(open);
        }
    };
    let has_any = memo(move || groups.with(|groups| !groups.is_empty()));
    let menu = move || view! { <ActionMenu about=about groups=groups on_choose=choose /> };
    view! { <div class="row-actions">{buttons} {reactive(move || has_any.get().then(menu))}</div> }.into_any()
}

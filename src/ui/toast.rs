//! Messages that are tied to no place on the page. Good news goes by itself, errors stay until dismissed.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::Element;

use super::{
    button::{Button, Kind},
    icon::{Icon, Pictogram},
    request::request,
};
use crate::{browser::dom, reactive::reactive, text};

/// How long good news stays.
const STAY: Duration = Duration::from_secs(6);

#[derive(Clone, PartialEq, Eq)]
struct Toast {
    id: u32,
    text: String,
    detail: Option<String>,
    is_error: bool,
    /// It is about the connection alone, and no longer true when there is one again.
    is_passing: bool,
}

/// The messages there are.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
        }
    }
}

impl Toasts {
    /// Says that something was done.
    pub fn success(self, text: impl Into<String>) {
        let id = self.add(text.into(), None, [false, false]);
        set_timeout(move || self.remove(id), STAY);
    }

    /// Says that something was not done, and what names the request in the server's log.
    pub fn error(self, text: impl Into<String>, detail: Option<String>) {
        let text = text.into();
        // The same error twice is one message.
        self.list.update(|list| list.retain(|toast| toast.text != text));
        self.add(text, detail, [true, false]);
    }

    /// Says that something was not done since there is no connection; until there is one.
    pub fn no_connection(self, text: String) {
        self.connected();
        self.add(text, None, [true, true]);
    }

    /// There is a connection again.
    pub fn connected(self) {
        if self
            .list
            .with_untracked(|list| list.iter().any(|toast| toast.is_passing))
        {
            self.list.update(|list| list.retain(|toast| !toast.is_passing));
        }
    }

    fn add(self, text: String, detail: Option<String>, [is_error, is_passing]: [bool; 2]) -> u32 {
        self.last.update_value(|last| *last += 1);
        let id = self.last.get_value();
        self.list.update(|list| {
            list.push(Toast {
                id,
                text,
                detail,
                is_error,
                is_passing,
            })
        });
        id
    }

    fn remove(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Takes the errors that another program shows in a place which is no longer its own: text, and what names the request. There
/// is a connection by now.
pub fn take_errors(place: &Element) -> Vec<(String, Option<String>)> {
    let mut errors = Vec::new();
    while let Some(toast) = dom::find(place, ".toast-error:not(.toast-passing)") {
        let words = |selector| dom::find(&toast, selector).and_then(|it| it.text_content());
        errors.push((words("p").unwrap_or_default(), words("code")));
        toast.remove();
    }
    errors
}

/// Where the messages are. Once, at the end of the page.
#[component]
pub fn ToastRegion(
    /// The messages.
    toasts: Toasts,
) -> AnyView {
    view! {
        <section class="toasts" aria-label=text::controls::messages()>
            <div role="status">{reactive(move || list(toasts, false))}</div>
            <div role="alert">{reactive(move || list(toasts, true))}</div>
        </section>
    }
    .into_any()
}

fn list(toasts: Toasts, errors: bool) -> AnyView {
    let toast = move |toast: Toast| {
        let id = toast.id;
        let class = match (toast.is_error, toast.is_passing) {
            (false, _) => "toast",
            (true, false) => "toast toast-error",
            (true, true) => "toast toast-error toast-passing",
        };
        view! {
            <div class=class>
                <Pictogram icon=if toast.is_error { Icon::Warning } else { Icon::Check } />
                <div class="toast-text">
                    <p>{toast.text}</p>
                    {toast.detail.map(request)}
                </div>
                <Button
                    label=text::controls::dismiss()
                    icon=Icon::Close
                    icon_only=true
                    kind=Kind::Quiet
                    on_press=move |()| toasts.remove(id)
                />
            </div>
        }
    };
    toasts
        .list
        .get()
        .into_iter()
        .filter(|toast| toast.is_error == errors)
        .map(toast)
        .collect_view()
        .into_any()
}

//! Pictograms, drawn on a grid of 16 by 16.

use leptos::prelude::*;
use web_sys::Element;

use crate::browser::dom;

/// What a pictogram shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Icon {
    Box,
    Check,
    Chevrons,
    Close,
    Columns,
    Copy,
    Down,
    Eye,
    EyeOff,
    Info,
    Key,
    List,
    Lock,
    Menu,
    Monitor,
    Moon,
    More,
    Narrower,
    Offline,
    Pencil,
    Plus,
    Rotate,
    Shield,
    SignOut,
    Sort,
    Sun,
    Trash,
    Up,
    User,
    Users,
    Warning,
    Wider,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Box => "M8 2 13.5 5v6L8 14l-5.5-3V5L8 2ZM2.5 5 8 8l5.5-3M8 8v6",
            Self::Check => "M3 8.5 6.5 12 13 4.5",
            Self::Chevrons => "m5 6 3-3 3 3M5 10l3 3 3-3",
            Self::Close => "m4 4 8 8m0-8-8 8",
            Self::Columns => "M2.5 3.5h11v9h-11ZM6.2 3.5v9m3.6-9v9",
            Self::Copy => {
                "M6.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1ZM10.5 \
                 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"
            }
            Self::Down => "M8 3v10m-4-4 4 4 4-4",
            Self::Eye => {
                "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z"
            }
            Self::EyeOff => {
                "m2.5 2.5 11 11M6.4 3.8c.5-.2 1-.3 1.6-.3 4 0 6.5 4.5 6.5 4.5s-.7 1.2-1.9 2.4M9.7 12.2c-.5.2-1.1.3-1.7.3C4 \
                 12.5 1.5 8 1.5 8s1-1.7 2.6-3"
            }
            Self::Monitor => "M2.5 3h11v7.5h-11ZM6 13.5h4M8 10.5v3",
            Self::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5v.1",
            Self::Key => "M8.2 7.8 13.5 2.5M11 5l2 2M5.5 13.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
            Self::List => "M2.5 4h.1M5.5 4h8M2.5 8h.1M5.5 8h8m-11 4h.1m2.9 0h8",
            Self::Lock => "M4 7.5h8v6H4ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
            Self::Menu => "M2.5 4.5h11m-11 3.5h11m-11 3.5h11",
            Self::Moon => "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5Z",
            Self::More => "M3.5 8h.1M8 8h.1M12.5 8h.1",
            Self::Narrower => "M2 8h4m0 0L4 6m2 2-2 2M14 8h-4m0 0 2-2m-2 2 2 2",
            Self::Offline => {
                "m2.5 2.5 11 11M1.5 6A10 10 0 0 1 5 3.8M14.5 6A10 10 0 0 0 8 3.2M4 9a6 6 0 0 1 3-1.8M8 12.5v.1"
            }
            Self::Pencil => "M10.5 3 13 5.5 5.5 13H3v-2.5L10.5 3Z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Rotate => "M13 8a5 5 0 1 1-1.6-3.7L13 6M13 2.5V6H9.5",
            Self::Shield => "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4l5-2ZM6 8l1.5 1.5L10.2 6.8",
            Self::SignOut => "M6.5 2.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M10.5 11l3-3-3-3M13.5 8h-7",
            Self::Sort => "M4.5 13V3m0 0L2 5.5M4.5 3 7 5.5M11.5 3v10m0 0L9 10.5m2.5 2.5 2.5-2.5",
            Self::Sun => {
                "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1m0 11v1m6.5-6.5h-1m-11 0h-1m11.1-4.6-.7.7M4.1 11.9l-.7.7m9.2 0-.7-.7M4.1 \
                 4.1l-.7-.7"
            }
            Self::Trash => "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9M6.8 7.2v3.6M9.2 7.2v3.6",
            Self::Up => "M8 13V3m4 4L8 3 4 7",
            Self::User => "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8ZM2.8 13.5c.5-2.4 2.5-3.7 5.2-3.7s4.7 1.3 5.2 3.7",
            Self::Users => {
                "M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6ZM1.5 12.8c.4-2.1 2.1-3.2 4.5-3.2s4.1 1.1 4.5 3.2M10.5 \
                 3.2a2.2 2.2 0 0 1 0 4.1M12 9.9c1.4.4 2.2 1.4 2.5 2.9"
            }
            Self::Warning => "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.3v.1",
            Self::Wider => "M6 8H2m0 0 2-2M2 8l2 2M10 8h4m0 0-2-2m2 2-2 2",
        }
    }

    /// The pictogram, for where there is no view to draw it.
    pub(super) fn drawing(self) -> Option<Element> {
        dom::drawing("icon", self.path())
    }
}

/// A pictogram. It says nothing to a screen reader: the text beside it, or the label of its button, does.
#[component]
pub fn Pictogram(
    /// What it shows.
    #[prop(into)]
    icon: Signal<Icon>,
) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=Signal::derive(move || icon.get().path())></path>
        </svg>
    }
    .into_any()
}

/// The product's mark: a keyhole with its ward.
#[component]
pub fn Mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <rect width="24" height="24" rx="6"></rect>
            <path d="M12 5a4.2 4.2 0 0 0-2 7.9V19h4v-1.6h-1.6v-1.8H14v-2.7A4.2 4.2 0 0 0 12 5Z"></path>
        </svg>
    }
    .into_any()
}

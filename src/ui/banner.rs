//! Something to know about the page or the dialog, where it matters.

use leptos::prelude::*;

use super::icon::{Icon, Pictogram};

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Done.
    Success,
    /// Something is not as it should be.
    Warning,
    /// Something has failed.
    Danger,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "banner banner-info",
            Self::Success => "banner banner-success",
            Self::Warning => "banner banner-warning",
            Self::Danger => "banner banner-danger",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Info => Icon::Info,
            Self::Success => Icon::Check,
            Self::Warning | Self::Danger => Icon::Warning,
        }
    }
}

/// A message with a title and a text, which may have just come up.
pub fn notice(tone: Tone, live: bool, title: impl Into<String>, text: impl Into<String>) -> AnyView {
    let (title, text) = (title.into(), text.into());
    view! {
        <Banner tone=tone live=live>
            <p class="banner-title">{title}</p>
            <p>{text}</p>
        </Banner>
    }
    .into_any()
}

/// A message with an icon. Put within it a `<p class="banner-title">` and more.
#[component]
pub fn Banner(
    /// How serious it is.
    tone: Tone,
    /// Whether it has just come up, so that a screen reader says it.
    #[prop(optional)]
    live: bool,
    /// The message.
    children: Children,
) -> AnyView {
    let role = match (live, tone) {
        (false, _) => None,
        (true, Tone::Info | Tone::Success) => Some("status"),
        (true, Tone::Warning | Tone::Danger) => Some("alert"),
    };
    view! {
        <div class=tone.class() role=role>
            <Pictogram icon=tone.icon() />
            <div class="banner-text">{children()}</div>
        </div>
    }
    .into_any()
}

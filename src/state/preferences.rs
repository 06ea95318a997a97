//! What an admin has chosen for this browser.

use leptos::prelude::*;

use crate::browser::{
    page,
    storage::{self, Kept},
};

const THEME: &str = "keyward.theme";
const HIDE: &str = "keyward.hide-after";

/// After how many seconds a revealed secret can hide.
pub(crate) const HIDE_AFTER: [u32; 4] = [15, 30, 60, 300];

/// How the portal looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system does.
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Choices that outlive the session.
#[derive(Clone, Copy)]
pub(crate) struct Preferences {
    theme: RwSignal<Theme>,
    hide_after: RwSignal<u32>,
}

impl Preferences {
    pub(crate) fn new() -> Self {
        let theme = storage::read(Kept::Always, THEME);
        let theme = Theme::ALL
            .into_iter()
            .find(|it| Some(it.as_str()) == theme.as_deref())
            .unwrap_or(Theme::Auto);
        let hide_after = storage::read(Kept::Always, HIDE).and_then(|text| text.parse().ok());
        let hide_after = hide_after.filter(|seconds| HIDE_AFTER.contains(seconds)).unwrap_or(30);
        Self {
            theme: RwSignal::new(theme),
            hide_after: RwSignal::new(hide_after),
        }
    }

    pub(crate) fn theme(self) -> Theme {
        self.theme.get()
    }

    pub(crate) fn set_theme(self, theme: Theme) {
        self.theme.set(theme);
        storage::write(Kept::Always, THEME, theme.as_str());
        page::set_root_attribute("data-theme", (theme != Theme::Auto).then(|| theme.as_str()));
    }

    /// Seconds until a revealed secret hides.
    pub(crate) fn hide_after(self) -> u32 {
        self.hide_after.get()
    }

    pub(crate) fn set_hide_after(self, seconds: u32) {
        self.hide_after.set(seconds);
        storage::write(Kept::Always, HIDE, &seconds.to_string());
    }
}

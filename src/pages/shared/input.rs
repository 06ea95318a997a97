//! A line of text in a form, with what is wrong with it.

use keyward_contract::{FieldError, ProblemCode};
use leptos::prelude::*;

use super::change_form::Progress;
use crate::{api::ApiError, present::problem};

/// What is filled in, and what was when it was last tried: what is wrong with that is said until it is something else.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    /// As in the API.
    name: &'static str,
    check: fn(&str) -> Result<(), FieldError>,
    /// What the gateway answers where something else has it.
    taken: Option<ProblemCode>,
    pub(crate) value: RwSignal<String>,
    tried: RwSignal<Option<String>>,
}

impl Input {
    pub(crate) fn new(name: &'static str, value: &str, check: fn(&str) -> Result<(), FieldError>) -> Self {
        Self {
            name,
            check,
            taken: None,
            value: RwSignal::new(value.to_owned()),
            tried: RwSignal::new(None),
        }
    }

    /// The name of something, of which there is one.
    pub(crate) fn unique(value: &str, check: fn(&str) -> Result<(), FieldError>, taken: ProblemCode) -> Self {
        Self {
            taken: Some(taken),
            ..Self::new("name", value, check)
        }
    }

    /// What is filled in, without the spaces around it.
    pub(crate) fn read(self) -> String {
        self.value.with_untracked(|text| text.trim().to_owned())
    }

    /// What is filled in, if nothing is wrong with it as far as the page knows; else it says what.
    pub(crate) fn try_it(self) -> Option<String> {
        self.tried.set(Some(self.value.get_untracked()));
        let text = self.read();
        (self.check)(&text).is_ok().then_some(text)
    }

    pub(crate) fn is_tried(self) -> bool {
        self.tried.with(Option::is_some)
    }

    /// What is wrong with it.
    pub(crate) fn error(self, progress: Progress) -> Signal<Option<String>> {
        Signal::derive(move || {
            let text = self.value.get();
            if self.tried.with(|tried| tried.as_ref() != Some(&text)) {
                return None;
            }
            let own = (self.check)(text.trim()).err().map(|error| error.to_string());
            own.or_else(|| progress.failure().and_then(|error| self.about(&error)))
        })
    }

    /// Where it is what the gateway finds wrong.
    pub(crate) fn about(self, error: &ApiError) -> Option<String> {
        match error.code()? {
            code if Some(code) == self.taken => Some(problem::sentence(code).to_owned()),
            ProblemCode::InvalidInput => error.problem()?.fields.get(self.name).cloned(),
            _ => None,
        }
    }
}

//! A line of text in a form, with what is wrong with it.

use keyward_contract::{FieldError, ProblemCode};
use leptos::prelude::*;

use crate::{
    api::ApiError,
    present::{field, problem},
};

/// What is filled in, and what was when it was last tried: what is wrong with that is said until it is something else.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    /// As in the API.
    name: &'static str,
    check: Callback<String, Option<FieldError>>,
    /// What the gateway answers where it is what is wrong, beside what it says of fields.
    code: Option<ProblemCode>,
    /// Whether spaces around it count.
    is_exact: bool,
    /// Whether what is wrong is said until it is mended, whatever is filled in until then.
    is_lasting: bool,
    pub(crate) value: RwSignal<String>,
    tried: RwSignal<Option<String>>,
}

impl Input {
    pub(crate) fn new(
        name: &'static str,
        value: &str,
        check: impl Fn(&str) -> Result<(), FieldError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            check: Callback::new(move |text: String| check(&text).err()),
            code: None,
            is_exact: false,
            is_lasting: false,
            value: RwSignal::new(value.to_owned()),
            tried: RwSignal::new(None),
        }
    }

    /// The name of something, of which there is one.
    pub(crate) fn unique(value: &str, check: fn(&str) -> Result<(), FieldError>, taken: ProblemCode) -> Self {
        Self::new("name", value, check).wrong_where(taken)
    }

    /// One where spaces around it count, such as a password.
    pub(crate) fn exact(
        name: &'static str,
        check: impl Fn(&str) -> Result<(), FieldError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            is_exact: true,
            ..Self::new(name, "", check)
        }
    }

    /// What the gateway answers where it is wrong.
    pub(crate) fn wrong_where(self, code: ProblemCode) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// Says what is wrong until it is mended.
    pub(crate) fn lasting(self) -> Self {
        Self {
            is_lasting: true,
            ..self
        }
    }

    /// What is filled in, without the spaces around it unless they count.
    pub(crate) fn read(self) -> String {
        self.value.with_untracked(|text| self.trimmed(text))
    }

    /// What is filled in, if nothing is wrong with it as far as the page knows; else it says what.
    pub(crate) fn try_it(self) -> Option<String> {
        self.tried.set(Some(self.value.get_untracked()));
        let text = self.read();
        untrack(|| self.check.run(text.clone())).is_none().then_some(text)
    }

    pub(crate) fn is_tried(self) -> bool {
        self.tried.with(Option::is_some)
    }

    /// Whether it is what was tried.
    pub(crate) fn is_as_tried(self) -> bool {
        self.value
            .with(|text| self.tried.with(|tried| tried.as_ref() == Some(text)))
    }

    /// What is wrong with it, also by the last answer.
    pub(crate) fn error(self, failure: Signal<Option<ApiError>>) -> Signal<Option<String>> {
        Signal::derive(move || {
            let is_meant = if self.is_lasting {
                self.is_tried()
            } else {
                self.is_as_tried()
            };
            if !is_meant {
                return None;
            }
            let own = self.check.run(self.value.with(|text| self.trimmed(text)));
            own.map(|error| field::words(&error))
                .or_else(|| failure.with(|error| self.about(error.as_ref()?)))
        })
    }

    /// Where it is what the gateway finds wrong.
    pub(crate) fn about(self, error: &ApiError) -> Option<String> {
        match error.code()? {
            code if Some(code) == self.code => Some(problem::sentence(code).to_owned()),
            ProblemCode::InvalidInput => error.problem()?.field_errors.get(self.name).map(field::words),
            _ => None,
        }
    }

    fn trimmed(self, text: &str) -> String {
        if self.is_exact { text } else { text.trim() }.to_owned()
    }
}

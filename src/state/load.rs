//! What is loaded once and refreshed afterwards.

use keyward_contract::ProblemCode;
use leptos::prelude::*;

use crate::api::ApiError;

/// Something that is loaded once and refreshed afterwards.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Load<T> {
    Loading,
    Ready(T),
    Failed(ApiError),
}

impl<T> Load<T> {
    pub(crate) fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(it) => Some(it),
            _ => None,
        }
    }

    pub(crate) fn failure(&self) -> Option<ApiError> {
        match self {
            Self::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }

    pub(crate) fn of(answer: Result<T, ApiError>) -> Self {
        answer.map_or_else(Self::Failed, Self::Ready)
    }
}

/// Takes over an answer. Where it is an error, what is shown stays, unless the gateway says that it is not for this admin.
pub(super) fn take_over<T: PartialEq + Send + Sync + 'static>(load: RwSignal<Load<T>>, answer: Result<T, ApiError>) {
    if let Err(error) = &answer
        && !refuses(error)
        && load.with_untracked(|it| it.ready().is_some())
    {
        return;
    }
    let now = Load::of(answer);
    if load.with_untracked(|it| *it != now) {
        load.set(now);
    }
}

/// Before another try, where there is nothing to show.
pub(super) fn begin_again<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) {
    if load.with_untracked(|it| it.ready().is_none()) {
        load.set(Load::Loading);
    }
}

/// Whether the page must no longer be shown.
fn refuses(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(ProblemCode::PermissionDenied | ProblemCode::OrganizationNotFound)
    )
}

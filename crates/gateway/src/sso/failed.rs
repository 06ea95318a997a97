//! Failed sign-ins: the answer, and the audit row.

use axum::http::HeaderValue;
use keyward_contract::{Admin, AuditAction, AuditReason, AuditSubCategory, ProblemCode};

use super::{Leads, SIGNED_IN, portal};
use crate::{
    audit::{Actor, Event},
    http::ClientInfo,
    net::fetch::Failure,
    state::AppState,
    store::{StoreError, audit::audit_log, people::sso::Provider},
};

/// Why a sign-in did not work.
#[derive(Debug)]
pub(super) struct Failed {
    /// What the person is told.
    pub(super) code: ProblemCode,
    /// The reason for the audit log.
    pub(super) reason: AuditReason,
    pub(super) admin: Option<Admin>,
}

impl Failed {
    pub(super) fn new(code: ProblemCode, reason: AuditReason) -> Self {
        let admin = None;
        Self { code, reason, admin }
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a single sign-on failed");
        Self::new(ProblemCode::StorageUnavailable, ProblemCode::StorageUnavailable.into())
    }
}

pub(super) fn unavailable(provider: &Provider, failure: &Failure) -> Failed {
    tracing::warn!(provider = provider.name, reason = ?failure.reason, text = failure.text,
        "an identity provider can't be used");
    Failed::new(ProblemCode::SsoUnavailable, ProblemCode::SsoUnavailable.into())
}

/// To the sign-in page, which says why.
pub(super) async fn fail(
    app: &AppState,
    client: &ClientInfo,
    provider: Option<&Provider>,
    (next, is_signed_in): (&str, bool),
    failed: Failed,
    cookies: Vec<HeaderValue>,
) -> Leads {
    write_failure(app, client, provider, (AuditAction::SignIn, &failed)).await;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("failed", failed.code.as_str());
    // A signed-in admin isn't sent to the sign-in page.
    let page = if is_signed_in { SIGNED_IN } else { "sign-in" };
    if !next.is_empty() {
        query.append_pair("next", next);
    }
    Leads {
        to: portal(app, &format!("{page}?{}", query.finish())),
        cookies,
    }
}

/// Each failure of a person whom the provider has signed in is written to the audit log; others are throttled.
pub(super) async fn write_failure(
    app: &AppState,
    client: &ClientInfo,
    provider: Option<&Provider>,
    (action, failed): (AuditAction, &Failed),
) {
    let admin = failed.admin.as_ref();
    let event = Event {
        failure: Some(failed.reason),
        ..Event::new(
            (action, AuditSubCategory::Session),
            provider.map_or("unknown provider", |provider| &provider.name),
            (admin.map_or(Actor::Unknown, Actor::Admin), Some(client)),
            app.clock.now(),
        )
    };
    if admin.is_none() {
        app.counted.note(&event).await;
        return;
    }
    if let Err(error) = audit_log::write(&app.store, &app.secrets, &event).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "a failed single sign-on could not be written to the audit log");
    }
}

//! Operations that are refused before they begin, because of the role or missing re-authentication, and their audit rows.
//! Later refusals are written where they are decided.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use keyward_contract::{OrganizationId, ProblemCode};

use crate::{
    audit::{Actor, Event},
    http::Requester,
    rules::Operation,
    state::{AppState, State as App},
    store::{StoreError, audit::audit_log},
};

/// What was refused, for the handler to fill in.
#[derive(Clone, Default)]
pub struct Denied(Arc<OnceLock<Refused>>);

struct Refused {
    organization: OrganizationId,
    by: Requester,
    operation: Operation,
    code: ProblemCode,
}

impl Denied {
    /// Takes note of the first reason.
    pub fn note(&self, organization: OrganizationId, by: &Requester, operation: Operation, code: ProblemCode) {
        let _ = self.0.set(Refused {
            organization,
            by: by.clone(),
            operation,
            code,
        });
    }
}

/// Writes an audit row for a refusal, rate-limited per admin, so that an unprivileged user can't flood the audit log.
pub async fn audit_denied(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let denied = Denied::default();
    request.extensions_mut().insert(denied.clone());
    let response = next.run(request).await;
    if let Some(refused) = denied.0.get()
        && let Err(error) = write(&app, refused).await
    {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a refusal could not be written to the audit log"
        );
    }
    response
}

async fn write(app: &App, refused: &Refused) -> Result<(), StoreError> {
    let admin = &refused.by.admin;
    let sub_category = refused.operation.sub_category();
    let event = Event {
        // The resource isn't looked up for admins who can't see it.
        organization: Some(refused.organization),
        interface: refused.by.interface,
        failure: Some(refused.code.into()),
        ..Event::new(
            (refused.operation.action(), sub_category),
            sub_category.as_str(),
            (Actor::Admin(admin), Some(&refused.by.client)),
            app.clock.now(),
        )
    };
    let so_far = format!("{}/{}", refused.organization, admin.id);
    if app.limits.refusals.count(&so_far).is_err() {
        app.counted.count(&event);
        return Ok(());
    }
    audit_log::write(&app.store, &app.secrets, &event).await
}

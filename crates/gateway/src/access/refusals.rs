//! Who asks for what their role does not allow, or with a password given too long ago, is in the audit log: here, for
//! every operation that changes or gives out something. Refusals beyond that are written where they are decided.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use keyward_contract::{AuditAction, AuditInterface, AuditSubCategory, OrganizationId, ProblemCode};

use crate::{
    app::{AppState, State as App},
    audit::{Actor, Event},
    authority::Requester,
    store::{StoreError, audit_log},
};

/// What was refused, put into the request for the handler to fill in.
#[derive(Clone, Default)]
pub struct Refusal(Arc<OnceLock<Refused>>);

struct Refused {
    organization: OrganizationId,
    by: Requester,
    code: ProblemCode,
}

impl Refusal {
    /// Takes note of the first reason.
    pub fn note(&self, organization: OrganizationId, by: &Requester, code: ProblemCode) {
        let _ = self.0.set(Refused {
            organization,
            by: by.clone(),
            code,
        });
    }
}

/// Writes a row for what was refused. An admin who is refused more often than the limit says is counted from there on: the
/// audit log must not be filled up by whoever may do nothing.
pub async fn audit_refusals(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let operation = request
        .extensions()
        .get::<MatchedPath>()
        .and_then(|path| operation(request.method(), path.as_str()));
    let refusal = Refusal::default();
    request.extensions_mut().insert(refusal.clone());
    let response = next.run(request).await;
    if let (Some(refused), Some(operation)) = (refusal.0.get(), operation)
        && let Err(error) = write(&app, refused, operation).await
    {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a refusal is not in the audit log"
        );
    }
    response
}

async fn write(
    app: &App,
    refused: &Refused,
    (action, sub_category): (AuditAction, AuditSubCategory),
) -> Result<(), StoreError> {
    let admin = &refused.by.admin;
    let event = Event {
        logged_on: app.clock.now(),
        organization: Some(refused.organization),
        action,
        sub_category,
        // What it was is not looked up for who may not see it.
        resource: sub_category.as_str(),
        actor: Actor::Admin(admin),
        client: Some(&refused.by.client),
        interface: AuditInterface::AdminUi,
        failure: Some(refused.code.as_str()),
        before: None,
        after: None,
    };
    let so_far = format!("{}/{}", refused.organization, admin.id);
    if app.limits.refusals.count(&so_far).is_err() {
        app.counted.count(&event);
        return Ok(());
    }
    let mut transaction = app.store.write().await?;
    audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    Ok(transaction.commit().await?)
}

/// What a request asks for. `None` where it only looks.
fn operation(method: &Method, path: &str) -> Option<(AuditAction, AuditSubCategory)> {
    use AuditAction::{Create, Delete, Export, Regenerate, Reveal, SignOut, Update};
    use AuditSubCategory::{Administrator, ApiKey, ApiRole, AuditLog, OauthServer, Role, SandboxToken, Session};
    let path = path.strip_prefix("/api/portal/orgs/{org}/")?;
    Some(match (method.as_str(), path) {
        ("POST", "api-key") => (Create, ApiKey),
        ("PUT", "api-key") | ("POST", "api-key/confirm") => (Update, ApiKey),
        ("DELETE", "api-key") => (Delete, ApiKey),
        ("POST", "api-key/regenerate") => (Regenerate, ApiKey),
        ("POST", "api-key/reveal") => (Reveal, ApiKey),
        ("POST", "sandbox-tokens") => (Create, SandboxToken),
        ("PUT", "sandbox-tokens/{token}") | ("POST", "sandbox-tokens/{token}/confirm") => (Update, SandboxToken),
        ("DELETE", "sandbox-tokens/{token}") => (Delete, SandboxToken),
        ("POST", "sandbox-tokens/{token}/regenerate") => (Regenerate, SandboxToken),
        ("POST", "sandbox-tokens/{token}/reveal") => (Reveal, SandboxToken),
        ("POST", "oauth-servers") => (Create, OauthServer),
        ("PUT", "oauth-servers/{server}") => (Update, OauthServer),
        ("DELETE", "oauth-servers/{server}") => (Delete, OauthServer),
        ("POST", "api-roles") => (Create, ApiRole),
        ("PUT", "api-roles/{api_role}") => (Update, ApiRole),
        ("DELETE", "api-roles/{api_role}") => (Delete, ApiRole),
        ("POST", "roles") => (Create, Role),
        ("PUT", "roles/{role}") => (Update, Role),
        ("DELETE", "roles/{role}") => (Delete, Role),
        ("POST", "admins") => (Create, Administrator),
        ("PUT", "admins/{admin}") => (Update, Administrator),
        ("DELETE", "admins/{admin}") => (Delete, Administrator),
        ("POST", "admins/{admin}/disable" | "admins/{admin}/enable") => (Update, Administrator),
        ("POST", "admins/{admin}/invitation") => (Regenerate, Administrator),
        ("DELETE", "admins/{admin}/sessions") => (SignOut, Session),
        ("GET", "audit-log.csv") => (Export, AuditLog),
        _ => return None,
    })
}

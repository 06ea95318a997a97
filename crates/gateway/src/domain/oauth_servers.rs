//! OAuth 2.0 authorization servers of an organization. Tokens of a disabled or deleted one are rejected from the next request
//! on.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    EditOauthServer, FieldCode, JwksReport, OauthClient, OauthServer, OauthServerId, OauthServers, OrganizationId,
    ProblemCode, TokenReport, ValidateJwks,
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::change::{Asked, Change};
use crate::{
    clock,
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    random,
    rules::{Operation, check},
    state::AppState,
    store::{Connection, StoreError, keys::oauth_servers as rows, usage::oauth_clients},
};

/// How long a validation is accepted.
const VALIDATION: TimeDelta = TimeDelta::minutes(15);

/// The servers of an organization, with what the asking admin can do.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<OauthServers, StoreError> {
    let mut reader = app.store.read().await?;
    let mut servers = rows::list(&mut reader, at.organization.id, None).await?;
    for server in &mut servers {
        server.fetch_failure = app.access_tokens.fetch_failure(server.id);
    }
    let (add, edit) = at.standing().oauth_servers(servers.len());
    Ok(OauthServers { servers, add, edit })
}

/// Validates a JWKS URL. A valid one can be saved for 15 minutes.
pub async fn validate(app: &AppState, at: &AtOrganization, body: &ValidateJwks) -> JwksReport {
    let (organization, certificate) = (at.organization.id, body.certificate_validation);
    let mut report = app
        .access_tokens
        .validate(organization, &body.jwks_uri, certificate)
        .await;
    if report.failure.is_none() {
        let until = (app.clock.now() + VALIDATION).timestamp_millis();
        report.validation = validation(app, organization, (&report.jwks_uri, certificate), until);
    }
    report
}

/// Proves that a URL was validated for an organization; expires at this time in epoch milliseconds.
pub fn validation(
    app: &AppState,
    organization: OrganizationId,
    (uri, certificate): (&str, bool),
    until: i64,
) -> String {
    let text = format!("jwks validation {organization} {until} {certificate} {uri}");
    format!("{until}.{}", random::hex(&app.secrets.fingerprint(text.as_bytes())))
}

fn is_validated(app: &AppState, at: &AtOrganization, body: &EditOauthServer, now: DateTime<Utc>) -> bool {
    let until = body
        .validation
        .split_once('.')
        .and_then(|(until, _)| until.parse().ok());
    let Some(until) = until.filter(|until| now < clock::from_millis(*until)) else {
        return false;
    };
    let settings = (body.settings.jwks_uri.as_str(), body.settings.certificate_validation);
    validation(app, at.organization.id, settings, until)
        .as_bytes()
        .ct_eq(body.validation.as_bytes())
        .into()
}

/// Checks a token step by step.
///
/// # Errors
/// [`ProblemCode::OauthServerNotFound`].
pub async fn check_token(
    app: &AppState,
    at: &AtOrganization,
    id: OauthServerId,
    token: &str,
) -> Result<TokenReport, Problem> {
    let mut reader = app.store.read().await?;
    let row = row(&mut reader, at, id).await?;
    drop(reader);
    let server = app.store.oauth_server(at.organization.id, Some(id)).await?;
    let server = server.ok_or(ProblemCode::OauthServerNotFound)?;
    Ok(app
        .access_tokens
        .check(&server, row.settings.enabled, token.trim())
        .await?)
}

/// The clients that used access tokens.
pub async fn clients(app: &AppState, at: &AtOrganization) -> Result<Vec<OauthClient>, StoreError> {
    let mut reader = app.store.read().await?;
    oauth_clients::list(&mut reader, at.organization.id, app.clock.now()).await
}

async fn row(connection: &mut Connection, at: &AtOrganization, id: OauthServerId) -> Result<OauthServer, Problem> {
    let mut found = rows::list(connection, at.organization.id, Some(id)).await?;
    found.pop().ok_or_else(|| ProblemCode::OauthServerNotFound.into())
}

/// A change of a server.
pub enum OauthServerChange<'a> {
    /// Add one.
    Add(&'a EditOauthServer),
    /// Change its settings.
    Edit(OauthServerId, &'a EditOauthServer),
    /// Delete it. Its tokens are rejected from then on.
    Delete(OauthServerId),
}

/// Makes a change. Returns the new state; `None` once deleted.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    wanted: &OauthServerChange<'_>,
) -> Result<Option<OauthServer>, Problem> {
    let asked = |operation| Asked::at(at, operation, preconditions);
    let asked = match wanted {
        OauthServerChange::Add(body) => asked(Operation::OauthServerAdd).body(body).named(&body.settings.name),
        OauthServerChange::Edit(_, body) => asked(Operation::OauthServerEdit).body(body),
        OauthServerChange::Delete(_) => asked(Operation::OauthServerDelete),
    };
    let made = Change::run(app, asked, |change| Box::pin(apply(change, at, wanted))).await?;
    if let OauthServerChange::Delete(id) = wanted {
        app.access_tokens.forget(*id);
    }
    if let Some(server) = &made
        && server.last_successful_fetch_on.is_none()
    {
        // So that the list already says whether its keys are available.
        app.access_tokens.refresh(server.id).await;
    }
    Ok(made)
}

async fn apply(
    change: &mut Change<'_>,
    at: &AtOrganization,
    wanted: &OauthServerChange<'_>,
) -> Result<Option<OauthServer>, Problem> {
    let others = rows::list(&mut change.transaction, at.organization.id, None).await?;
    let (add, edit) = change.standing().await?.oauth_servers(others.len());
    check(if matches!(wanted, OauthServerChange::Add(_)) {
        add
    } else {
        edit
    })?;
    let (id, body) = match wanted {
        OauthServerChange::Add(body) => (None, body),
        OauthServerChange::Edit(id, body) => (Some(*id), body),
        OauthServerChange::Delete(id) => {
            let before = row(&mut change.transaction, at, *id).await?;
            change.resource.clone_from(&before.settings.name);
            change.check_version(before.version)?;
            change.before = Some(shown(&before));
            rows::delete(&mut change.transaction, *id).await?;
            return Ok(None);
        }
    };
    let before = match id {
        Some(id) => Some(row(&mut change.transaction, at, id).await?),
        None => None,
    };
    if let Some(before) = &before {
        change.resource.clone_from(&before.settings.name);
        change.check_version(before.version)?;
        change.before = Some(shown(before));
    }
    let is_as_before = before.as_ref().is_some_and(|before| {
        before.settings.jwks_uri == body.settings.jwks_uri
            && before.settings.certificate_validation == body.settings.certificate_validation
    });
    if !is_as_before && !is_validated(change.app, at, body, change.now) {
        return Err(Problem::new(ProblemCode::ValidationRequired).field("jwksUri", FieldCode::NotValidated));
    }
    let is_same =
        |other: &OauthServer| Some(other.id) != id && other.settings.name.eq_ignore_ascii_case(&body.settings.name);
    if others.iter().any(is_same) {
        return Err(Problem::new(ProblemCode::OauthServerExists).field("name", FieldCode::Taken));
    }
    if body.settings.enabled {
        disable_other(change, at, &others, id, body.switch).await?;
    }
    let made = change.last_change(before.as_ref().map_or(1, |before| before.version + 1));
    let connection = &mut change.transaction;
    let id = match id {
        Some(id) => {
            rows::update(connection, id, &body.settings, &made).await?;
            id
        }
        None => rows::insert(connection, at.organization.id, &body.settings, &made).await?,
    };
    let after = row(&mut change.transaction, at, id).await?;
    change.after = Some(shown(&after));
    Ok(Some(after))
}

/// Only one server is enabled at a time: the other one is disabled if the request says so, else it is a conflict.
async fn disable_other(
    change: &mut Change<'_>,
    at: &AtOrganization,
    others: &[OauthServer],
    id: Option<OauthServerId>,
    switch: bool,
) -> Result<(), Problem> {
    let other = others
        .iter()
        .find(|other| other.settings.enabled && Some(other.id) != id);
    let Some(other) = other else { return Ok(()) };
    if !switch {
        let name = &other.settings.name;
        return Err(Problem::new(ProblemCode::OauthServerEnabled).detail(format!(
            "{name} is enabled. Send switch: true to disable it in the same change, or disable it first."
        )));
    }
    let mut settings = other.settings.clone();
    settings.enabled = false;
    let made = change.last_change(other.version + 1);
    rows::update(&mut change.transaction, other.id, &settings, &made).await?;
    let after = row(&mut change.transaction, at, other.id).await?;
    change
        .note_update(&other.settings.name, shown(other), shown(&after))
        .await?;
    Ok(())
}

fn shown(server: &OauthServer) -> Value {
    let mut value = json!(server.settings);
    value["version"] = server.version.into();
    value
}

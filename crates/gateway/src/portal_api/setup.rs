//! `/api/portal/setup`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{
    AuditAction, AuditSubCategory, Problem as ProblemBody, ProblemCode, ReadSetup, Session, Setup, check_cloud,
    check_organization_name,
};

use crate::{
    audit::{Actor, Event},
    credentials::{password::Asker, password_policy},
    domain::operator::{self, NewOrganization},
    http::{ClientInfo, body::JsonBody, problem::Problem},
    names,
    portal_auth::session,
    secrets::hash_token,
    state::AppState,
    store::{StoreError, installation, organizations, people::password_sign_in},
};

/// Check a set-up link
///
/// The secret is in the body, so that it isn't logged.
#[utoipa::path(post, path = "/api/portal/setup/read", tag = "session", operation_id = "setup_read",
    request_body = ReadSetup, responses(
    (status = 204, description = "The link is valid"),
    (status = 403, body = ProblemBody, description = "`setup-link-invalid`"),
))]
pub async fn read(
    State(app): State<AppState>,
    client: ClientInfo,
    JsonBody(body): JsonBody<ReadSetup>,
) -> Result<StatusCode, Problem> {
    if is_valid(&app, hash_token(&body.token)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(link_invalid(&app, &client).await)
    }
}

/// Set up the installation
///
/// Creates the first organization, its key and its admin, invalidates the set-up link, and signs the admin in.
#[utoipa::path(post, path = "/api/portal/setup", tag = "session", operation_id = "setup", request_body = Setup,
    responses(
    (status = 201, body = Session),
    (status = 403, body = ProblemBody, description = "`setup-link-invalid`"),
    (status = 422, body = ProblemBody, description = "`invalid-input`, with `fieldErrors`"),
))]
pub async fn set_up(
    State(app): State<AppState>,
    client: ClientInfo,
    JsonBody(mut body): JsonBody<Setup>,
) -> Result<Response, Problem> {
    check(&mut body, app.config.password_min_length.into())?;
    let token_hash = hash_token(&body.token);
    // Refused before the password is hashed: an unknown token must not cost that much.
    if !is_valid(&app, token_hash).await? {
        return Err(link_invalid(&app, &client).await);
    }
    let asker = Asker::proven(client.address);
    let password_hash = app.passwords.hash(&body.password, asker).await?;
    let mut transaction = app.store.write().await?;
    let unused = installation::use_setup_token(&mut transaction, token_hash).await?;
    if !unused || organizations::count(&mut transaction).await? > 0 {
        drop(transaction);
        return Err(link_invalid(&app, &client).await);
    }
    let new = NewOrganization {
        name: &body.organization,
        cloud: &body.cloud,
        admin: &body.username,
        password_hash: &password_hash,
    };
    let admin = operator::create_organization(&mut transaction, &app.secrets, &new, app.clock.now()).await?;
    // Whatever was before, this is how the first admin gets in.
    password_sign_in::set(&mut transaction, true).await?;
    let (session, cookie) = session::open(
        &mut transaction,
        &app,
        (&admin, session::Authentication::Password),
        &client,
    )
    .await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

async fn is_valid(app: &AppState, token_hash: [u8; 32]) -> Result<bool, StoreError> {
    let mut reader = app.store.read().await?;
    installation::is_setup_token(&mut reader, token_hash).await
}

fn check(body: &mut Setup, min: usize) -> Result<(), Problem> {
    body.organization = names::name(&body.organization);
    let login = names::login(&body.username).map(|login| body.username = login);
    let mut problem = Problem::new(ProblemCode::InvalidInput);
    let mut valid = true;
    for (field, result) in [
        ("organization", check_organization_name(&body.organization)),
        ("cloud", check_cloud(&body.cloud)),
        ("username", login),
        (
            "password",
            password_policy::check(&body.password, min, &body.username, &[&body.organization]),
        ),
    ] {
        if let Err(error) = result {
            problem = problem.field(field, error);
            valid = false;
        }
    }
    if valid { Ok(()) } else { Err(problem) }
}

/// Attempts are in the audit log.
async fn link_invalid(app: &AppState, client: &ClientInfo) -> Problem {
    let event = Event {
        failure: Some(ProblemCode::SetupLinkInvalid.into()),
        ..Event::new(
            (AuditAction::Create, AuditSubCategory::Installation),
            "Set-up link",
            (Actor::Unknown, Some(client)),
            app.clock.now(),
        )
    };
    app.counted.note(&event).await;
    Problem::new(ProblemCode::SetupLinkInvalid)
        .detail("It works once, and only until the gateway is restarted. Use the latest one that the gateway printed.")
}

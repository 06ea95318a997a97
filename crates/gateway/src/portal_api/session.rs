//! `/api/portal/session`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{AuditInterface, Problem as ProblemBody, ProblemCode, Session, SignIn};

use crate::{
    access::{
        credentials::{Credentials, CredentialsError},
        portal_session::{self, SignedIn},
    },
    app::AppState,
    body::JsonBody,
    edge::ClientInfo,
    problem::Problem,
    store::StoreError,
};

/// Who am I
///
/// The session of the cookie.
#[utoipa::path(get, path = "/api/portal/session", tag = "session", operation_id = "session_read", responses(
    (status = 200, body = Session),
    (status = 401, body = ProblemBody, description = "`not-signed-in`, or `setup-required` on an empty installation"),
))]
pub async fn read(State(app): State<AppState>, signed_in: SignedIn) -> Result<Json<Session>, Problem> {
    Ok(Json(signed_in.describe(&app).await?))
}

/// Sign in
///
/// Sets the session cookie, in place of any there was.
#[utoipa::path(post, path = "/api/portal/session", tag = "session", operation_id = "session_create",
    request_body = SignIn, responses(
    (status = 200, body = Session),
    (status = 401, body = ProblemBody, description = "`sign-in-failed`"),
    (status = 429, body = ProblemBody, description = "`account-locked`: five failures within a minute lock for five"),
))]
pub async fn sign_in(
    State(app): State<AppState>,
    client: ClientInfo,
    former: Option<SignedIn>,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, Problem> {
    let credentials = (body.username.as_str(), body.password.as_str());
    let admin = match app
        .credentials
        .check(credentials, AuditInterface::AdminUi, &client)
        .await
    {
        Ok(admin) => admin,
        Err(error) => return Err(refused(&app, error)),
    };
    if let Some(former) = former {
        former.end(&app).await?;
    }
    let mut transaction = app.store.write().await?;
    Credentials::succeeded(&mut transaction, &admin).await?;
    let (session, cookie) = portal_session::open(&mut transaction, &app, &admin, &client).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

/// Sign out
///
/// Ends the session at the gateway and clears the cookie.
#[utoipa::path(delete, path = "/api/portal/session", tag = "session", operation_id = "session_delete",
    params(("X-Keyward" = String, Header, description = "`1`")), responses(
    (status = 204),
    (status = 401, body = ProblemBody, description = "`not-signed-in`"),
))]
pub async fn sign_out(State(app): State<AppState>, signed_in: SignedIn) -> Result<Response, Problem> {
    let cookie = signed_in.end(&app).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

fn refused(app: &AppState, error: CredentialsError) -> Problem {
    match error {
        CredentialsError::Wrong => Problem::new(ProblemCode::SignInFailed),
        CredentialsError::Locked(until) => {
            let seconds = (until - app.clock.now()).num_seconds().unsigned_abs() + 1;
            Problem::new(ProblemCode::AccountLocked)
                .detail("This account is locked for five minutes after five failed sign-ins within one.")
                .retry_after(seconds)
        }
        CredentialsError::Store(error) => error.into(),
        CredentialsError::Hash(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a password can't be checked");
            ProblemCode::Internal.into()
        }
    }
}

//! The cloud service API, `/api/v1`: what scripts and SDKs call, in the shapes of the vendor's API. The whole route
//! table is here.

mod authenticated_session;
pub mod code;
pub mod error;
mod guesses;
mod session;
mod sign_in;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
    routing::any,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access_tokens::{self, Call, Denied},
    http::ClientInfo,
    state::AppState,
};
use error::ApiError;

/// The routes, with their description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(
        authenticated_session::sign_in,
        authenticated_session::read,
        authenticated_session::sign_out
    ))
}

/// The routes, ready to serve.
pub fn router(app: AppState) -> Router {
    let (router, _) = routes().split_for_parts();
    router.route("/api/v1/{*path}", any(unknown)).with_state(app)
}

/// Unauthenticated clients don't even learn that a path doesn't exist.
async fn unknown(
    State(app): State<AppState>,
    method: Method,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = match access_tokens::bearer(&headers) {
        Ok(token) => token,
        Err(refused) => return Ok(error::unauthorized(&refused)),
    };
    let Some(token) = token else {
        session::require(&app, &method, &headers, &client).await?;
        return Err(ApiError::NOT_FOUND);
    };
    let admitted = app.access_tokens.admit(token, &client, Call::of(&method)).await;
    let caller = match &admitted {
        Ok(admitted) => format!(" {}", admitted.principal),
        Err(_) => format!(" {}", client.address),
    };
    session::count(&app, &method, &caller)?;
    match admitted {
        Ok(_) => Err(ApiError::NOT_FOUND),
        Err(Denied::Refused(refused)) => Ok(error::unauthorized(&refused)),
        Err(Denied::Fault(error)) => Err(error.into()),
    }
}

//! The cloud service API, `/api/v1`: what scripts and SDKs call, in the shapes of the vendor's API. The whole route
//! table is here.

mod authenticated_session;
pub mod error;
pub mod rate_limits;
pub mod session;
mod sign_in;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method},
    routing::any,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::AppState, edge::ClientInfo};
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

/// Whoever has no session learns nothing of what is here, not even that nothing is.
async fn unknown(
    State(app): State<AppState>,
    method: Method,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<(), ApiError> {
    session::require(&app, &method, &headers, &client).await?;
    Err(ApiError::NOT_FOUND)
}

//! The cloud service API, `/api/v1`: what scripts and SDKs call, in the shapes of the vendor's API. The whole route
//! table is here.

mod api_keys;
mod auth;
mod authenticated_session;
mod caller;
pub mod code;
pub mod error;
mod guesses;
mod session;
mod sign_in;
mod status;
pub mod trial;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{any, delete},
};
use utoipa::openapi::path::PathItem;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{http::ClientInfo, portal_auth::denied, state::AppState};
use error::ApiError;

/// The routes, with their description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(
            authenticated_session::sign_in,
            authenticated_session::read,
            authenticated_session::sign_out
        ))
        .merge(connector_routes())
        .merge(prefixed(connector_routes()))
}

/// The Cloud & Branch Connector API.
fn connector_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(auth::sign_in, auth::read, auth::sign_out))
        .routes(routes!(auth::sign_out_without_prefix))
        .routes(routes!(api_keys::list))
        .routes(routes!(api_keys::regenerate))
        .routes(routes!(status::read))
        .routes(routes!(status::activate))
        .routes(routes!(status::connector_read))
        .routes(routes!(status::connector_activate))
        .routes(routes!(status::connector_force))
}

/// The same under the prefix that it has at the vendor's newer address.
fn prefixed(routes: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    let mut routes = OpenApiRouter::new().nest("/ztw", routes);
    for item in routes.get_openapi_mut().paths.paths.values_mut() {
        let PathItem {
            get, post, put, delete, ..
        } = item;
        for operation in [get, post, put, delete].into_iter().flatten() {
            operation.operation_id = operation.operation_id.take().map(|id| format!("ztw_{id}"));
        }
    }
    routes
}

/// The routes, ready to serve.
pub fn router(app: AppState) -> Router {
    let (router, _) = routes().split_for_parts();
    router
        .route("/authenticatedSession", delete(authenticated_session::sign_out))
        .route("/api/v1/{*path}", any(unknown))
        .route("/ztw/{*path}", any(unknown))
        .layer(middleware::from_fn_with_state(app.clone(), denied::audit_denied))
        .with_state(app)
}

/// The same answer with and without a session: a client that signs in again after a 401 would never stop.
async fn unknown(
    State(app): State<AppState>,
    method: Method,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match caller::by_token(&app, &method, &headers, &client).await {
        Ok(true) => {}
        Ok(false) => {
            let found = session::find(&app, &headers, &client).await?;
            session::count(&app, &method, &session::caller("", found.as_ref(), &client))?;
        }
        Err(refused) => return Ok(refused),
    }
    Ok(ApiError::NOT_FOUND.into_response())
}

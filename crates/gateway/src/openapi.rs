//! The OpenAPI document, generated from the handlers.

use utoipa::{OpenApi, openapi};
use utoipa_axum::router::OpenApiRouter;

use crate::{cloud_api, portal_api, state::AppState, verify};

#[derive(OpenApi)]
#[openapi(info(
    title = "Keyward",
    description = "The portal API (`/api/portal`, for the admin portal, with the session cookie) and the cloud service \
                   API (`/api/v1`, for scripts, with the cookie of an API session or `Authorization: Bearer` and an access \
                   token of the organization's authorization server)."
))]
struct Head;

/// The document.
pub fn document() -> openapi::OpenApi {
    let routes: OpenApiRouter<AppState> = OpenApiRouter::with_openapi(Head::openapi())
        .merge(portal_api::routes())
        .merge(cloud_api::routes())
        .merge(verify::routes());
    routes.into_openapi()
}

/// The document as JSON, laid out for reading, with a line feed at its end.
///
/// # Errors
/// When it can't be written as JSON, which a test rules out.
pub fn json() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}

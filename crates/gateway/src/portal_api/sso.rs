//! `/api/portal/sso`: sign-ins at identity providers. Browsers navigate here, and are redirected.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use keyward_contract::{Problem as ProblemBody, ProblemCode, SignInOptions, SsoProviderId};
use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    http::{ClientInfo, Navigation, problem::Problem},
    portal_auth::session::SignedIn,
    sso::{self, Leads, Returned},
    state::AppState,
};

/// The parameters of a sign-in.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// The page of the portal to return to, relative to its base.
    #[serde(default)]
    next: String,
    /// Whether it is a re-authentication within the session.
    fresh: Option<String>,
}

/// Ways to sign in
///
/// Whether with a password, and at which identity providers.
#[utoipa::path(get, path = "/api/portal/sso", tag = "single sign-on", operation_id = "sso_list",
    responses((status = 200, body = SignInOptions)))]
pub async fn list(State(app): State<AppState>) -> Result<Json<SignInOptions>, Problem> {
    Ok(Json(sso::options(&app).await?))
}

/// Sign in at an identity provider
///
/// A page to open. It redirects to the provider, or to the sign-in page if something fails.
#[utoipa::path(get, path = "/api/portal/sso/{provider}/sign-in", tag = "single sign-on", operation_id = "sso_begin",
    params(("provider" = i64, Path, description = "Identifier of the identity provider"),
    ("next" = Option<String>, Query, description = "Page of the portal to return to, relative to its base"),
    ("fresh" = Option<String>, Query, description = "Re-authentication: the signed-in admin signs in again, and the session continues")),
    responses((status = 303, description = "To the identity provider, or to the sign-in page"),
    (status = 204, description = "The browser only prefetches (`Sec-Purpose: prefetch`): no sign-in is started")))]
pub async fn begin(
    _: Navigation,
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
    former: Option<SignedIn>,
    Path(provider): Path<SsoProviderId>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let how = (wanted.next.as_str(), wanted.fresh.is_some());
    lead(sso::begin(&app, provider, how, (&headers, &client), former.as_ref()).await)
}

/// Return from an identity provider
///
/// The redirect URI (OpenID Connect Core 1.0, section 3.1.2.5). Sets the session cookie, and redirects to the portal.
#[utoipa::path(get, path = "/api/portal/sso/{provider}/callback", tag = "single sign-on", operation_id = "sso_callback",
    params(("provider" = i64, Path, description = "Identifier of the identity provider"),
    ("code" = Option<String>, Query, description = "Authorization code, which the gateway exchanges for tokens"),
    ("state" = Option<String>, Query, description = "The state of the request"),
    ("error" = Option<String>, Query, description = "Why there is no code"),
    ("iss" = Option<String>, Query, description = "Issuer (RFC 9207)")),
    responses((status = 303, description = "Into the portal, or to the sign-in page"),
    (status = 204, description = "The browser only prefetches (`Sec-Purpose: prefetch`): no sign-in is completed")))]
pub async fn callback(
    _: Navigation,
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
    current: Result<Option<SignedIn>, Problem>,
    Path(provider): Path<SsoProviderId>,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let returned = returned.map_or_else(|_| Returned::default(), |Query(returned)| returned);
    // What can't be read now is told by the sign-in itself, which reads it, too.
    let current = current.ok().flatten();
    lead(sso::finish(&app, provider, &returned, (&headers, &client), current.as_ref()).await)
}

/// Back-channel logout
///
/// For identity providers (OpenID Connect Back-Channel Logout 1.0): ends the portal sessions opened there.
#[utoipa::path(post, path = "/api/portal/sso/logout", tag = "single sign-on", operation_id = "sso_logout",
    request_body(content_type = "application/x-www-form-urlencoded", content = String,
        description = "`logout_token`: the token that proves it"),
    responses(
    (status = 200, description = "The sessions, if any, have ended"),
    (status = 400, body = ProblemBody, description = "`sso-failed`: the token isn't valid"),
    (status = 503, body = ProblemBody, description = "`sso-unavailable`: the provider's keys aren't available"),
))]
pub async fn logout(State(app): State<AppState>, client: ClientInfo, body: Bytes) -> Response {
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "logout_token");
    let token = token.map_or_else(Default::default, |(_, token)| token);
    let told = sso::log_out(&app, &token, &client).await;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match told {
        Ok(()) => (StatusCode::OK, no_store).into_response(),
        // The status that the specification wants (section 2.8).
        Err(ProblemCode::SsoFailed) => {
            let mut response = Problem::new(ProblemCode::SsoFailed).into_response();
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
        Err(code) => Problem::new(code).into_response(),
    }
}

fn lead(leads: Leads) -> Response {
    let cookies = leads.cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie));
    let location = [
        (header::LOCATION, leads.to),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, AppendHeaders(cookies), location).into_response()
}

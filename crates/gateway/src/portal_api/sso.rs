//! `/api/portal/sso`: sign-ins at identity providers. Browsers come here as to a page, and are led on.

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

/// How somebody wants to sign in.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// Where it leads to: a page of the portal, relative to its base.
    #[serde(default)]
    next: String,
    /// Whether the person must sign in anew, whose session goes on.
    fresh: Option<String>,
}

/// How can one sign in
///
/// With a password or not, and at which identity providers.
#[utoipa::path(get, path = "/api/portal/sso", tag = "single sign-on", operation_id = "sso_list",
    responses((status = 200, body = SignInOptions)))]
pub async fn list(State(app): State<AppState>) -> Result<Json<SignInOptions>, Problem> {
    Ok(Json(sso::options(&app).await?))
}

/// Sign in at an identity provider
///
/// A page to open. It leads to the provider, and what fails leads to the sign-in page.
#[utoipa::path(get, path = "/api/portal/sso/{provider}/sign-in", tag = "single sign-on", operation_id = "sso_begin",
    params(("provider" = i64, Path, description = "Identifier of the identity provider"),
    ("next" = Option<String>, Query, description = "Page of the portal, relative to its base, that it leads to"),
    ("fresh" = Option<String>, Query, description = "Whoever is signed in signs in anew, and their session goes on")),
    responses((status = 303, description = "To the identity provider, or to the sign-in page"),
    (status = 204, description = "The browser only fetches ahead (`Sec-Purpose: prefetch`): nothing is begun")))]
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

/// Come back from an identity provider
///
/// Where providers send browsers to (OpenID Connect Core 1.0, section 3.1.2.5). Sets the session cookie, and leads into the
/// portal.
#[utoipa::path(get, path = "/api/portal/sso/{provider}/callback", tag = "single sign-on", operation_id = "sso_callback",
    params(("provider" = i64, Path, description = "Identifier of the identity provider"),
    ("code" = Option<String>, Query, description = "For which the gateway gets tokens"),
    ("state" = Option<String>, Query, description = "As it was sent"),
    ("error" = Option<String>, Query, description = "Why there is no code"),
    ("iss" = Option<String>, Query, description = "Issuer (RFC 9207)")),
    responses((status = 303, description = "Into the portal, or to the sign-in page"),
    (status = 204, description = "The browser only fetches ahead (`Sec-Purpose: prefetch`): nothing is ended")))]
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

/// Tell that somebody has signed out at the identity provider
///
/// For providers (OpenID Connect Back-Channel Logout 1.0): ends the portal sessions that were opened there.
#[utoipa::path(post, path = "/api/portal/sso/logout", tag = "single sign-on", operation_id = "sso_logout",
    request_body(content_type = "application/x-www-form-urlencoded", content = String,
        description = "`logout_token`: the token that proves it"),
    responses(
    (status = 200, description = "Sessions, if there were any, have ended"),
    (status = 400, body = ProblemBody, description = "`sso-failed`: the token is not valid"),
    (status = 503, body = ProblemBody, description = "`sso-unavailable`: the provider's keys can't be had"),
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

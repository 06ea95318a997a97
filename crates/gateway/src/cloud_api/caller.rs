//! Who calls: an admin by an API session, or a program by an access token. As extractors, they reject everything else in the
//! vendor's shape, and count the request against the rate limit of reads or writes.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, request::Parts},
    response::{IntoResponse as _, Response},
};
use keyward_contract::AuditInterface;

use super::{
    error::{self, ApiError},
    session,
};
use crate::{
    access_tokens::{self, Call, Denied},
    api_session::LiveSession,
    http::{ClientInfo, Requester},
    portal_auth::at_organization::AtOrganization,
    state::AppState,
    store::organizations,
};

/// A client that may call.
pub enum Caller {
    /// By an API session.
    Session(LiveSession),
    /// By an access token whose API role allows the method.
    Token,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let client = ClientInfo::of(parts);
        if by_token(app, &parts.method, &parts.headers, &client).await? {
            return Ok(Self::Token);
        }
        let live = session::require(app, &parts.method, &parts.headers, &client).await;
        live.map(Self::Session).map_err(ApiError::into_response)
    }
}

/// An admin with an API session. Access tokens can't manage keys, whatever their API role.
pub struct ByAdmin(pub AtOrganization);

impl FromRequestParts<AppState> for ByAdmin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let live = match Caller::from_request_parts(parts, app).await? {
            Caller::Session(live) => live,
            Caller::Token => return Err(ApiError::NO_KEYS_BY_TOKEN.into_response()),
        };
        let found = at_organization(parts, app, live).await;
        found.map(Self).map_err(ApiError::into_response)
    }
}

async fn at_organization(parts: &Parts, app: &AppState, live: LiveSession) -> Result<AtOrganization, ApiError> {
    let session = live.session;
    let mut reader = app.store.read().await?;
    let membership = organizations::membership(&mut reader, session.organization, session.admin.id).await?;
    let organization = organizations::find(&mut reader, session.organization).await?;
    let requester = Requester {
        admin: session.admin,
        client: ClientInfo::of(parts),
        interface: AuditInterface::Api,
    };
    let denied = parts.extensions.get().cloned().unwrap_or_default();
    match (membership, organization) {
        (Some(membership), Some(organization)) => {
            Ok(AtOrganization::by_api(requester, membership, organization, denied))
        }
        // They were removed a moment ago.
        _ => Err(ApiError::SESSION_NOT_VALID),
    }
}

/// Whether the request has an access token. One that is rejected is an error.
pub(super) async fn by_token(
    app: &AppState,
    method: &Method,
    headers: &HeaderMap,
    client: &ClientInfo,
) -> Result<bool, Response> {
    let token = access_tokens::bearer(headers).map_err(|refused| error::unauthorized(&refused))?;
    let Some(token) = token else { return Ok(false) };
    let admitted = app.access_tokens.admit(token, client, Call::of(method)).await;
    let caller = match &admitted {
        Ok(admitted) => format!(" {}", admitted.principal),
        Err(_) => session::caller("", None, client),
    };
    session::count(app, method, &caller).map_err(ApiError::into_response)?;
    match admitted {
        Ok(_) => Ok(true),
        Err(Denied::Refused(refused)) => Err(error::unauthorized(&refused)),
        Err(Denied::Fault(error)) => Err(ApiError::from(error).into_response()),
    }
}

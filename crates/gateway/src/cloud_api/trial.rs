//! *Try it*: the portal opens an API session with the key and the admin's password, as a script would, reads it, and closes it.

use axum::{
    body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{ApiExchange, ApiTrial, HttpHeader, ProblemCode, SIMILAR_PLACES_MAX, obfuscate, places_shown};
use serde::Serialize;

use super::{
    authenticated_session,
    sign_in::{self, ApiSignIn},
};
use crate::{
    api_session::COOKIE,
    audit::{Actor, Event},
    credentials::Verified,
    domain::{account, api_key},
    http::{ClientInfo, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    rules::{Operation, check},
    state::AppState,
    store::audit::audit_log,
};

/// What the session's client is called where clients are listed.
const USER_AGENT: &str = "Keyward portal (Try it)";
/// What stands for a secret.
const MASK: &str = "••••••••••••";
/// Far more than any answer here has.
const ANSWER_MAX: usize = 64 * 1024;

/// Tries the key of the organization. The answers are those that a script would get at the same time.
///
/// # Errors
/// [`ProblemCode::SubscriptionNone`], [`ProblemCode::NoApiKey`]; [`ProblemCode::WrongPassword`],
/// [`ProblemCode::AccountLocked`]: a wrong password counts for the portal session, as at re-authentication.
pub async fn run(app: &AppState, at: &AtOrganization, password: &str) -> Result<ApiTrial, Problem> {
    let (timestamp, shown) = match obfuscated(app, at).await {
        Ok(found) => found,
        Err(problem) => {
            audit_refusal(app, at, problem.code()).await?;
            return Err(problem);
        }
    };
    let base_url = api_key::base_url(app, at).await?;
    let verified = account::verify(app, at.signed_in()?, password).await?;
    let client = ClientInfo {
        user_agent: Some(USER_AGENT.to_owned()),
        // Whatever other organizations have the same key.
        organization: Some(at.organization.id),
        is_trial: true,
        ..at.requester.client.clone()
    };
    let trial = Trial {
        app: app.clone(),
        verified,
        client,
        base_url,
        timestamp,
        sign_in: ApiSignIn::verified(shown),
    };
    // It closes the session even if the browser is gone by then.
    let exchanges = tokio::spawn(trial.exchanges()).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "trying the key failed");
        Problem::new(ProblemCode::Internal)
    })?;
    Ok(ApiTrial {
        signed_in: exchanges.len() > 1,
        exchanges,
    })
}

/// The timestamp to sign in at, and the key obfuscated with it.
async fn obfuscated(app: &AppState, at: &AtOrganization) -> Result<(u64, String), Problem> {
    check(at.standing().api_sign_ins().try_it)?;
    let mut reader = app.store.read().await?;
    let key = app.key_holder.reveal(at.key(&mut reader)).await?;
    let key = key.ok_or(ProblemCode::NoApiKey)?;
    let now = app.clock.now().timestamp_millis().unsigned_abs();
    // The first that can't show the same of the previous key.
    let tells_apart = |timestamp: &u64| places_shown(*timestamp) as usize > SIMILAR_PLACES_MAX;
    let timestamp = (now..).find(tells_apart).unwrap_or(now);
    let shown = obfuscate(&key, timestamp).map(char::from).iter().collect();
    Ok((timestamp, shown))
}

async fn audit_refusal(app: &AppState, at: &AtOrganization, code: ProblemCode) -> Result<(), Problem> {
    let (operation, by) = (Operation::ApiKeyTry, &at.requester);
    let sub_category = operation.sub_category();
    let event = Event {
        organization: Some(at.organization.id),
        failure: Some(code.into()),
        ..Event::new(
            (operation.action(), sub_category),
            sub_category.as_str(),
            (Actor::Admin(&by.admin), Some(&by.client)),
            app.clock.now(),
        )
    };
    Ok(audit_log::write(&app.store, &app.secrets, &event).await?)
}

struct Trial {
    app: AppState,
    verified: Verified,
    client: ClientInfo,
    base_url: String,
    timestamp: u64,
    sign_in: ApiSignIn,
}

/// The body of a sign-in as it is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    api_key: &'a str,
    username: &'a str,
    password: &'a str,
    timestamp: u64,
}

impl Trial {
    async fn exchanges(self) -> Vec<ApiExchange> {
        let opened =
            sign_in::open_verified(&self.app, &self.verified, &self.sign_in, self.timestamp, &self.client).await;
        let body = Shown {
            api_key: MASK,
            username: &self.verified.admin.name,
            password: MASK,
            timestamp: self.timestamp,
        };
        let body = serde_json::to_string(&body).ok();
        let id = match opened {
            Ok(id) => id,
            Err(error) => return vec![self.exchange(Method::POST, body, error.into_response(), "").await],
        };
        let answer = authenticated_session::signed_in(&id, self.client.https);
        let mut exchanges = vec![self.exchange(Method::POST, body, answer, &id).await];
        let cookies = || {
            let value = HeaderValue::from_str(&format!("{COOKIE}={id}")).ok();
            value
                .map(|value| (header::COOKIE, value))
                .into_iter()
                .collect::<HeaderMap>()
        };
        let (app, client) = (|| State(self.app.clone()), || self.client.clone());
        let read = authenticated_session::read(app(), client(), cookies()).await;
        exchanges.push(self.exchange(Method::GET, None, read.into_response(), &id).await);
        let end = authenticated_session::sign_out(app(), client(), cookies()).await;
        exchanges.push(self.exchange(Method::DELETE, None, end.into_response(), &id).await);
        exchanges
    }

    /// A request and its answer without secrets. `id` is that of the session, if there is one.
    async fn exchange(&self, method: Method, request_body: Option<String>, answer: Response, id: &str) -> ApiExchange {
        let masked = |text: &str| match id {
            "" => text.to_owned(),
            id => text.replace(id, MASK),
        };
        let is_sign_in = request_body.is_some();
        let name_and_value = match is_sign_in {
            true => (header::CONTENT_TYPE, "application/json".to_owned()),
            false => (header::COOKIE, format!("{COOKIE}={MASK}")),
        };
        let (parts, body) = answer.into_parts();
        let body = body::to_bytes(body, ANSWER_MAX).await.unwrap_or_default();
        let of_answer = |(name, value): (&header::HeaderName, &HeaderValue)| HttpHeader {
            name: name.to_string(),
            value: masked(&String::from_utf8_lossy(value.as_bytes())),
        };
        ApiExchange {
            method: method.to_string(),
            url: format!("{}/authenticatedSession", self.base_url),
            request_headers: vec![HttpHeader {
                name: name_and_value.0.to_string(),
                value: name_and_value.1,
            }],
            request_body,
            status: parts.status.as_u16(),
            response_headers: parts.headers.iter().map(of_answer).collect(),
            response_body: masked(&String::from_utf8_lossy(&body)),
        }
    }
}

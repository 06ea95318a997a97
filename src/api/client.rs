//! One way to send a request and to read its answer.

use std::sync::Arc;

use gloo_net::http::{Method, RequestBuilder, Response};
use keyward_contract::{
    API_VERSION_HEADER,
    paths::{ADMIN_HEADER, BACKGROUND_HEADER, CHANGE_HEADER, FRAMED_HEADER, IDEMPOTENCY_KEY_HEADER},
};
use serde::{Serialize, de::DeserializeOwned};
use web_sys::{RequestRedirect, ResponseType};
use zeroize::Zeroizing;

use super::{ApiError, page, reading::read_problem};
use crate::browser::{self, early, json, life, page::is_framed, random, time};

/// How long an answer may take, in milliseconds. The gateway gives up earlier.
const PATIENCE: i32 = 20_000;

/// On the root element: the version of the API that the last answer follows. `boot.js` compares it with that of the page.
const SERVED: &str = "data-served";

/// An answer with a status of success, or 304.
pub(super) struct Answer {
    pub(super) status: u16,
    /// May hold a secret.
    body: Zeroizing<String>,
}

impl Answer {
    pub(super) fn text(&self) -> &str {
        &self.body
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        json::read(&self.body).map_err(|_| ApiError::Unexpected(self.status))
    }

    /// What is there, or nothing: after a deletion (204), or where it is still the one that is known (304).
    pub(super) fn optional<T: DeserializeOwned>(&self) -> Result<Option<T>, ApiError> {
        if matches!(self.status, 204 | 304) {
            Ok(None)
        } else {
            self.json().map(Some)
        }
    }

    /// A resource as it is now, which the list it is in shows.
    pub(super) fn listed<T: DeserializeOwned>(&self) -> Result<(), ApiError> {
        self.json::<T>().map(drop)
    }

    /// An answer that is nothing but its status, 204.
    pub(super) fn empty(&self) -> Result<(), ApiError> {
        (self.status == 204)
            .then_some(())
            .ok_or(ApiError::Unexpected(self.status))
    }
}

/// Asks for a resource.
pub(super) async fn read<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    get(path, None).await?.json()
}

/// Asks for a resource; with a version, only if it differs (otherwise the status is 304).
pub(super) async fn get(path: &str, unless: Option<i64>) -> Result<Answer, ApiError> {
    if unless.is_none()
        && let Some(response) = early::take(path).await
    {
        return answer(response.into()).await;
    }
    let request = request(path, Method::GET);
    // Only use of the page prolongs the session.
    let request = if page::is_alone() {
        request.header(BACKGROUND_HEADER, "1")
    } else {
        request
    };
    let request = match unless {
        Some(version) => request.header("If-None-Match", &quoted(version)),
        None => request,
    };
    let sent = request.send().await;
    life::go_on().await;
    answer(sent.map_err(|_| ApiError::Unreachable)?).await
}

/// A change, ready to be sent as often as it takes to hear what became of it.
#[derive(Clone)]
pub(super) struct Change {
    method: Method,
    path: String,
    body: Option<Zeroizing<String>>,
    version: Option<i64>,
    idempotency_key: String,
}

impl Change {
    pub(super) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path.into())
    }

    pub(super) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path.into())
    }

    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path.into())
    }

    fn new(method: Method, path: String) -> Self {
        Self {
            method,
            path,
            body: None,
            version: None,
            idempotency_key: random::uuid(),
        }
    }

    pub(super) fn with_body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).ok().map(Zeroizing::new);
        self
    }

    /// Only if the resource still has this version.
    pub(super) fn of_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// With how its answer is read.
    pub(super) fn answered<A>(self, read: fn(&Answer) -> Result<A, ApiError>) -> Request<A> {
        Request { change: self, read }
    }

    /// Sends it for an answer in JSON.
    pub(super) async fn ask<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        self.send().await?.json()
    }

    pub(super) async fn send(&self) -> Result<Answer, ApiError> {
        let mut request = request(&self.path, self.method.clone())
            .header(CHANGE_HEADER, "1")
            .header(IDEMPOTENCY_KEY_HEADER, &self.idempotency_key);
        if is_framed() {
            request = request.header(FRAMED_HEADER, "1");
        }
        if let Some(admin) = page::admin() {
            request = request.header(ADMIN_HEADER, &admin.to_string());
        }
        if let Some(version) = self.version {
            request = request.header("If-Match", &quoted(version));
        }
        let sent = match &self.body {
            Some(body) => match request.header("Content-Type", "application/json").body(body.as_str()) {
                Ok(request) => request.send().await,
                Err(error) => Err(error),
            },
            None => request.send().await,
        };
        life::go_on().await;
        answer(sent.map_err(|_| ApiError::Unreachable)?).await
    }
}

/// A change with the type of its answer.
pub(crate) struct Request<A> {
    change: Change,
    read: fn(&Answer) -> Result<A, ApiError>,
}

impl<A> Clone for Request<A> {
    fn clone(&self) -> Self {
        Self {
            change: self.change.clone(),
            read: self.read,
        }
    }
}

impl<A> Request<A> {
    pub(crate) async fn send(&self) -> Result<A, ApiError> {
        (self.read)(&self.change.send().await?)
    }
}

/// Adds a resource to a list.
pub(super) fn add<T: DeserializeOwned>(list: String, what: &impl Serialize) -> Request<()> {
    Change::post(list).with_body(what).answered(Answer::listed::<T>)
}

/// Edits a resource if it still has this version.
pub(super) fn edit<T: DeserializeOwned>(path: String, version: i64, to: &impl Serialize) -> Request<()> {
    let change = Change::put(path).of_version(version);
    change.with_body(to).answered(Answer::listed::<T>)
}

/// Deletes a resource if it still has this version.
pub(super) fn delete(path: String, version: i64) -> Request<()> {
    Change::delete(path).of_version(version).answered(Answer::empty)
}

fn request(path: &str, method: Method) -> RequestBuilder {
    RequestBuilder::new(&browser::page::api(path))
        .method(method)
        .header("Accept", "application/json")
        // The gateway redirects no request of this page. What does is not to be followed, least of all with a change.
        .redirect(RequestRedirect::Manual)
        .abort_signal(time::abort_after(PATIENCE).as_ref())
}

async fn answer(response: Response) -> Result<Answer, ApiError> {
    let status = response.status();
    // A proxy whose gateway is down says so with a page, too: that passes.
    if !matches!(status, 502..=504) && (response.type_() == ResponseType::Opaqueredirect || is_page(&response)) {
        return Err(ApiError::Intercepted);
    }
    let version = response.headers().get(API_VERSION_HEADER);
    browser::page::set_root_attribute(SERVED, version.as_deref());
    let body = Zeroizing::new(response.text().await.map_err(|_| ApiError::Unreachable)?);
    life::go_on().await;
    if response.ok() || status == 304 {
        return Ok(Answer { status, body });
    }
    Err(match read_problem(&body) {
        Some(problem) => ApiError::Problem(Arc::new(problem)),
        None => ApiError::Unexpected(status),
    })
}

/// The gateway answers no request of this page with HTML.
fn is_page(response: &Response) -> bool {
    let kind = response.headers().get("content-type");
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn quoted(version: i64) -> String {
    ["\"", &version.to_string(), "\""].concat()
}

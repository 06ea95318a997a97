//! The conversation with one upstream: a session or an access token that is renewed when it ends, waits that the upstream asks
//! for, and answers that leave doubt told from those that don't.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use keyward_contract::{PLACES_SHOWN_MIN, UpstreamFailureCode as Code, obfuscate, places_shown};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::{Failure, Target, UpstreamKey, answer, circuit::Circuit};
use crate::{
    clock::Clock,
    net::{
        document,
        fetch::{self, Fetcher, told},
    },
    store::keys::upstreams::{Place, UpstreamKind},
};

/// From the request to the last byte of the answer.
const TIME: Duration = Duration::from_secs(10);
/// The same for a log out.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);
/// How long the addresses of a host are trusted, and connections to them kept.
const CHECKED: Duration = Duration::from_secs(60);
/// The longest wait that an upstream gets; for a longer one, the answer says so.
const WAIT: Duration = Duration::from_secs(3);
/// How often a request is sent again that was certainly not carried out.
const AGAIN: u32 = 4;
/// The longest time that an upstream can ask to be left alone for.
const LEFT_ALONE_MAX: Duration = Duration::from_secs(60 * 60);
/// How long a list may take with everything that is sent again.
const LIST: Duration = Duration::from_secs(20);
/// How long a regeneration may take with everything that is sent again. Well below the time after which another gateway takes
/// its outcome from the list.
const REGENERATION: Duration = Duration::from_secs(40);

/// A session, or an access token, and for whom it is.
struct Session {
    place: Place,
    /// The version of the credentials that it was opened with.
    version: i64,
    /// Of which header.
    header: header::HeaderName,
    value: String,
    /// When an access token has to be renewed.
    until: Option<Instant>,
}

/// An answer, whatever its status.
struct Answered {
    status: StatusCode,
    /// The header field of this name.
    retry_after: Option<String>,
    cookie: Option<String>,
    /// Why its text can't be used, if it can't.
    text: Result<String, Failure>,
}

/// What has been said with one upstream.
pub struct Conversation {
    fetcher: Arc<Fetcher>,
    clock: Clock,
    clients: HashMap<String, (Instant, Client)>,
    session: Option<Session>,
    circuit: Circuit,
    /// When it may be asked again, with the credentials of this version.
    not_before: Option<(i64, Instant)>,
    last: Option<(Instant, Option<Failure>)>,
}

impl Conversation {
    pub(super) fn new(fetcher: Arc<Fetcher>, clock: Clock) -> Self {
        Self {
            fetcher,
            clock,
            clients: HashMap::new(),
            session: None,
            circuit: Circuit::default(),
            not_before: None,
            last: None,
        }
    }

    /// How the last list went, if it is from this time or later.
    pub fn listed_since(&self, since: Instant) -> Option<Result<(), Failure>> {
        let (at, failure) = self.last.as_ref()?;
        (*at >= since).then(|| failure.clone().map_or(Ok(()), Err))
    }

    /// The organization's key there; `None` if there is none.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn list(&mut self, target: &Target) -> Result<Option<UpstreamKey>, Failure> {
        let read = |text: &str| answer::list(text, target.known);
        let asked = self.ask(target, (Method::GET, "/apiKeys"), read);
        let listed = tokio::time::timeout(LIST, asked).await;
        let listed = listed.unwrap_or_else(|_| Err(late(false)));
        self.last = Some((Instant::now(), listed.as_ref().err().cloned()));
        listed
    }

    /// Regenerates the key there, once.
    ///
    /// # Errors
    /// Why that isn't known to have happened. After some failures it may have: see [`Failure::is_in_doubt`].
    pub async fn regenerate(&mut self, target: &Target, id: i64) -> Result<UpstreamKey, Failure> {
        let path = format!("/apiKeys/{id}/regenerate");
        self.last = None;
        let asked = self.ask(target, (Method::POST, &path), answer::regenerated);
        let asked = tokio::time::timeout(REGENERATION, asked).await;
        asked.unwrap_or_else(|_| Err(late(true)))
    }

    /// Ends the session there.
    pub(super) async fn log_out(&mut self) {
        let Some(session) = self.session.take() else { return };
        if session.place.kind == UpstreamKind::OneApi {
            return;
        }
        let url = format!("{}/auth", session.place.base_url());
        let farewell = self.send(&url, |client, url| {
            with_session(client.delete(url), &session).header(header::CONTENT_TYPE, JSON)
        });
        // It ends by itself, too.
        let _ = tokio::time::timeout(FAREWELL, farewell).await;
    }

    async fn ask<T>(
        &mut self,
        target: &Target,
        request: (Method, &str),
        read: impl FnOnce(&str) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let version = target.credentials_version;
        self.circuit.check(version, Instant::now())?;
        let left_alone = self.not_before.filter(|(of, _)| *of == version);
        if let Some(left) = left_alone.and_then(|(_, until)| until.checked_duration_since(Instant::now())) {
            return Err(rate_limited(left));
        }
        let text = self.ask_patiently(target, request).await;
        let asked = text.and_then(|text| read(&text));
        self.circuit.note(asked.as_ref().err(), version, Instant::now());
        asked
    }

    /// Sends a request again that was certainly not carried out: when the session has ended, at a rate limit, and while someone
    /// else edits.
    async fn ask_patiently(&mut self, target: &Target, (method, path): (Method, &str)) -> Result<String, Failure> {
        let url = format!("{}{path}", target.place.base_url());
        let (mut is_renewed, mut again) = (false, 0);
        loop {
            // Where the key is a credential, its regeneration may be what has ended the session.
            let is_in_doubt = is_renewed && method != Method::GET && target.place.kind == UpstreamKind::ZtwLegacy;
            let signed_in = self.sign_in(target).await;
            signed_in.map_err(|failure| Failure { is_in_doubt, ..failure })?;
            let Some(session) = &self.session else { continue };
            let ask = |client: Client, url| {
                with_session(client.request(method.clone(), url), session).header(header::CONTENT_TYPE, JSON)
            };
            let client = client(&mut self.clients, &self.fetcher, &url).await?;
            let answered = send(client, &url, ask).await?;
            let said = || answer::said(answered.text.as_deref().unwrap_or_default(), target, &session.value);
            match answered.status {
                status if status.is_success() => return answered.text,
                StatusCode::UNAUTHORIZED if !is_renewed => {
                    self.session = None;
                    is_renewed = true;
                }
                StatusCode::UNAUTHORIZED => {
                    let text = format!("The upstream rejects a new session{}.", said());
                    return Err(Failure::new(Code::Credentials, text));
                }
                StatusCode::TOO_MANY_REQUESTS => self.wait(target, &answered, &mut again).await?,
                StatusCode::CONFLICT if again < AGAIN => {
                    tokio::time::sleep(Duration::from_millis(100 << again)).await;
                    again += 1;
                }
                StatusCode::CONFLICT => {
                    let text = format!("Someone else is editing at the upstream{}. Try again later.", said());
                    let busy = Failure::new(Code::EditLock, text);
                    return Err(Failure {
                        retry_after: Some(5),
                        ..busy
                    });
                }
                status if status.is_client_error() => {
                    let text = format!(
                        "The upstream rejects the request with status {}{}.",
                        status.as_u16(),
                        said()
                    );
                    return Err(Failure::new(Code::Rejected, text));
                }
                status => {
                    let text = format!("The upstream answers with status {}{}.", status.as_u16(), said());
                    return Err(Failure {
                        retry_after: self.retry_after(&answered).map(|wait| wait.as_secs()),
                        ..Failure::in_doubt(Code::Fault, text)
                    });
                }
            }
        }
    }

    fn retry_after(&self, answered: &Answered) -> Option<Duration> {
        let body = answered.text.as_deref().ok();
        let wait = answer::retry_after(answered.retry_after.as_deref(), body, self.clock.now())?;
        Some(wait.min(LEFT_ALONE_MAX))
    }

    /// Waits as the upstream asks, or fails if that is too long.
    async fn wait(&mut self, target: &Target, answered: &Answered, again: &mut u32) -> Result<(), Failure> {
        let wait = self.retry_after(answered).unwrap_or(Duration::from_secs(1));
        if wait > WAIT || *again >= AGAIN {
            self.not_before = Some((target.credentials_version, Instant::now() + wait));
            return Err(rate_limited(wait));
        }
        *again += 1;
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Opens a session, unless there is one.
    async fn sign_in(&mut self, target: &Target) -> Result<(), Failure> {
        let is_usable = |session: &Session| {
            session.place == target.place
                && session.version == target.credentials_version
                && session.until.is_none_or(|until| Instant::now() < until)
        };
        if self.session.as_ref().is_some_and(is_usable) {
            return Ok(());
        }
        self.log_out().await;
        let mut again = 0;
        let session = loop {
            let answered = match target.place.kind {
                UpstreamKind::ZtwLegacy => self.open_session(target).await,
                UpstreamKind::OneApi => self.get_token(target).await,
            };
            // Whatever happens here, nothing was asked for yet.
            let (answered, sent) = answered.map_err(without_doubt)?;
            match answered.status {
                StatusCode::TOO_MANY_REQUESTS => self.wait(target, &answered, &mut again).await?,
                _ => break session(target, answered, &sent).map_err(without_doubt)?,
            }
        };
        self.session = Some(session);
        Ok(())
    }

    /// The answer, and the obfuscated key.
    async fn open_session(&mut self, target: &Target) -> Result<(Answered, String), Failure> {
        let credentials = &target.credentials;
        let Some(key) = &credentials.key else {
            let text =
                "The key to sign in with is missing. The operator can set it with keyward organization upstream.";
            return Err(Failure::new(Code::Credentials, text));
        };
        let now = self.clock.now().timestamp_millis().unsigned_abs();
        // Some times show too little of the key.
        let shows = |at: &u64| places_shown(*at) >= PLACES_SHOWN_MIN;
        let timestamp = (now..).find(shows).unwrap_or(now);
        let obfuscated = String::from_utf8_lossy(&obfuscate(key, timestamp)).into_owned();
        let body = json!({
            "apiKey": obfuscated,
            "username": credentials.name,
            "password": credentials.secret,
            "timestamp": timestamp.to_string(),
        });
        let url = format!("{}/auth", target.place.base_url());
        let answered = self.send(&url, |client, url| {
            client
                .post(url)
                .header(header::CONTENT_TYPE, JSON)
                .body(body.to_string())
        });
        Ok((answered.await?, obfuscated))
    }

    /// RFC 6749, section 4.4, with the vendor's parameter `audience`. It sends no secret besides those of the credentials.
    async fn get_token(&mut self, target: &Target) -> Result<(Answered, String), Failure> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &target.credentials.name)
            .append_pair("client_secret", &target.credentials.secret)
            .append_pair("audience", &target.place.audience)
            .finish();
        let answered = self.send(&target.place.token_url, |client, url| {
            let kind = "application/x-www-form-urlencoded";
            client.post(url).header(header::CONTENT_TYPE, kind).body(form)
        });
        Ok((answered.await?, String::new()))
    }

    async fn send(&mut self, url: &str, ask: impl FnOnce(Client, Url) -> RequestBuilder) -> Result<Answered, Failure> {
        let client = client(&mut self.clients, &self.fetcher, url).await?;
        send(client, url, ask).await
    }
}

const JSON: &str = "application/json";

fn without_doubt(failure: Failure) -> Failure {
    Failure {
        is_in_doubt: false,
        ..failure
    }
}

fn rate_limited(wait: Duration) -> Failure {
    let seconds = wait.as_secs().max(1);
    Failure {
        retry_after: Some(seconds),
        ..Failure::new(
            Code::RateLimited,
            format!("The upstream's rate limit is exceeded. Try again in {seconds} s."),
        )
    }
}

fn with_session(request: RequestBuilder, session: &Session) -> RequestBuilder {
    request.header(&session.header, &session.value)
}

/// The session that an answer to a sign-in opens, with the obfuscated key that was sent.
fn session(target: &Target, answered: Answered, sent: &str) -> Result<Session, Failure> {
    let status = answered.status;
    if !status.is_success() {
        let said = answer::said(answered.text.as_deref().unwrap_or_default(), target, sent);
        let (code, text) = match status {
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let text = "The upstream rejects Keyward's credentials";
                let advice = "The operator can replace them with keyward organization upstream.";
                (Code::Credentials, format!("{text}{said}. {advice}"))
            }
            _ => {
                let text = format!(
                    "The upstream answers to a sign-in with status {}{said}. Check its URL and kind.",
                    status.as_u16()
                );
                (Code::Fault, text)
            }
        };
        return Err(Failure::new(code, text));
    }
    let of = |header, value, until| Session {
        place: target.place.clone(),
        version: target.credentials_version,
        header,
        value,
        until,
    };
    match target.place.kind {
        UpstreamKind::ZtwLegacy => {
            let cookie = answered.cookie.ok_or_else(|| {
                let text =
                    "The upstream accepts the sign-in, but opens no session (JSESSIONID). Check its URL and kind.";
                Failure::new(Code::Unreadable, text)
            })?;
            Ok(of(header::COOKIE, cookie, None))
        }
        UpstreamKind::OneApi => {
            let token: Token = serde_json::from_str(&answered.text?).map_err(|_| {
                let text = "The upstream's token endpoint answers without an access token. Check its URL.";
                Failure::new(Code::Unreadable, text)
            })?;
            // Renewed a little early, and after some minutes where it doesn't say.
            let life = Duration::from_secs(token.expires_in.unwrap_or(300).clamp(10, 24 * 60 * 60));
            let until = Instant::now() + life - life / 10;
            Ok(of(
                header::AUTHORIZATION,
                format!("Bearer {}", token.access_token),
                Some(until),
            ))
        }
    }
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: Option<u64>,
}

/// The client for a host, whose addresses are checked again from time to time.
async fn client(
    clients: &mut HashMap<String, (Instant, Client)>,
    fetcher: &Fetcher,
    url: &str,
) -> Result<Client, Failure> {
    let of_fetch = |failure| Failure::of_fetch(failure, false);
    let url = fetch::parse(url).map_err(of_fetch)?;
    let host = url.origin().ascii_serialization();
    if let Some((checked, client)) = clients.get(&host)
        && checked.elapsed() < CHECKED
    {
        return Ok(client.clone());
    }
    let client = tokio::time::timeout(TIME, fetcher.client(&url)).await;
    let client = client.map_err(|_| late(false))?.map_err(of_fetch)?;
    clients.insert(host, (Instant::now(), client.clone()));
    Ok(client)
}

async fn send(client: Client, url: &str, ask: impl FnOnce(Client, Url) -> RequestBuilder) -> Result<Answered, Failure> {
    let url = fetch::parse(url).map_err(|failure| Failure::of_fetch(failure, false))?;
    let request = ask(client, url)
        .header(header::ACCEPT, JSON)
        .header(header::ACCEPT_ENCODING, "identity");
    let answered = async {
        let response = request.send().await.map_err(|error| {
            // Without a connection, nothing was sent.
            Failure::of_fetch(told(&error), !error.is_connect() && !error.is_builder())
        })?;
        let headers = response.headers();
        let cookie = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .find(|cookie| cookie.starts_with("JSESSIONID="))
            .map(str::to_owned);
        let retry_after = headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok());
        let retry_after = retry_after.map(str::to_owned);
        Ok(Answered {
            status: response.status(),
            retry_after,
            cookie,
            text: document::text(response)
                .await
                .map_err(|failure| Failure::of_fetch(failure, true)),
        })
    };
    tokio::time::timeout(TIME, answered)
        .await
        .unwrap_or_else(|_| Err(late(true)))
}

fn late(is_in_doubt: bool) -> Failure {
    Failure {
        is_in_doubt,
        ..Failure::new(
            Code::Timeout,
            "The upstream takes longer than 10 seconds. Try again later.",
        )
    }
}

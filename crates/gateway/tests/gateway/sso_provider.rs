//! An identity provider (OpenID Connect) under the control of the test: it gives a code for whatever claims it is told to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::digest;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::oauth_provider::SigningKey;

pub(crate) const CLIENT: &str = "keyward";
pub(crate) const SECRET: &str = "a secret: with colon";

/// What it knows.
struct Shared {
    url: String,
    key: Mutex<SigningKey>,
    /// ID token and challenge, by code.
    codes: Mutex<HashMap<String, (String, String)>>,
    /// What it says of the subject beyond the ID token.
    more: Mutex<Value>,
    /// Whether it takes secrets as they are sent in the header, without decoding them.
    decodes_nothing: Mutex<bool>,
    /// What its discovery document says in place of the usual.
    says: Mutex<Value>,
}

#[derive(Clone)]
pub(crate) struct IdentityProvider(Arc<Shared>);

impl IdentityProvider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let provider = Self(Arc::new(Shared {
            url,
            key: Mutex::new(SigningKey::p256("one")),
            codes: Mutex::default(),
            more: Mutex::new(Value::Null),
            decodes_nothing: Mutex::default(),
            says: Mutex::new(json!({})),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// Its issuer.
    pub(crate) fn url(&self) -> &str {
        &self.0.url
    }

    /// Signs claims with its key.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.0.key.lock().expect("a lock").sign(claims)
    }

    /// Signs with another key from now on.
    pub(crate) fn rotate(&self) {
        *self.0.key.lock().expect("a lock") = SigningKey::p256("two");
    }

    /// Lets its discovery document have another value.
    pub(crate) fn says(&self, member: &str, value: Value) {
        self.0.says.lock().expect("a lock")[member] = value;
    }

    /// Takes secrets in the header as they are sent from now on.
    pub(crate) fn decodes_nothing(&self) {
        *self.0.decodes_nothing.lock().expect("a lock") = true;
    }

    /// Signs claims without saying by which key.
    pub(crate) fn sign_without_kid(&self, claims: &Value) -> String {
        self.0.key.lock().expect("a lock").sign_without_kid(claims)
    }

    /// What it says of whom the access token is for. A text is sent as it is.
    pub(crate) fn says_more(&self, claims: Value) {
        *self.0.more.lock().expect("a lock") = claims;
    }

    /// A code for an ID token, which only who knows the verifier of this challenge gets.
    pub(crate) fn code(&self, id_token: String, challenge: &str) -> String {
        let mut codes = self.0.codes.lock().expect("a lock");
        let code = format!("code-{}", codes.len());
        codes.insert(code.clone(), (id_token, challenge.to_owned()));
        code
    }
}

async fn discovery(State(provider): State<IdentityProvider>) -> Json<Value> {
    let url = provider.url();
    let mut document = json!({
        "issuer": url, "authorization_endpoint": format!("{url}/auth?tenant=acme"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "userinfo_endpoint": format!("{url}/me"), "backchannel_logout_supported": true,
    });
    for (member, value) in provider.0.says.lock().expect("a lock").as_object().expect("an object") {
        document[member] = value.clone();
    }
    Json(document)
}

async fn keys(State(provider): State<IdentityProvider>) -> Json<Value> {
    Json(json!({ "keys": [provider.0.key.lock().expect("a lock").jwk()] }))
}

async fn token(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let refused = |status, error: &str| (status, Json(json!({ "error": error })));
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let decodes_nothing = *provider.0.decodes_nothing.lock().expect("a lock");
    let encoded = |text: &str| match decodes_nothing {
        true => text.to_owned(),
        false => form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>(),
    };
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)))
    );
    let is_basic = headers.get(header::AUTHORIZATION).is_some_and(|value| *value == basic);
    let is_post = field("client_id") == CLIENT && field("client_secret") == SECRET;
    if field("grant_type") != "authorization_code" || !(is_basic || is_post) {
        return Err(refused(StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    // It works once.
    let known = provider.0.codes.lock().expect("a lock").remove(field("code"));
    let (id_token, challenge) = known.ok_or(refused(StatusCode::BAD_REQUEST, "invalid_grant"))?;
    let hash = digest::digest(&digest::SHA256, field("code_verifier").as_bytes());
    if URL_SAFE_NO_PAD.encode(hash) != challenge || !field("redirect_uri").ends_with("/callback") {
        return Err(refused(StatusCode::BAD_REQUEST, "invalid_grant"));
    }
    Ok(Json(
        json!({ "token_type": "Bearer", "access_token": "access", "id_token": id_token }),
    ))
}

async fn me(State(provider): State<IdentityProvider>, headers: HeaderMap) -> Result<Response, StatusCode> {
    match headers.get(header::AUTHORIZATION) {
        Some(value) if value == "Bearer access" => Ok(match provider.0.more.lock().expect("a lock").clone() {
            Value::String(text) => ([(header::CONTENT_TYPE, "application/jwt")], text).into_response(),
            claims => Json(claims).into_response(),
        }),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

//! Requests to an identity provider: its discovery document, its keys, tokens for a code, and UserInfo.
//!
//! Nothing is cached: each sign-in fetches it again, so that changes at the provider take effect immediately.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keyward_contract::FetchFailureCode as Code;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::{Host, Url, form_urlencoded};

use super::claims;
use crate::{
    jwt::{key_set::KeySet, token::Token},
    net::fetch::{Failure, Fetcher, failure, parse},
    store::people::sso::Provider,
};

/// A provider's discovery document (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Deserialize)]
pub struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default, deserialize_with = "texts")]
    token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether its answers name it (RFC 9207).
    #[serde(default, deserialize_with = "flag")]
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether it supports back-channel logout (OpenID Connect Back-Channel Logout 1.0).
    #[serde(default, deserialize_with = "flag")]
    pub backchannel_logout_supported: bool,
}

/// Malformed optional members must not fail a sign-in: null, or a value of a different type, counts as missing.
fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let value = Value::deserialize(from)?;
    let texts = value.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(texts.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(claims::is_true(Some(&Value::deserialize(from)?)))
}

/// What came for a code.
#[derive(Deserialize)]
pub struct Tokens {
    pub id_token: String,
    access_token: Option<String>,
}

/// A request for a sign-in, apart from who is asked.
pub struct Asking<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a str,
    pub nonce: &'a str,
    pub verifier: &'a str,
    /// Whether the person has to sign in there again.
    pub fresh: bool,
    /// The expected user, if known.
    pub login: Option<&'a str>,
}

/// Whether this can be an issuer. Without TLS its answers can't be trusted, except from this machine.
///
/// # Errors
/// When it can't.
pub fn check_issuer(issuer: &str) -> Result<(), Failure> {
    let url = parse(issuer)?;
    if url.query().is_some() {
        return Err(failure(Code::UrlInvalid, "An issuer can't have a query (?)."));
    }
    if url.scheme() == "https" || is_loopback(&url) {
        return Ok(());
    }
    Err(failure(Code::UrlScheme, "An issuer must begin with https://."))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Fetches the discovery document of an issuer.
///
/// # Errors
/// When it can't be had, or is of another issuer.
pub async fn discover(fetcher: &Fetcher, issuer: &str) -> Result<Discovery, Failure> {
    let location = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let discovery: Discovery = read(&fetcher.fetch(&location, true).await?)?;
    if discovery.issuer != issuer {
        let mut text = format!(
            "The provider calls itself {:?}. Use exactly that as the issuer.",
            discovery.issuer
        );
        if discovery.issuer.starts_with("https://sts.windows.net/") {
            text.push_str(" For Entra ID version 2, use the one that ends in /v2.0 instead.");
        }
        return Err(failure(Code::Json, text));
    }
    let endpoints = [
        Some(&discovery.authorization_endpoint),
        Some(&discovery.token_endpoint),
        Some(&discovery.jwks_uri),
        discovery.userinfo_endpoint.as_ref(),
    ];
    endpoints
        .into_iter()
        .flatten()
        .try_for_each(|endpoint| check_endpoint(endpoint))?;
    Ok(discovery)
}

/// Endpoints need TLS like issuers, but can have a query.
fn check_endpoint(endpoint: &str) -> Result<(), Failure> {
    let mut url = parse(endpoint)?;
    url.set_query(None);
    check_issuer(url.as_str())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let text = format!("The provider's answer doesn't follow OpenID Connect: {error}");
        failure(Code::Json, text)
    })
}

impl Discovery {
    /// Where to send the browser (OpenID Connect Core 1.0, section 3.1.2.1, and RFC 7636).
    pub fn authorization_url(&self, provider: &Provider, asking: &Asking<'_>) -> Result<Url, Failure> {
        let mut url = parse(&self.authorization_endpoint)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asking.verifier));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", asking.redirect_uri)
            .append_pair("scope", scope(provider))
            .append_pair("state", asking.state)
            .append_pair("nonce", asking.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if asking.fresh {
            url.query_pairs_mut().append_pair("max_age", "0");
        }
        if let Some(login) = asking.login {
            url.query_pairs_mut().append_pair("login_hint", login);
        }
        Ok(url)
    }

    /// The keys that the provider signs with.
    pub async fn keys(&self, fetcher: &Fetcher) -> Result<KeySet, Failure> {
        let text = fetcher.fetch(&self.jwks_uri, true).await?;
        KeySet::read(&text)
            .map(|(keys, _)| keys)
            .map_err(|(failure, _)| failure)
    }

    /// Exchanges a code (RFC 6749, section 4.1.3).
    pub async fn tokens(
        &self,
        fetcher: &Fetcher,
        provider: &Provider,
        exchange: (&str, &str, &str),
    ) -> Result<Tokens, NoTokens> {
        let (form, basic) = self.exchange(provider, exchange);
        let basic = basic.as_ref().map(|(name, secret)| (name.as_str(), secret.as_str()));
        let (status, text) = fetcher.post(&self.token_endpoint, form, basic).await?;
        if status.is_success() {
            return Ok(read(&text)?);
        }
        Err(NoTokens::told(status.as_u16(), &text))
    }

    /// The form, and user name and password if the provider wants client authentication by HTTP Basic.
    fn exchange(
        &self,
        provider: &Provider,
        (code, verifier, redirect_uri): (&str, &str, &str),
    ) -> (String, Option<(String, String)>) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", verifier);
        let methods = &self.token_endpoint_auth_methods_supported;
        let offers = |wanted: &str| methods.iter().any(|method| method == wanted);
        let is_basic = methods.is_empty() || offers("client_secret_basic");
        if let (Some(secret), true) = (&provider.client_secret, is_basic) {
            // RFC 6749, section 2.3.1: what is put together with a colon is encoded before. Not all providers decode it, so that
            // what the encoding changes goes into the form where that is welcome, too.
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let (name, password) = (encoded(&provider.client_id), encoded(secret));
            let is_as_it_was = name == provider.client_id && password == **secret;
            if is_as_it_was || !offers("client_secret_post") {
                return (form.finish(), Some((name, password)));
            }
        }
        form.append_pair("client_id", &provider.client_id);
        if let Some(secret) = &provider.client_secret {
            form.append_pair("client_secret", secret);
        }
        (form.finish(), None)
    }

    /// More claims of the subject (OpenID Connect Core 1.0, section 5.3), as JSON or as a JWT that the provider has signed. None
    /// where the provider has none.
    pub async fn more_claims(
        &self,
        fetcher: &Fetcher,
        (provider, keys): (&Provider, &KeySet),
        tokens: &Tokens,
        subject: &str,
    ) -> Result<Map<String, Value>, Failure> {
        let (Some(endpoint), Some(token)) = (&self.userinfo_endpoint, &tokens.access_token) else {
            return Ok(Map::new());
        };
        let text = fetcher.fetch_with(endpoint, token).await?;
        let claims = if text.trim_start().starts_with('{') {
            read(&text)?
        } else {
            signed(text.trim(), provider, keys).map_err(|text| failure(Code::Json, text))?
        };
        if claims.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(failure(Code::Json, "The provider sent the claims of someone else."));
        }
        Ok(claims)
    }
}

/// The claims of UserInfo that is signed (OpenID Connect Core 1.0, section 5.3.2).
fn signed(text: &str, provider: &Provider, keys: &KeySet) -> Result<Map<String, Value>, &'static str> {
    if text.split('.').count() == 5 {
        return Err("The provider encrypts UserInfo. Configure it to send JSON, or a JWT that is only signed.");
    }
    let token = Token::read(text).ok_or("The provider's UserInfo is neither JSON nor a JWT.")?;
    if !token.is_signed_by(keys) {
        return Err("The provider's UserInfo is a JWT that isn't signed by any of its keys.");
    }
    let is_other = |claim, is_own: bool| token.claims.contains_key(claim) && !is_own;
    if is_other("iss", token.text("iss") == Some(&provider.issuer))
        || is_other("aud", token.names("aud", &provider.client_id))
    {
        return Err("The provider's UserInfo is a JWT of a different issuer, or for a different client.");
    }
    Ok(token.claims)
}

/// Why there are no tokens for a code.
pub struct NoTokens {
    pub failure: Failure,
    /// Whether the provider rejects the gateway as a client, and not only this sign-in.
    pub is_client_refused: bool,
}

impl From<Failure> for NoTokens {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            is_client_refused: false,
        }
    }
}

impl NoTokens {
    /// The provider's error (RFC 6749, section 5.2). Only known words are used from it.
    fn told(status: u16, text: &str) -> Self {
        let answer: Value = serde_json::from_str(text).unwrap_or_default();
        let (is_client_refused, text) = match answer.get("error").and_then(Value::as_str) {
            Some("invalid_client" | "unauthorized_client") => (
                true,
                "invalid_client: the client's secret, or its method (client_secret_basic or client_secret_post), was rejected.",
            ),
            None if status == 401 => (true, "The client's secret, or its method, was rejected (status 401)."),
            Some("invalid_grant") => (
                false,
                "invalid_grant: the code was rejected. It may have been used before, or belong to a different redirect URI.",
            ),
            Some("invalid_request") => (
                false,
                "invalid_request: the provider expects a different token request.",
            ),
            Some("invalid_scope") => (
                false,
                "invalid_scope: the provider doesn't know a requested scope (--scope).",
            ),
            _ => {
                let text = format!("The server answers the token request with status {status}.");
                return failure(Code::Status, text).into();
            }
        };
        Self {
            failure: failure(Code::Status, text),
            is_client_refused,
        }
    }
}

/// The scopes to request for the needed claims.
fn scope(provider: &Provider) -> &str {
    match provider.claim.as_str() {
        _ if !provider.scope.is_empty() => &provider.scope,
        "email" if provider.roles_claim.is_empty() => "openid email",
        "sub" if provider.roles_claim.is_empty() => "openid",
        _ => "openid email profile",
    }
}

//! An authorization server under the control of the test: it serves whatever JWKS it is told to, and signs whatever claims.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::any,
};
use axum_server::tls_rustls::RustlsConfig;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
        RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};

/// What it answers.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// This document.
    Says(Value),
    /// This text.
    Text(String),
    /// This status.
    Status(u16),
    /// These bytes, with this status and header.
    Raw(u16, (&'static str, String), Vec<u8>),
    /// This, to who accepts such a type, and 406 to others.
    For(&'static str, Box<Behaviour>),
    /// A place to go to.
    Redirect(String),
    /// So many bytes.
    Large(usize),
    /// No answer, for longer than any timeout.
    Silent,
    /// This, after half a second.
    Late(Box<Behaviour>),
    /// The beginning of an answer, and then nothing.
    Slow,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    asked: AtomicUsize,
}

pub(crate) struct Provider {
    /// Without a slash at its end.
    pub(crate) url: String,
    shared: Arc<Shared>,
    serving: tokio::task::AbortHandle,
}

impl Provider {
    /// With a self-signed certificate.
    pub(crate) async fn start_with_tls(behaviour: Behaviour) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let new = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (certificate, key) = (new.cert.der().to_vec(), new.signing_key.serialize_der());
        let config = RustlsConfig::from_der(vec![certificate], key).await.expect("TLS");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let url = format!(
            "https://localhost:{}",
            listener.local_addr().expect("an address").port()
        );
        let (shared, router) = prepared(behaviour);
        let server = axum_server::from_tcp_rustls(listener, config).expect("a server");
        let serving = tokio::spawn(async move { server.serve(router.into_make_service()).await }).abort_handle();
        Self { url, shared, serving }
    }

    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let (shared, router) = prepared(behaviour);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Self { url, shared, serving }
    }

    /// From now on, connections fail.
    pub(crate) fn stop(&self) {
        self.serving.abort();
    }

    pub(crate) fn now(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().expect("a lock") = behaviour;
    }

    /// How often it was asked for something.
    pub(crate) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn jwks_uri(&self) -> String {
        format!("{}/keys", self.url)
    }
}

fn prepared(behaviour: Behaviour) -> (Arc<Shared>, Router) {
    let shared = Arc::new(Shared {
        behaviour: Mutex::new(behaviour),
        asked: AtomicUsize::new(0),
    });
    let router = Router::new().fallback(any(answer)).with_state(Arc::clone(&shared));
    (shared, router)
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    shared.asked.fetch_add(1, Ordering::SeqCst);
    let mut behaviour = shared.behaviour.lock().expect("a lock").clone();
    while let Behaviour::Late(what) = behaviour {
        tokio::time::sleep(Duration::from_millis(500)).await;
        behaviour = *what;
    }
    if let Behaviour::For(wanted, what) = behaviour {
        let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
        let is_accepted = accepted.is_some_and(|accepted| accepted.contains(wanted));
        behaviour = if is_accepted { *what } else { Behaviour::Status(406) };
    }
    match behaviour {
        Behaviour::For(..) => unreachable!("it is looked at above"),
        Behaviour::Raw(status, (name, value), body) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [(name, value)], body).into_response()
        }
        Behaviour::Late(_) => unreachable!("it is waited for above"),
        Behaviour::Says(document) => axum::Json(document).into_response(),
        Behaviour::Text(text) => text.into_response(),
        Behaviour::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Behaviour::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Behaviour::Large(bytes) => vec![b' '; bytes].into_response(),
        Behaviour::Silent => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
        Behaviour::Slow => {
            let parts = futures_util::stream::unfold(0, |part| async move {
                if part > 0 {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
                Some((Ok::<_, std::io::Error>("{"), part + 1))
            });
            Body::from_stream(parts).into_response()
        }
    }
}

/// A key of the provider.
pub(crate) struct SigningKey {
    kid: String,
    /// Of the tokens that it signs.
    alg: &'static str,
    pair: Pair,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl SigningKey {
    /// For an algorithm (RFC 7518, section 3.1; RFC 8037).
    pub(crate) fn new(alg: &'static str, kid: &str) -> Self {
        let pair = match alg {
            "ES256" => Pair::Ec(curve(&ECDSA_P256_SHA256_FIXED_SIGNING)),
            "ES384" => Pair::Ec(curve(&ECDSA_P384_SHA384_FIXED_SIGNING)),
            "EdDSA" => {
                let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
                Pair::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key"))
            }
            // The tests can't generate RSA keys. This one is only for this test.
            _ => Pair::Rsa(RsaKeyPair::from_pkcs8(include_bytes!("rsa_2048.pk8")).expect("a key")),
        };
        let kid = kid.to_owned();
        Self { kid, alg, pair }
    }

    pub(crate) fn p256(kid: &str) -> Self {
        Self::new("ES256", kid)
    }

    pub(crate) fn ed25519(kid: &str) -> Self {
        Self::new("EdDSA", kid)
    }

    /// As it is in a JWKS.
    pub(crate) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": curve, "x": text(x), "y": text(y), "kid": self.kid })
            }
            Pair::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()), "kid": self.kid,
                        "alg": "EdDSA", "use": "sig" })
            }
            Pair::Rsa(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "n": text(&public.n), "e": text(&public.e), "kid": self.kid })
            }
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({ "typ": "at+jwt", "alg": self.alg, "kid": self.kid }), claims)
    }

    /// For whom there is only one key.
    pub(crate) fn sign_without_kid(&self, claims: &Value) -> String {
        self.sign_with(&json!({ "alg": self.alg }), claims)
    }

    /// With any header.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = match &self.pair {
            Pair::Ec(pair) => {
                let signature = pair
                    .sign(&SystemRandom::new(), message.as_bytes())
                    .expect("a signature");
                signature.as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(
                    encoding(self.alg),
                    &SystemRandom::new(),
                    message.as_bytes(),
                    &mut signature,
                )
                .expect("a signature");
                signature
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// With the public key as an HMAC secret (algorithm confusion).
    pub(crate) fn sign_with_public_key(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "kid": self.kid });
        let message = message(&header, claims);
        let public = self.jwk()["x"].as_str().expect("a key").to_owned();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(public).expect("bytes"));
        let tag = hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}

fn curve(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("a key")
}

fn encoding(alg: &str) -> &'static dyn RsaEncoding {
    match alg {
        "RS256" => &RSA_PKCS1_SHA256,
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        "PS256" => &RSA_PSS_SHA256,
        "PS384" => &RSA_PSS_SHA384,
        "PS512" => &RSA_PSS_SHA512,
        other => unreachable!("{other}"),
    }
}

/// Header and claims of a token that is not signed.
pub(crate) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

pub(crate) fn jwks(keys: &[&SigningKey]) -> Behaviour {
    Behaviour::Says(json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() }))
}

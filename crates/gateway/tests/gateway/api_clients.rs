//! The requests that SDKs of the vendor send, where they differ from what the documentation shows.

use axum::http::{Method, header};
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    cloud_api::acme,
    edge_support::{portal_stack, send},
    support::{ADMIN, Acme, Answer, PASSWORD, get, obfuscated, post, request, usable},
};

const PATH: &str = "/api/v1/authenticatedSession";

fn said(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

/// The Python SDK reads its session before each call, and takes any 200 for an active one.
#[tokio::test]
async fn a_client_learns_that_its_session_has_ended() {
    let acme = acme().await;
    let read = async |cookie: &str| acme.send(get(PATH).cookie(cookie).empty()).await;
    let ended = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    assert_eq!(read(&ended).await.status, StatusCode::OK);
    assert_eq!(acme.regenerate().await.status, StatusCode::OK);
    for cookie in [&*ended, "JSESSIONID=None", "JSESSIONID="] {
        let answer = read(cookie).await;
        assert_eq!(said(&answer), (401, "SESSION_NOT_VALID".into()), "{cookie}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    }
    let without = acme.send(get(PATH).cookie("other=1").empty()).await;
    assert_eq!(without.status, StatusCode::OK);
    assert!(without.json().get("authType").is_none(), "{}", without.text);
    // The Go SDK sends both.
    let new = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    assert_eq!(read(&format!("{ended}; {new}")).await.json()["authType"], "ADMIN_LOGIN");
}

#[tokio::test]
async fn signing_out_succeeds_with_and_without_a_session() {
    let acme = acme().await;
    let active = json!({ "status": "ACTIVE" });
    for path in [PATH, "/authenticatedSession"] {
        let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
        for _ in 0..2 {
            let answer = acme.send(request(Method::DELETE, path).cookie(&session).empty()).await;
            assert_eq!(
                (answer.status, answer.json()),
                (StatusCode::OK, active.clone()),
                "{path}"
            );
            assert!(!acme.api_session_lives(&session).await, "{path}");
        }
        let answer = acme.send(request(Method::DELETE, path).empty()).await;
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, active.clone()),
            "{path}"
        );
    }
    let rows = acme.audit_log().await;
    let ends = rows.iter().filter(|row| row.starts_with("Sign Out, ")).count();
    assert_eq!(ends, 2, "only what ended: {rows:?}");
}

/// Languages without integers write them as floats.
#[tokio::test]
async fn timestamps_can_be_floats() {
    let acme = acme().await;
    let key = acme.key().await;
    let of = usable(acme.clock.now().timestamp_millis());
    let float = of as f64;
    for timestamp in [
        json!(float),
        json!(float + 0.75),
        json!(format!("{of}.0")),
        json!(format!("{of}.123456")),
        json!(format!("{float:e}")),
    ] {
        let body = json!({ "apiKey": obfuscated(&key, of), "username": ADMIN, "password": PASSWORD,
                           "timestamp": timestamp });
        let answer = acme.send(post(PATH).json(&body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{timestamp}: {}", answer.text);
    }
    for (timestamp, code) in [
        ("inf", "INVALID_INPUT_ARGUMENT"),
        ("nan", "INVALID_INPUT_ARGUMENT"),
        ("1e", "INVALID_INPUT_ARGUMENT"),
        ("1.7e9", "TIMESTAMP_OUT_OF_RANGE"),
        ("1.7e400", "TIMESTAMP_OUT_OF_RANGE"),
    ] {
        let body = json!({ "apiKey": obfuscated(&key, of), "username": ADMIN, "password": PASSWORD,
                           "timestamp": timestamp });
        let answer = acme.send(post(PATH).json(&body)).await;
        assert_eq!(said(&answer), (400, code.into()), "{timestamp}");
    }
}

/// Sixty calls of two scripts, each with its question before: as fast as the SDK asks, and within the documented limits on reads.
#[tokio::test]
async fn reading_the_session_before_each_call_is_not_limited() {
    let acme = Acme::new().await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    for call in 0..60 {
        acme.clock.advance(TimeDelta::milliseconds(500));
        for _ in 0..2 {
            assert!(acme.api_session_lives(&session).await, "call {call}");
        }
        let answer = acme.send(get("/api/v1/locations").cookie(&session).empty()).await;
        assert_eq!(said(&answer), (404, "RESOURCE_NOT_FOUND".into()), "call {call}");
    }
}

const JSON: (&str, &str) = ("accept", "application/json");

/// With `ZIA_OVERRIDE_URL` as people set it.
#[tokio::test]
async fn a_misplaced_api_path_is_explained() {
    let acme = Acme::with(|config| {
        config.public_api_url = "https://keys.example/keyward".parse().expect("an address");
    })
    .await;
    for (path, words) in [
        (
            "/api/v1/api/v1/authenticatedSession",
            "/api/v1 is already part of the address that you set. Set ZIA_OVERRIDE_URL, or what your client calls it, to \
             https://keys.example/keyward:",
        ),
        ("//api/v1/authenticatedSession", "a slash too many"),
        ("/keyward//api/v1/authenticatedSession", "a slash too many"),
        (
            "/authenticatedSession",
            "The base URL is https://keys.example/keyward/api/v1.",
        ),
        ("/orgs/2/api/v1/api/v1/users", "to https://keys.example/keyward/orgs/2:"),
        ("/zia/api/v1/users", "https://keys.example/keyward/api/v1"),
        ("/orgs/acme/api/v1/users", "https://keys.example/keyward/api/v1"),
    ] {
        for method in [Method::POST, Method::GET] {
            let asked = request(method.clone(), path)
                .header(JSON.0, JSON.1)
                .header("host", "localhost");
            let answer = acme.send(asked.empty()).await;
            assert_eq!(
                said(&answer),
                (404, "RESOURCE_NOT_FOUND".into()),
                "{method} {path}: {}",
                answer.text
            );
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
            let message = answer.json()["message"].as_str().expect("a message").to_owned();
            assert!(message.contains(words), "{path}: {message}");
        }
    }
}

/// A program that gets a page with 200 takes it for data.
#[tokio::test]
async fn only_a_browser_that_opens_a_page_gets_one() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "<p>page").expect("a file");
    let dist = folder.path().to_owned();
    let router = portal_stack(|config| config.portal = Some(dist));
    let ask = async |method: Method, headers: &[(&str, &str)]| {
        let asked = headers
            .iter()
            .fold(request(method, "/o/1/users"), |asked, (name, value)| {
                asked.header(name, value)
            });
        send(&router, asked.empty()).await
    };
    let browser = (
        "accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    );
    for headers in [
        &[("sec-fetch-mode", "navigate")][..],
        &[browser],
        &[("sec-fetch-mode", "cors"), browser],
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = ask(method, headers).await;
            assert_eq!(answer.status, StatusCode::OK, "{headers:?}");
            assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        }
    }
    for headers in [
        &[][..],
        &[JSON],
        &[("accept", "*/*")],
        &[("sec-fetch-mode", "cors"), ("accept", "*/*")],
        // `HttpURLConnection` of Java 17, and of earlier ones.
        &[("accept", "text/html, image/gif, image/jpeg, */*; q=0.2")],
        &[("accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")],
    ] {
        assert_eq!(
            ask(Method::HEAD, headers).await.status,
            StatusCode::NOT_FOUND,
            "{headers:?}"
        );
        let answer = ask(Method::GET, headers).await;
        assert_eq!(said(&answer), (404, "not-found".into()), "{headers:?}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    let index = send(&router, get("/").header("accept", "*/*").empty()).await;
    assert_eq!(index.text, "<p>page", "a file is one for everybody");
}

//! `/api/portal/orgs/{org}/api-key`: input validation

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::support::{Acme, post};

/// An error never repeats what was typed.
#[tokio::test]
async fn an_invalid_key_is_rejected_and_not_repeated() {
    let acme = Acme::new().await;
    let typed = [
        "",
        "AbC123xYz78",
        "AbC123xYz7890",
        "AbC123 Yz789",
        " AbC123xYz789",
        "AbC123xYz78ü",
        "AbC１23xYz789",
        "AbC123xYz78\u{7}",
    ];
    for text in typed {
        let change = acme.change(Method::PUT, "").header("if-match", "\"1\"");
        let answer = acme.send(change.json(&json!({ "key": text }))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (422, "invalid-api-key".into()),
            "{text:?}"
        );
        assert!(
            answer.json()["fields"]["key"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        assert!(
            answer.json()["fieldErrors"]["key"]["code"].is_string(),
            "{}",
            answer.text
        );
        assert!(text.is_empty() || !answer.text.contains(text), "{text:?} is repeated");
    }
    assert_eq!(acme.etag().await, "\"1\"");
}

#[tokio::test]
async fn an_invalid_body_gets_a_precise_error() {
    let acme = Acme::new().await;
    let put = |content_type: &str, body: String| {
        acme.send(
            acme.change(Method::PUT, "")
                .header("if-match", "\"1\"")
                .text(content_type, body),
        )
    };
    for (content_type, body, status, code) in [
        ("text/plain", r#"{"key":"AbC123xYz789"}"#, 415, "unsupported-media-type"),
        ("application/json", "", 400, "malformed-body"),
        ("application/json", "{", 400, "malformed-body"),
        ("application/json", "key=AbC123xYz789", 400, "malformed-body"),
        ("application/json", "[]", 422, "invalid-input"),
        ("application/json", "{}", 422, "invalid-input"),
        ("application/json", r#"{"key":12}"#, 422, "invalid-input"),
        ("application/json", r#"{"key":null}"#, 422, "invalid-input"),
        (
            "application/json",
            r#"{"key":"AbC123xYz789","version":1}"#,
            422,
            "invalid-input",
        ),
        (
            "application/json",
            r#"{"key":"AbC123xYz789","key":"AbC123xYz788"}"#,
            422,
            "invalid-input",
        ),
    ] {
        let answer = put(content_type, body.into()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code.into()), "{body}");
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            "application/problem+json",
            "{body}"
        );
        assert!(!answer.text.contains("AbC123xYz78"), "{}", answer.text);
    }
    let answer = put(
        "application/json; charset=utf-8",
        format!(r#"{{"key":"{}"}}"#, "x".repeat(65 * 1024)),
    )
    .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (413, "body-too-large".into()));
    let answer = acme
        .send(
            acme.change(Method::POST, "/regenerate")
                .header("if-match", "\"1\"")
                .json(&json!({ "a": 1 })),
        )
        .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed-body".into()));
    assert_eq!(acme.etag().await, "\"1\"");
}

#[tokio::test]
async fn a_body_in_a_wrong_encoding_is_rejected_precisely() {
    let acme = Acme::new().await;
    let put = async |content_type: &str, body: Vec<u8>| {
        let change = acme.change(Method::PUT, "").header("if-match", "\"1\"");
        let answer = acme.send(change.text(content_type, body)).await;
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        (answer.status.as_u16(), detail)
    };
    let latin_1 = b"{\"key\":\"Gr\xfc\xdfe1234567\"}".to_vec();
    let (status, detail) = put("application/json", latin_1.clone()).await;
    assert_eq!((status, detail.as_str()), (400, "The body is not UTF-8 (byte 11)."));
    let wide: Vec<u8> = "{\"key\":\"AbC123xYz789\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for body in [wide.clone(), [b"\xff\xfe".to_vec(), wide].concat()] {
        let (status, detail) = put("application/json", body).await;
        assert!(status == 400 && detail.contains("UTF-16"), "{status} {detail}");
    }
    for charset in ["iso-8859-1", "\"windows-1252\"", "UTF-16"] {
        let (status, detail) = put(&format!("application/json; charset={charset}"), latin_1.clone()).await;
        assert!(status == 415 && detail.contains("UTF-8"), "{status} {detail}");
    }
    let marked = b"\xef\xbb\xbf{\"key\":\"AbC123xYz789\"}".to_vec();
    assert_eq!(put("application/json; charset=UTF-8", marked).await.0, 200);
    let change = acme.change(Method::DELETE, "").header("if-match", "\"2\"");
    let answer = acme.send(change.text("application/json", "\u{feff}{}")).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
}

#[tokio::test]
async fn cross_site_changes_are_rejected() {
    let acme = Acme::new().await;
    let path = acme.path("/regenerate");
    let change = || post(&path).cookie(&acme.cookie).header("if-match", "\"1\"");
    for request in [
        change().empty(),
        change().header("x-keyward", "0").empty(),
        change()
            .header("x-keyward", "1")
            .header("sec-fetch-site", "cross-site")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("sec-fetch-site", "same-site")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("origin", "https://evil.example")
            .header("host", "127.0.0.1:8080")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("origin", "null")
            .header("host", "127.0.0.1:8080")
            .empty(),
    ] {
        let answer = acme.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (403, "cross-site-request".into())
        );
    }
    assert_eq!(acme.etag().await, "\"1\"");
    for request in [
        change()
            .header("x-keyward", "1")
            .header("sec-fetch-site", "same-origin")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("if-match", "\"2\"")
            .header("origin", "http://127.0.0.1:8080")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("if-match", "\"3\"")
            .header("origin", "http://localhost:1")
            .header("host", "LocalHost:1")
            .empty(),
    ] {
        assert_eq!(acme.send(request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_wrong_origin_is_reported_with_the_setting() {
    let acme = Acme::new().await;
    let change = |origin: &str, uri: &str| {
        let request = post(uri).cookie(&acme.cookie).header("x-keyward", "1");
        request.header("if-match", "*").header("origin", origin).empty()
    };
    let path = acme.path("/regenerate");
    let answer = acme
        .send(change("https://nas.lan:8081", &format!("https://127.0.0.1:8080{path}")))
        .await;
    assert_eq!(answer.code(), "cross-site-request");
    let detail = answer.json()["detail"].as_str().expect("a detail").to_owned();
    for part in ["https://nas.lan:8081", "http://127.0.0.1:8080", "public-url"] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    // HTTP/2 names the host in the request's target, and has no header for it.
    let answer = acme
        .send(change(
            "https://localhost:8443",
            &format!("https://LOCALHOST:8443{path}"),
        ))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = acme
        .send(change("https://localhost", &format!("https://localhost:443{path}")))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

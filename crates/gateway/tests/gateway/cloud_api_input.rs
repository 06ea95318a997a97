//! `/api/v1`: input validation and rate limits

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    cloud_api::acme,
    support::{ADMIN, Acme, PASSWORD, get, obfuscated, post, request},
};

const PATH: &str = "/api/v1/authenticatedSession";

#[tokio::test]
async fn timestamps_are_numbers_near_the_servers_time() {
    let acme = acme().await;
    let key = acme.key().await;
    acme.clock.advance(TimeDelta::milliseconds(175_390));
    let now = acme.clock.now().timestamp_millis();
    let hour = 3_600_000;
    let sign_in = |timestamp: Value, of: i64| {
        let body =
            json!({ "apiKey": obfuscated(&key, of), "username": ADMIN, "password": PASSWORD, "timestamp": timestamp });
        acme.send(post(PATH).json(&body))
    };
    for of in [now, now - 2 * hour, now + 2 * hour] {
        assert_eq!(sign_in(json!(of), of).await.status, StatusCode::OK, "as a number");
        assert_eq!(
            sign_in(json!(of.to_string()), of).await.status,
            StatusCode::OK,
            "as text"
        );
    }
    let week_ago = now - 7 * 24 * hour;
    for (timestamp, code) in [
        (json!(now - 2 * hour - 1), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(now + 2 * hour + 1), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(week_ago), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(week_ago.to_string()), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(now / 1000), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(-1), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(i64::MIN), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(u64::MAX), "TIMESTAMP_OUT_OF_RANGE"),
        (json!(1e300), "TIMESTAMP_OUT_OF_RANGE"),
        (json!("9".repeat(400)), "TIMESTAMP_OUT_OF_RANGE"),
        (json!("last week"), "INVALID_INPUT_ARGUMENT"),
        (json!(""), "INVALID_INPUT_ARGUMENT"),
        (json!("-"), "INVALID_INPUT_ARGUMENT"),
        (json!(null), "INVALID_INPUT_ARGUMENT"),
        (json!([now]), "INVALID_INPUT_ARGUMENT"),
    ] {
        let answer = sign_in(timestamp.clone(), now).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, code.into()),
            "{timestamp}"
        );
    }
}

#[tokio::test]
async fn a_body_in_a_wrong_encoding_is_rejected_precisely() {
    let acme = acme().await;
    let sign_in = async |content_type: &str, body: Vec<u8>| {
        let answer = acme.send(post(PATH).text(content_type, body)).await;
        let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        (answer.status.as_u16(), answer.code(), message)
    };
    let latin_1 = b"{\"password\":\"Gr\xfc\xdfe1234\"}".to_vec();
    assert_eq!(
        sign_in("application/json", latin_1.clone()).await,
        (
            400,
            "INVALID_INPUT_ARGUMENT".into(),
            "The body is not UTF-8 (byte 16).".into()
        )
    );
    let (status, code, message) = sign_in("application/json; charset=ISO-8859-1", latin_1).await;
    assert_eq!((status, code.as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
    assert!(message.contains("UTF-8"), "{message}");
    let wide: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (status, _, message) = sign_in("application/json", wide).await;
    assert!(status == 400 && message.contains("UTF-16"), "{message}");
    let (timestamp, key) = (acme.clock.now().timestamp_millis() + 175_390, acme.key().await);
    let body = json!({ "apiKey": obfuscated(&key, timestamp), "username": ADMIN, "password": PASSWORD,
                       "timestamp": timestamp });
    let (status, ..) = sign_in("application/json;charset=utf-8", format!("\u{feff}{body}").into_bytes()).await;
    assert_eq!(status, 200);
    assert!(
        !acme.audit_log().await.iter().any(|row| row.contains("Failure")),
        "none of them counts as a failure"
    );
}

/// Each shows fewer than four places of the key. The first ones opened a session in 46 guesses, and gave away the whole key in 360.
#[tokio::test]
async fn timestamps_that_show_too_little_are_rejected() {
    let acme = acme().await;
    let key = acme.key().await;
    let now = acme.clock.now().timestamp_millis();
    for ending in [444_444, 444_443, 222_222, 0, 1, 200_000, 999_999] {
        let of = now - 1_000_000 + ending;
        for (sent, username, password) in [
            (obfuscated(&key, of), ADMIN, PASSWORD),
            (obfuscated(&key, of), "nobody", PASSWORD),
            ("AAAAAAAAAAAA".to_owned(), ADMIN, "wrong password"),
        ] {
            let body = json!({ "apiKey": sent, "username": username, "password": password, "timestamp": of });
            let answer = acme.send(post(PATH).json(&body)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (400, "TIMESTAMP_UNUSABLE".into()),
                "{ending}"
            );
            assert!(
                answer.json()["message"]
                    .as_str()
                    .is_some_and(|text| text.contains("current time"))
            );
        }
    }
    let log = acme.audit_log().await;
    assert!(
        log.contains(&format!("Sign In, {ADMIN}, API, Failure, timestamp-unusable")),
        "{log:?}"
    );
    assert_eq!(
        acme.api_sign_in(&key, ADMIN, PASSWORD).await.status,
        StatusCode::OK,
        "none of them counted as a failure"
    );
}

#[tokio::test]
async fn the_timestamp_window_can_be_narrowed() {
    let acme = Acme::with(|config| {
        config.rate_limit_session = "off".parse().expect("a limit");
        config.timestamp_window = std::time::Duration::from_secs(60);
    })
    .await;
    let key = acme.key().await;
    acme.clock.advance(TimeDelta::milliseconds(175_390));
    let now = acme.clock.now().timestamp_millis();
    for (of, status, code) in [
        (now - 60_000, 200, ""),
        (now - 60_001, 400, "TIMESTAMP_OUT_OF_RANGE"),
        (now + 60_001, 400, "TIMESTAMP_OUT_OF_RANGE"),
    ] {
        let body = json!({ "apiKey": obfuscated(&key, of), "username": ADMIN, "password": PASSWORD, "timestamp": of });
        let answer = acme.send(post(PATH).json(&body)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code.into()), "{of}");
    }
}

#[tokio::test]
async fn invalid_sign_in_bodies_are_rejected() {
    let acme = acme().await;
    for (content_type, body, status, code) in [
        ("text/plain", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/json", "", 400, "INVALID_INPUT_ARGUMENT"),
        ("application/json", "apiKey=1", 400, "INVALID_INPUT_ARGUMENT"),
        ("application/json", "{}", 400, "INVALID_INPUT_ARGUMENT"),
        (
            "application/json",
            r#"{"apiKey":1,"username":"a","password":"s3cret-pa55","timestamp":1}"#,
            400,
            "INVALID_INPUT_ARGUMENT",
        ),
        (
            "application/json",
            r#"{"apiKey":"","username":"a","password":["s3cret-pa55"],"timestamp":1}"#,
            400,
            "INVALID_INPUT_ARGUMENT",
        ),
        (
            "application/json",
            r#"{"apiKey":"","username":"a","password":"","timestamp":1,"more":1}"#,
            400,
            "INVALID_INPUT_ARGUMENT",
        ),
    ] {
        let answer = acme.send(post(PATH).text(content_type, body)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code.into()), "{body}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
        assert!(!answer.text.contains("s3cret-pa55"), "{}", answer.text);
    }
    let answer = acme
        .send(post(PATH).text("application/json", "x".repeat(65 * 1024)))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (413, "REQUEST_TOO_LARGE".into())
    );
}

#[tokio::test]
async fn rate_limits_say_when_to_try_again() {
    let acme = Acme::with(|config| config.rate_limit_session_read = "2/s".parse().expect("a limit")).await;
    let key = acme.key().await;
    let session = acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie();
    let read = || acme.send(get(PATH).cookie(&session).empty());
    for _ in 0..2 {
        assert_eq!(read().await.status, StatusCode::OK);
    }
    let refused = read().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header(header::RETRY_AFTER), "1");
    assert_eq!(
        refused.json(),
        json!({ "message": "Rate Limit (2/SECOND) exceeded", "Retry-After": "1 seconds" })
    );
    assert_eq!(
        acme.api_sign_in(&key, ADMIN, PASSWORD).await.status,
        StatusCode::OK,
        "each method has its own"
    );
    acme.clock.advance(TimeDelta::seconds(1));
    assert_eq!(read().await.status, StatusCode::OK);
}

#[tokio::test]
async fn reads_and_writes_have_separate_limits() {
    let acme = Acme::new().await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    let ask = |method: Method| acme.send(request(method, "/api/v1/anything").cookie(&session).empty());
    assert_eq!(ask(Method::POST).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        ask(Method::PUT).await.json(),
        json!({ "message": "Rate Limit (1/SECOND) exceeded", "Retry-After": "1 seconds" })
    );
    for _ in 0..2 {
        assert_eq!(ask(Method::GET).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(ask(Method::GET).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_hour_has_a_limit_too() {
    let acme = Acme::with(|config| config.rate_limit_session_read = "1000/s,3/h".parse().expect("a limit")).await;
    for _ in 0..3 {
        assert_eq!(acme.send(get(PATH).empty()).await.status, StatusCode::OK);
    }
    let refused = acme.send(get(PATH).empty()).await;
    assert_eq!(
        refused.json(),
        json!({ "message": "Rate Limit (3/HOUR) exceeded", "Retry-After": "1200 seconds" })
    );
    assert_eq!(refused.header(header::RETRY_AFTER), "1200");
}

/// Nor to a client that signs in again for each 401.
#[tokio::test]
async fn unknown_paths_are_the_same_without_a_session() {
    let acme = acme().await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    for path in [
        "/api/v1/apiKeys/1",
        "/api/v1/whatever/else",
        "/ztw/api/v1/nothing",
        "/ztw/nothing",
    ] {
        let without = acme.send(get(path).empty()).await;
        assert_eq!(
            (without.status.as_u16(), without.code()),
            (404, "RESOURCE_NOT_FOUND".into())
        );
        let with = acme.send(get(path).cookie(&session).empty()).await;
        assert_eq!((with.status, with.text), (without.status, without.text), "{path}");
        let forged = acme
            .send(get(path).header("authorization", "Bearer a.b.c").empty())
            .await;
        assert_eq!(forged.code(), "ACCESS_TOKEN_NOT_VALID", "{path}");
    }
}

#[tokio::test]
async fn unknown_paths_are_rate_limited() {
    let acme = Acme::new().await;
    for _ in 0..2 {
        assert_eq!(
            acme.send(get("/api/v1/nothing").empty()).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let refused = acme.send(get("/ztw/api/v1/nothing").empty()).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
}

//! Cookies beside ours: what else is on the host does not end a session.

use axum::http::{HeaderValue, StatusCode, header};

use serde_json::json;

use crate::support::{ADMIN, Acme, Builder, PASSWORD, get, obfuscated, post};

async fn status(acme: &Acme, request: Builder, cookies: &[&[u8]]) -> StatusCode {
    let mut request = request.empty();
    for line in cookies {
        let line = HeaderValue::from_bytes(line).expect("a header");
        request.headers_mut().append(header::COOKIE, line);
    }
    acme.send(request).await.status
}

/// Cookies of others neither hide ours nor end a session.
#[tokio::test]
async fn foreign_bytes_in_a_cookie_line_cost_nothing() {
    let acme = Acme::new().await;
    let api = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    for foreign in [
        &b"theme=bl\xc3\xa5"[..],
        b"theme=bl\xe5",
        "mood=\u{1f600}".as_bytes(),
        b"=",
        b"a",
        b";;",
        b"\xff=\xff",
    ] {
        let portal = || get("/api/portal/session");
        let (after, before) = (
            [foreign, b"; ", acme.cookie.as_bytes()].concat(),
            [acme.cookie.as_bytes(), b"; ", foreign].concat(),
        );
        for line in [after, before] {
            assert_eq!(status(&acme, portal(), &[&line]).await, StatusCode::OK, "{line:?}");
        }
        let line = [foreign, b"; ", api.as_bytes()].concat();
        assert_eq!(status(&acme, get("/verify"), &[&line]).await, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn of_several_session_cookies_the_active_one_counts() {
    let acme = Acme::new().await;
    let api = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    for (live, path, right) in [
        (&acme.cookie, "/api/portal/session", StatusCode::OK),
        (&api, "/verify", StatusCode::NO_CONTENT),
    ] {
        let name = live.split_once('=').expect("a value").0;
        let dead = format!("{name}=node01.app1; {name}=\"x\"; {name}={}", "0".repeat(64));
        for lines in [
            vec![format!("{dead}; {live}")],
            vec![format!("{live}; {dead}")],
            vec![dead.clone(), live.clone()],
            vec![live.clone(), dead.clone()],
        ] {
            let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
            assert_eq!(status(&acme, get(path), &lines).await, right, "{path}");
        }
        let many = format!("{name}=x; ").repeat(10) + live;
        let answer = status(&acme, get(path), &[many.as_bytes()]).await;
        assert_eq!(answer, StatusCode::UNAUTHORIZED, "ten are tried");
    }
}

#[tokio::test]
async fn an_expired_cookie_does_not_block_signing_in() {
    let acme = Acme::unlimited().await;
    let key = acme.key().await;
    let dead = acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie();
    assert_eq!(acme.regenerate().await.status, StatusCode::OK);
    assert_eq!(
        status(&acme, get("/verify"), &[dead.as_bytes()]).await,
        StatusCode::UNAUTHORIZED
    );
    let timestamp = acme.clock.now().timestamp_millis() + 175_390;
    let body = json!({ "apiKey": obfuscated(&acme.key().await, timestamp), "username": ADMIN, "password": PASSWORD,
                       "timestamp": timestamp });
    let answer = acme
        .send(post("/api/v1/authenticatedSession").cookie(&dead).json(&body))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let live = answer.cookie();
    assert!(live.starts_with("JSESSIONID=") && live != dead, "{live}");
    for (cookie, path, right) in [
        (&live, "/verify", 204),
        (&live, "/api/v1/status", 200),
        (&dead, "/api/v1/status", 401),
    ] {
        assert_eq!(status(&acme, get(path), &[cookie.as_bytes()]).await, right, "{path}");
    }
}

/// Cookies know no ports, and `__Host-` no paths.
#[tokio::test]
async fn installations_on_one_host_do_not_sign_each_other_out() {
    let below = |path: &'static str| Acme::with(move |config| config.public_url = path.parse().expect("an address"));
    let (one, other) = (Acme::new().await, Acme::new().await);
    let both = format!("{}; {}", one.cookie, other.cookie);
    for acme in [&one, &other] {
        let answer = acme.send(get("/api/portal/session").cookie(&both).empty()).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let name = |acme: &Acme| acme.cookie.split_once('=').expect("a value").0.to_owned();
    assert_ne!(name(&one), name(&other));
    let (a, b) = (
        below("https://keys.example/a").await,
        below("https://keys.example/b").await,
    );
    let part = |acme: &Acme, path| acme.app.secrets.cookie_part(path);
    assert_eq!(
        name(&a),
        format!("keyward-{}", part(&a, a.app.config.public_url.path()))
    );
    assert_ne!(part(&b, "/a"), part(&b, "/b"), "with one master key, too");
    let restarted = a.gateway.restart().await;
    assert_eq!(
        restarted.sign_in(ADMIN).await.split_once('=').expect("a value").0,
        format!(
            "keyward-{}",
            restarted
                .app
                .secrets
                .cookie_part(restarted.app.config.public_url.path())
        )
    );
}

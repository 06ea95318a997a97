//! The portal in frames of other sites.

use std::fs;

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    edge_support::{portal_stack, send},
    support::{ADMIN, Acme, Answer, Builder, PASSWORD, get, post},
};

const INTRANET: &str = "https://intranet.example";
const FRAMED: (&str, &str) = ("x-keyward-framed", "1");
const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");

/// Behind a proxy that speaks TLS, with this list of origins.
async fn acme(frame_ancestors: &[&str]) -> Acme {
    Acme::with(|config| {
        config.trusted_proxies = "127.0.0.0/8".parse().expect("a network");
        config.frame_ancestors = frame_ancestors.iter().map(|&origin| origin.to_owned()).collect();
    })
    .await
}

async fn sign_in(acme: &Acme, headers: &[(&str, &str)]) -> Answer {
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    acme.send(with(post("/api/portal/session"), headers).json(&body)).await
}

fn with(request: Builder, headers: &[(&str, &str)]) -> Builder {
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(name, value))
}

#[tokio::test]
async fn only_a_listed_frame_over_https_gets_a_cookie_for_frames() {
    let (listed, unlisted) = (acme(&[INTRANET]).await, acme(&[]).await);
    for (acme, headers, is_for_frames) in [
        (&listed, &[HTTPS, FRAMED][..], true),
        (&listed, &[HTTPS], false),
        (&listed, &[FRAMED], false),
        (&listed, &[HTTPS, ("x-keyward-framed", "0")], false),
        (&unlisted, &[HTTPS, FRAMED], false),
    ] {
        let answer = sign_in(acme, headers).await;
        let cookie = answer.header(header::SET_COOKIE);
        let attributes = match (is_for_frames, headers.contains(&HTTPS)) {
            (true, _) => "; Path=/; HttpOnly; SameSite=None; Partitioned; Secure",
            (false, true) => "; Path=/; HttpOnly; SameSite=Strict; Secure",
            (false, false) => "; Path=/; HttpOnly; SameSite=Strict",
        };
        assert!(cookie.ends_with(attributes), "{headers:?}: {cookie}");
    }
}

/// A browser replaces or drops a partitioned cookie only by one that is partitioned, too.
#[tokio::test]
async fn a_frame_renews_and_clears_its_own_cookie() {
    let acme = acme(&[INTRANET]).await;
    let cookie = sign_in(&acme, &[HTTPS, FRAMED]).await.cookie();
    let change = |method, path: &str| {
        let request = crate::support::request(method, path).header("x-keyward", "1");
        with(request, &[HTTPS, FRAMED])
    };
    let again = change(Method::POST, "/api/portal/session/password").cookie(&cookie);
    let again = acme.send(again.json(&json!({ "password": PASSWORD }))).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT);
    let renewed = again.header(header::SET_COOKIE);
    assert!(renewed.contains("SameSite=None; Partitioned"), "{renewed}");
    let sign_out = change(Method::DELETE, "/api/portal/session").cookie(&again.cookie());
    let sign_out = acme.send(sign_out.empty()).await;
    let cleared = sign_out.header(header::SET_COOKIE);
    assert!(
        cleared.ends_with("SameSite=None; Partitioned; Secure; Max-Age=0"),
        "{cleared}"
    );
}

/// In a frame of the same site, browsers send the cookie for frames beside the one of their windows.
#[tokio::test]
async fn beside_a_former_cookie_the_current_one_counts() {
    let acme = acme(&[INTRANET]).await;
    let window = sign_in(&acme, &[HTTPS]).await.cookie();
    acme.clock.advance(TimeDelta::minutes(20));
    let change = |path: &str| with(post(path).header("x-keyward", "1"), &[HTTPS, FRAMED]);
    let again = change("/api/portal/session/password").cookie(&window);
    let again = acme.send(again.json(&json!({ "password": PASSWORD }))).await;
    let frame = again.cookie();
    for (version, cookies) in [
        ("\"1\"", format!("{window}; {frame}")),
        ("\"2\"", format!("{frame}; {window}")),
    ] {
        let request = change(&acme.path("/regenerate"))
            .header("if-match", version)
            .cookie(&cookies);
        let answer = acme.send(request.empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
}

/// They can't prolong a session, nor write that the audit log was exported.
#[tokio::test]
async fn other_sites_read_nothing_with_a_cookie_for_frames() {
    let acme = acme(&[INTRANET]).await;
    let cookie = sign_in(&acme, &[HTTPS, FRAMED]).await.cookie();
    let read = async |path: &str, site: &str| {
        let request = with(get(path), &[HTTPS, ("sec-fetch-site", site)]).cookie(&cookie);
        acme.send(request.empty()).await.status
    };
    let csv = format!("/api/portal/orgs/{}/audit-log.csv", acme.organization);
    for path in [&csv, "/api/portal/session"] {
        for site in ["cross-site", "same-site"] {
            assert_eq!(read(path, site).await, StatusCode::FORBIDDEN, "{site} {path}");
        }
        for site in ["same-origin", "none"] {
            assert_eq!(read(path, site).await, StatusCode::OK, "{site} {path}");
        }
    }
    // An identity provider sends admins back from its own site.
    let callback = read("/api/portal/sso/1/callback?state=a&code=b", "cross-site").await;
    assert_eq!(callback, StatusCode::SEE_OTHER);
}

/// A browser that doesn't know partitioned cookies sends a `SameSite=None` cookie along with the requests of every page.
#[tokio::test]
async fn a_cookie_for_frames_changes_nothing_for_other_sites() {
    let acme = acme(&[INTRANET]).await;
    let cookie = sign_in(&acme, &[HTTPS, FRAMED]).await.cookie();
    let version = acme.etag().await;
    let hostile: [&[(&str, &str)]; 5] = [
        // A form, which can't have headers of its own.
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        // A script whose preflight request some proxy has answered.
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
            ("x-keyward", "1"),
        ],
        // The page that frames the portal is no part of it.
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", INTRANET),
            ("x-keyward", "1"),
        ],
        // A browser that sends no Sec-Fetch-Site.
        &[("origin", "https://evil.example"), ("x-keyward", "1")],
        &[("sec-fetch-site", "same-origin")],
    ];
    for headers in hostile {
        let request = with(post(&acme.path("/regenerate")), headers);
        let request = with(request, &[HTTPS, FRAMED])
            .header("if-match", &version)
            .cookie(&cookie);
        let answer = acme.send(request.empty()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "cross-site-request"),
            "{headers:?}"
        );
    }
    assert_eq!(acme.etag().await, version, "the key is unchanged");
    // Nor does it sign a browser in as someone else.
    let forged = [HTTPS, FRAMED, ("sec-fetch-site", "cross-site"), ("origin", INTRANET)];
    let answer = sign_in(&acme, &forged).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn the_page_and_its_element_are_for_listed_origins_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("index.html", r#"<!doctype html><base href="/"><p>"#),
        ("index.html.br", "in br"),
        ("embed.js", "element"),
        ("embed.d.ts", "types"),
    ] {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    let stack = |url: &str, origins: &[&str]| {
        portal_stack(|config| {
            config.portal = Some(folder.path().to_owned());
            config.public_url = url.parse().expect("an address");
            config.frame_ancestors = origins.iter().map(|&origin| origin.to_owned()).collect();
        })
    };
    let page = || {
        get("/o/1/api-key")
            .header("accept", "text/html")
            .header("accept-encoding", "br")
    };

    let closed = stack("https://keys.example", &[]);
    assert_eq!(send(&closed, page().empty()).await.text, "in br");
    for name in ["/embed.js", "/embed.d.ts"] {
        assert_eq!(
            send(&closed, get(name).empty()).await.status,
            StatusCode::NOT_FOUND,
            "{name}"
        );
    }

    let open = stack("https://keys.example/keyward", &[INTRANET, "https://*.partner.example"]);
    assert_eq!(
        send(&open, page().empty()).await.text,
        r#"<!doctype html><base href="/keyward/"><meta id="frame-ancestors" content="https://intranet.example https://*.partner.example"><p>"#
    );
    for (name, kind) in [
        ("/embed.js", "text/javascript; charset=utf-8"),
        ("/keyward/embed.d.ts", "text/plain; charset=utf-8"),
    ] {
        let headers = send(&open, get(name).empty()).await.headers;
        assert_eq!(headers["content-type"], kind, "{name}");
        assert_eq!(headers["cross-origin-resource-policy"], "cross-origin", "{name}");
        assert_eq!(headers["access-control-allow-origin"], "*", "{name}");
        assert_eq!(
            headers["cache-control"], "public, max-age=300, stale-while-revalidate=86400",
            "{name}"
        );
    }
    fs::remove_file(folder.path().join("embed.d.ts")).expect("a file");
    let missing = send(&open, get("/embed.d.ts").empty()).await;
    assert_eq!(
        (missing.status, &missing.headers["cache-control"]),
        (StatusCode::NOT_FOUND, &"no-store".parse().expect("a value"))
    );
    let headers = send(&open, page().empty()).await.headers;
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    assert!(!headers.contains_key("access-control-allow-origin"));
}

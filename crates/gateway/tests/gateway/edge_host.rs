//! Which hosts requests may be for.

use axum::http::StatusCode;

use crate::{
    edge_support::{api_stack, from, portal_stack, send},
    support::get,
};

/// A request for a host that is not ours is answered 421; `/metrics` is never read under such a name, nor by a client
/// that a proxy hides.
#[tokio::test]
async fn an_unknown_host_is_misdirected() {
    let router = portal_stack(|config| {
        config.public_url = "https://keys.example/keyward".parse().expect("an address");
        config.public_api_url = "https://api.keys.example".parse().expect("an address");
        config.allowed_hosts = "nas.lan,*.internal.example".parse().expect("hosts");
    });
    let ask = async |path: &str, host: &str| send(&router, get(path).header("host", host).empty()).await;
    for host in [
        "keys.example",
        "KEYS.example:8443",
        "keys.example.",
        "api.keys.example",
        "nas.lan:81",
        "a.b.internal.example",
        "localhost:8080",
        "keys.localhost",
        "127.0.0.1:8080",
        "[::1]:8080",
        "10.1.2.3",
        "203.0.113.7:80",
    ] {
        let answer = ask("/api/portal/client", host).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}: {}", answer.text);
    }
    for host in [
        "evil.example",
        "keys.example.evil.example",
        "xkeys.example",
        "internal.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@keys.example",
        "keys.example, evil.example",
        "",
    ] {
        for path in ["/", "/favicon.svg", "/api/portal/client", "/metrics"] {
            let answer = ask(path, host).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            assert_eq!(answer.code(), "misdirected-request");
            let detail = answer.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(
                detail.contains(&format!("{host:?}")) && detail.contains("allowed-hosts"),
                "{detail}"
            );
        }
    }
    let answer = ask("/api/v1/read", "evil.example").await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let answer = answer.json();
    assert_eq!(answer["code"], "MISDIRECTED_REQUEST");
    assert!(
        answer["message"].as_str().expect("a message").contains("allowed-hosts"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_http_2_authority_counts_before_the_host_header() {
    let router = portal_stack(|_| {});
    let ask = async |uri: &str, host: &str| send(&router, get(uri).header("host", host).empty()).await.status;
    assert_eq!(
        ask("http://evil.example/api/portal/client", "localhost").await,
        StatusCode::MISDIRECTED_REQUEST
    );
    assert_eq!(
        ask("http://localhost:1/api/portal/client", "evil.example").await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn localhost_is_only_accepted_on_local_listeners() {
    for (listen, status) in [
        ("127.0.0.1:8080", StatusCode::OK),
        ("0.0.0.0:8080", StatusCode::OK),
        ("10.0.0.5:8080", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let router = portal_stack(|config| config.listens_at(listen.parse().expect("an address"), None));
        let answer = send(&router, get("/api/portal/client").header("host", "localhost").empty()).await;
        assert_eq!(answer.status, status, "{listen}");
    }
}

#[tokio::test]
async fn proxies_and_health_checks_can_use_any_host() {
    let router = api_stack(|config| config.trusted_proxies = "10.0.0.1".parse().expect("networks"));
    let ask = async |peer: &str, path: &str| {
        let request = get(path)
            .header("host", "upstream")
            .header("x-forwarded-for", "203.0.113.7");
        send(&router, from(peer, request.empty())).await.status
    };
    for path in ["/healthz", "/readyz"] {
        assert_eq!(ask("203.0.113.9", path).await, StatusCode::OK, "{path}");
    }
    // The stack of these tests has no /verify: what matters is that it is looked for.
    assert_eq!(ask("203.0.113.9", "/verify").await, StatusCode::FORBIDDEN);
    assert_eq!(ask("10.0.0.1", "/api/portal/client").await, StatusCode::OK);
    assert_eq!(
        ask("203.0.113.9", "/api/portal/client").await,
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test]
async fn a_page_of_another_host_cannot_read_metrics() {
    // A browser on the proxy's own machine, and a name that leads there.
    for trusted in ["none", "127.0.0.1"] {
        let router = portal_stack(|config| config.trusted_proxies = trusted.parse().expect("networks"));
        let ask = |host: &str| from("127.0.0.1", get("/metrics").header("host", host).empty());
        assert_eq!(
            send(&router, ask("evil.example:8080")).await.status,
            StatusCode::MISDIRECTED_REQUEST
        );
        assert_eq!(send(&router, ask("127.0.0.1:8080")).await.status, StatusCode::OK);
        assert_eq!(send(&router, ask("localhost:8080")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_proxy_that_hides_its_client_cannot_read_metrics() {
    let router = portal_stack(|config| config.trusted_proxies = "127.0.0.1,10.0.0.0/8".parse().expect("networks"));
    for (header, value) in [
        ("x-forwarded-for", "unknown"),
        ("x-forwarded-for", ""),
        ("x-forwarded-for", "203.0.113.7, garbage"),
        ("x-forwarded-for", "_hidden, 10.0.0.2"),
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("via", "1.1 proxy"),
    ] {
        let request = get("/metrics").header(header, value).empty();
        let answer = send(&router, from("127.0.0.1", request)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{header}: {value}");
    }
    // Without forwarding headers, the peer is the client.
    let direct = send(&router, from("127.0.0.1", get("/metrics").empty())).await;
    assert_eq!(direct.status, StatusCode::OK);
    let local = get("/metrics").header("x-forwarded-for", "127.0.0.1").empty();
    assert_eq!(send(&router, from("10.0.0.2", local)).await.status, StatusCode::OK);
}

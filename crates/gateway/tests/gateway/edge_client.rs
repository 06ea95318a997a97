//! The client of a request.

use axum::{Router, http::StatusCode};
use keyward_gateway::config::{Config, ProxyHeader, TlsFiles};
use serde_json::{Value, json};

use crate::{
    edge_support::{from, portal_stack, send},
    support::get,
};

const TRUSTED: &str = "10.0.0.0/8,fd00::/8";

fn behind_proxies(config: &mut Config) {
    config.trusted_proxies = TRUSTED.parse().expect("networks");
}

async fn client(router: &Router, peer: &str, headers: &[(&str, &str)]) -> Value {
    let request = headers
        .iter()
        .fold(get("/api/portal/client"), |request, (name, value)| {
            request.header(name, value)
        });
    let answer = send(router, from(peer, request.empty())).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

async fn address(router: &Router, peer: &str, headers: &[(&str, &str)]) -> String {
    client(router, peer, headers).await["address"]
        .as_str()
        .expect("an address")
        .to_owned()
}

#[tokio::test]
async fn without_a_proxy_the_peer_is_the_client() {
    let router = portal_stack(|_| {});
    assert_eq!(address(&router, "203.0.113.7", &[]).await, "203.0.113.7");
    assert_eq!(address(&router, "2001:db8::7", &[]).await, "2001:db8::7");
    // As a socket that listens on IPv6 sees IPv4.
    assert_eq!(address(&router, "::ffff:203.0.113.7", &[]).await, "203.0.113.7");
}

/// Only a trusted proxy's word on the client's address counts.
#[tokio::test]
async fn forwarded_headers_of_strangers_are_ignored() {
    for header in [ProxyHeader::XForwarded, ProxyHeader::Forwarded] {
        let router = portal_stack(|config| {
            behind_proxies(config);
            config.proxy_header = header;
        });
        let spoofed = [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=198.51.100.1;proto=https"),
        ];
        let client = client(&router, "203.0.113.7", &spoofed).await;
        assert_eq!(
            (&client["address"], &client["https"]),
            (&json!("203.0.113.7"), &json!(false)),
            "{header:?}"
        );
    }
}

#[tokio::test]
async fn x_forwarded_for_is_read_from_the_right_past_trusted_proxies() {
    let router = portal_stack(behind_proxies);
    for (value, expected) in [
        ("198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.9", "198.51.100.1"),
        // What the client wrote itself stands on the left, and does not count.
        ("127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1, 198.51.100.1, 10.0.0.9", "198.51.100.1"),
        ("10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("198.51.100.1:55555", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:55555", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        // What can't be read ends the walk at the proxy that wrote it.
        ("198.51.100.1, unknown", "10.0.0.1"),
        ("198.51.100.1, unknown, 10.0.0.9", "10.0.0.9"),
        ("", "10.0.0.1"),
    ] {
        assert_eq!(
            address(&router, "10.0.0.1", &[("x-forwarded-for", value)]).await,
            expected,
            "{value:?}"
        );
    }
    let lines = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "198.51.100.1")];
    assert_eq!(address(&router, "10.0.0.1", &lines).await, "198.51.100.1");
    let lines = [
        ("x-forwarded-for", "127.0.0.1, 198.51.100.1"),
        ("x-forwarded-for", "10.0.0.9"),
    ];
    assert_eq!(address(&router, "10.0.0.1", &lines).await, "198.51.100.1");
    assert_eq!(
        address(&router, "fd00::1", &[("x-forwarded-for", "198.51.100.1")]).await,
        "198.51.100.1"
    );
}

#[tokio::test]
async fn only_the_configured_header_counts() {
    let both = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.2")];
    let router = portal_stack(behind_proxies);
    assert_eq!(address(&router, "10.0.0.1", &both).await, "198.51.100.1");
    assert_eq!(address(&router, "10.0.0.1", &both[1..]).await, "10.0.0.1");
    let router = portal_stack(|config| {
        behind_proxies(config);
        config.proxy_header = ProxyHeader::Forwarded;
    });
    assert_eq!(address(&router, "10.0.0.1", &both).await, "198.51.100.2");
    assert_eq!(address(&router, "10.0.0.1", &both[..1]).await, "10.0.0.1");
}

#[tokio::test]
async fn forwarded_is_read_from_the_right_past_trusted_proxies() {
    let router = portal_stack(|config| {
        behind_proxies(config);
        config.proxy_header = ProxyHeader::Forwarded;
    });
    for (value, expected, https) in [
        ("for=198.51.100.1", "198.51.100.1", false),
        ("For=\"198.51.100.1:4711\";Proto=https", "198.51.100.1", true),
        (
            "for=\"[2001:db8::1]:4711\";proto=https;by=10.0.0.1",
            "2001:db8::1",
            true,
        ),
        (
            "for=127.0.0.1;proto=https, for=198.51.100.1;proto=http",
            "198.51.100.1",
            false,
        ),
        (
            "for=198.51.100.1;proto=https, for=10.0.0.9;proto=http",
            "198.51.100.1",
            true,
        ),
        ("for=198.51.100.1, for=_hidden", "10.0.0.1", false),
        ("proto=https", "10.0.0.1", true),
    ] {
        let client = client(&router, "10.0.0.1", &[("forwarded", value)]).await;
        assert_eq!(
            (&client["address"], &client["https"]),
            (&json!(expected), &json!(https)),
            "{value:?}"
        );
    }
}

#[tokio::test]
async fn https_is_our_own_or_from_a_trusted_proxy() {
    let https =
        async |router: &Router, headers: &[(&str, &str)]| client(router, "10.0.0.1", headers).await["https"] == true;
    let router = portal_stack(behind_proxies);
    assert!(!https(&router, &[]).await);
    assert!(https(&router, &[("x-forwarded-proto", "HTTPS")]).await);
    assert!(!https(&router, &[("x-forwarded-proto", "http")]).await);
    assert!(!https(&router, &[("x-forwarded-proto", "https, http")]).await);
    let router = portal_stack(|config| {
        behind_proxies(config);
        config.tls = Some(TlsFiles {
            certificate: "unused".into(),
            key: "unused".into(),
        });
    });
    assert!(https(&router, &[]).await);
    assert!(https(&router, &[("x-forwarded-proto", "http")]).await);
}

#[tokio::test]
async fn a_user_agent_is_bounded_and_has_no_control_characters() {
    let router = portal_stack(|_| {});
    let long = "a".repeat(300);
    let client_of =
        async |value: &str| client(&router, "127.0.0.1", &[("user-agent", value)]).await["userAgent"].clone();
    assert_eq!(client_of("curl/8\tx").await, "curl/8x");
    assert_eq!(client_of(&long).await, long[..256]);
    assert_eq!(client(&router, "127.0.0.1", &[]).await["userAgent"], Value::Null);
}

#[tokio::test]
async fn each_request_has_an_id_of_ours() {
    let router = portal_stack(|_| {});
    let request = || {
        get("/api/portal/client")
            .header("x-request-id", "chosen-by-the-client")
            .empty()
    };
    let (one, two) = (send(&router, request()).await, send(&router, request()).await);
    let id = one.headers["x-request-id"].to_str().expect("text");
    assert_eq!(uuid::Uuid::parse_str(id).expect("a UUID").get_version_num(), 4);
    assert_eq!(
        (&one.json()["requestId"], &one.json()["current"]),
        (&json!(id), &json!(id))
    );
    assert_ne!(one.headers["x-request-id"], two.headers["x-request-id"]);
}

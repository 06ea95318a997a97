//! `keyward serve` and clients who hold connections, or send what is no HTTP.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use tokio::net::TcpSocket;

use crate::serve_support::Server;

const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// `keyward serve`, without the access log.
fn start(arguments: &[&str]) -> Server {
    Server::start(&[&["--log", "error"], arguments].concat())
}

/// A connection from an address of this machine.
async fn connect(from: Ipv4Addr, to: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((from, 0))).expect("an address");
    let stream = socket.connect(to.parse().expect("an address")).await;
    let stream = stream.expect("a connection").into_std().expect("a stream");
    stream.set_nonblocking(false).expect("a mode");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time-out");
    stream
}

/// What is answered on a connection of its own; empty when it is closed.
async fn ask(from: Ipv4Addr, to: &str, request: &str) -> String {
    let mut stream = connect(from, to).await;
    let mut answer = Vec::new();
    // A connection may be closed before the request is written.
    if stream.write_all(request.as_bytes()).is_ok() {
        let _ = stream.read_to_end(&mut answer);
    }
    String::from_utf8(answer).expect("text")
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
}

async fn assert_served(to: &str) {
    assert!(ask(OTHER, to, &get("/healthz")).await.starts_with("HTTP/1.1 200 "));
    assert!(ask(OTHER, to, &get("/verify")).await.starts_with("HTTP/1.1 401 "));
    assert!(
        ask(OTHER, to, &get("/api/portal/session"))
            .await
            .starts_with("HTTP/1.1 401 ")
    );
}

/// Opens connections, some with half a head, and some that don't read what they asked for.
async fn hold(from: Ipv4Addr, to: &str, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for number in 0..count {
        let mut stream = connect(from, to).await;
        let sent = match number % 3 {
            0 => String::new(),
            1 => "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-".to_owned(),
            _ => "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(50),
        };
        // It may have been closed by now.
        let _ = stream.write_all(sent.as_bytes());
        held.push(stream);
    }
    held
}

/// Connections of one address, or that do nothing, keep no other address out, on neither listener.
#[tokio::test]
async fn silent_connections_of_one_address_block_no_one() {
    let mut server = start(&["--max-connections", "90", "--max-connections-per-address", "20"]);
    let address = server.address();
    let held = hold(ATTACKER, &address, 180).await;
    assert_served(&address).await;
    drop(held);
}

#[tokio::test]
async fn at_the_limit_the_greediest_address_loses() {
    let mut server = start(&["--max-connections", "60", "--max-connections-per-address", "60"]);
    let address = server.address();
    let held = hold(ATTACKER, &address, 120).await;
    assert_served(&address).await;
    drop(held);
}

#[tokio::test]
async fn one_listener_cannot_starve_the_other() {
    let mut server = start(&[
        "--api-listen",
        "127.0.0.1:0",
        "--max-connections",
        "40",
        "--max-connections-per-address",
        "40",
    ]);
    let portal = server.address();
    let api = server.says("The cloud service API is at http://");
    let api = api.strip_suffix("/api/v1").expect("its base URL");
    // From many addresses, none of which has more than the other.
    let mut held = Vec::new();
    for last in 10..110 {
        held.extend(hold(Ipv4Addr::new(127, 0, 1, last), &portal, 1).await);
    }
    assert!(ask(OTHER, api, &get("/verify")).await.starts_with("HTTP/1.1 401 "));
    assert!(ask(OTHER, api, &get("/healthz")).await.starts_with("HTTP/1.1 200 "));
    drop(held);
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a length").to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// A connection on which nothing goes on ends, in HTTP/2 despite pings.
#[tokio::test]
async fn an_idle_http_2_connection_is_closed() {
    let mut server = start(&["--connection-idle", "1s"]);
    let address = server.address();
    let mut stream = connect(ATTACKER, &address).await;
    // :method GET, :scheme http, :path / from the static table (RFC 7541, appendix A); :authority as a literal.
    let mut head = vec![0x82, 0x86, 0x84, 0x01, 9];
    head.extend_from_slice(b"127.0.0.1");
    let begin = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, 0, &[]),
        frame(4, 1, 0, &[]),
        frame(1, 5, 1, &head),
    ];
    stream.write_all(&begin.concat()).expect("a request");
    stream
        .set_read_timeout(Some(Duration::from_millis(100)))
        .expect("a time-out");
    let ended = (0..600).any(|_| {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(0) => true,
            Ok(_) => false,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                stream.write_all(&frame(6, 0, 0, b"still on")).is_err()
            }
            Err(_) => true,
        }
    });
    assert!(ended, "pings keep it open");
}

#[tokio::test]
async fn input_that_is_not_http_gets_a_full_answer() {
    let mut server = Server::start(&[]);
    let address = server.address();
    let lines = "x: y\r\n".repeat(120);
    let long = "y".repeat(60 * 1024);
    for (request, status, code) in [
        (
            "GET / HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n".to_owned(),
            400,
            "malformed-request",
        ),
        ("\u{1}\r\n\r\n".to_owned(), 400, "malformed-request"),
        (
            format!("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n"),
            431,
            "head-too-large",
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {long}\r\n\r\n"),
            431,
            "head-too-large",
        ),
    ] {
        let mut stream = connect(OTHER, &address).await;
        stream.write_all(request.as_bytes()).expect("a request");
        // Bytes that were not read reset the connection, perhaps before the end of the answer is read.
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(bytes @ 1..) = stream.read(&mut buffer) {
            answer.extend_from_slice(&buffer[..bytes]);
        }
        let answer = String::from_utf8(answer).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!((&body["status"], &body["code"]), (&status.into(), &code.into()));
        let id = body["requestId"].as_str().expect("an id");
        for line in [
            "content-type: application/problem+json",
            "x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'; frame-ancestors 'none'",
            "cache-control: no-store",
            "connection: close",
            &format!("x-request-id: {id}"),
        ] {
            assert!(head.lines().any(|header| header == line), "{line} in {head}");
        }
        server.logs(id);
    }
}

#[tokio::test]
async fn metrics_count_connections() {
    let mut server = start(&["--max-connections-per-address", "5"]);
    let address = server.address();
    let held = hold(OTHER, &address, 9).await;
    let mut metrics = String::new();
    // They are let in or not one by one, soon.
    for _ in 0..1000 {
        metrics = ask(ATTACKER, &address, &get("/metrics")).await;
        if metrics.contains("keyward_connections_ended_total{listener=\"main\",reason=\"address-limit\"} 4") {
            assert!(
                metrics.contains("keyward_connections{listener=\"main\",state=\"silent\"}"),
                "{metrics}"
            );
            assert_eq!(held.len(), 9);
            return;
        }
    }
    panic!("{metrics}");
}

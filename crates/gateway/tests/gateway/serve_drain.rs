//! `keyward serve` stopping behind a load balancer: no request is lost.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{serve_connections::frame, serve_process::ask, serve_support::Server};

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time-out");
    stream
}

const SIGN_IN: &str = r#"{"username":"admin","password":"wrong"}"#;

/// A request whose handler is running and waits for the body.
fn begin(address: &str) -> TcpStream {
    let mut stream = connect(address);
    write!(
        stream,
        "POST /api/portal/session HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        SIGN_IN.len()
    )
    .expect("a request");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("an interim answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

fn finish(mut stream: TcpStream) {
    stream.write_all(SIGN_IN.as_bytes()).expect("the body");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

fn wait_until_closed(address: &str) {
    while TcpStream::connect(address).is_ok() {
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_stop_fails_readiness_first_and_keeps_serving() {
    let mut server = Server::start(&["--drain", "2s"]);
    let address = server.address();
    let running = begin(&address);
    let mut kept = connect(&address);
    let keep = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\n\r\n");
    kept.write_all(keep.as_bytes()).expect("a request");
    let mut buffer = [0; 4096];
    let length = kept.read(&mut buffer).expect("an answer");
    assert!(!String::from_utf8_lossy(&buffer[..length]).contains("connection: close"));

    let asked = Instant::now();
    server.signal("TERM");
    server.logs("\"message\":\"stopping\"");
    let ready = ask(&address, "GET", "/readyz", "");
    assert!(ready.starts_with("HTTP/1.1 503 "), "{ready}");
    assert!(ready.ends_with("not ready: stopping\n"), "{ready}");
    assert!(ask(&address, "GET", "/healthz", "").ends_with("alive\n"));
    assert!(ask(&address, "GET", "/api/portal/session", "").starts_with("HTTP/1.1 401 "));
    // A connection that was kept serves one more request, and says that it is the last.
    kept.write_all(keep.as_bytes()).expect("a request");
    let mut answer = String::new();
    kept.read_to_string(&mut answer).expect("an answer and an end");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("alive\n"), "{answer}");
    let mut silent = connect(&address);
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "the machine is too slow for this test"
    );

    wait_until_closed(&address);
    assert!(asked.elapsed() >= Duration::from_secs(2));
    // It was accepted, so it's answered.
    silent.write_all(keep.as_bytes()).expect("a request");
    let mut answer = String::new();
    silent.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("alive\n"), "{answer}");
    finish(running);
    assert_eq!(server.wait().code(), Some(0));
    assert!(server.rest_of_log().contains("\"message\":\"stopped\""));
}

#[test]
fn a_second_signal_ends_the_drain() {
    let mut server = Server::start(&["--drain", "10m", "--stop-grace", "10m", "--request-timeout", "10m"]);
    let address = server.address();
    let running = begin(&address);
    let abandoned = begin(&address);
    server.signal("TERM");
    server.logs("\"message\":\"stopping\"");
    assert!(ask(&address, "GET", "/healthz", "").ends_with("alive\n"));
    server.signal("TERM");
    wait_until_closed(&address);
    finish(running);
    // The third one doesn't wait for running requests.
    server.signal("INT");
    assert!(server.wait().success());
    drop(abandoned);
}

/// What a client without a pause has seen.
#[derive(Default)]
struct Seen {
    answers: usize,
    /// When the last answered request was begun on a connection of its own.
    answered: Option<Instant>,
    /// When the connection of a request without an answer was open.
    lost: Option<Instant>,
}

/// Calls until nothing listens.
fn call_without_pause(address: &str) -> Seen {
    let mut seen = Seen::default();
    let mut kept: Option<TcpStream> = None;
    loop {
        let started = Instant::now();
        let is_new = kept.is_none();
        let mut stream = match kept.take().map_or_else(|| TcpStream::connect(address), Ok) {
            Ok(stream) => stream,
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return seen,
            Err(error) => panic!("no connection: {error}"),
        };
        let connected = Instant::now();
        match get_alive(&mut stream) {
            Ok(is_last) => {
                seen.answers += 1;
                if is_new {
                    seen.answered = Some(started);
                }
                kept = (!is_last).then_some(stream);
            }
            Err(error) => {
                assert!(is_new, "a connection ended without notice: {error}");
                seen.lost = Some(connected);
                return seen;
            }
        }
    }
}

/// Whether the answer is the last on this connection.
fn get_alive(stream: &mut TcpStream) -> io::Result<bool> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")?;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.ends_with(b"alive\n") {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => answer.extend_from_slice(&buffer[..length]),
        }
    }
    let answer = String::from_utf8(answer).expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    Ok(answer.contains("\r\nconnection: close\r\n"))
}

#[test]
fn a_rolling_stop_loses_no_request() {
    let mut server = Server::start(&["--drain", "1s", "--log", "error"]);
    let address = server.address();
    let seen: Vec<Seen> = thread::scope(|scope| {
        let clients: Vec<_> = (0..4).map(|_| scope.spawn(|| call_without_pause(&address))).collect();
        thread::sleep(Duration::from_millis(200));
        server.signal("TERM");
        clients
            .into_iter()
            .map(|client| client.join().expect("no request failed"))
            .collect()
    });
    assert_eq!(server.wait().code(), Some(0));
    let last = seen.iter().filter_map(|seen| seen.answered).max().expect("answers");
    for Seen { answers, lost, .. } in &seen {
        assert!(*answers > 10, "{answers}");
        // The listener is a queue. The operating system may take a connection while it closes, and resets it, but none
        // before one that was answered.
        assert!(lost.is_none_or(|connected| connected > last), "a request was lost");
    }
    assert!(seen.iter().filter(|seen| seen.lost.is_some()).count() <= 1);
}

/// The kind, flags and stream of the next frame.
fn next_frame(stream: &mut TcpStream) -> (u8, u8, u32) {
    let mut head = [0; 9];
    stream.read_exact(&mut head).expect("a frame");
    let [a, b, c, kind, flags, id @ ..] = head;
    let length = u32::from_be_bytes([0, a, b, c]);
    let mut payload = vec![0; usize::try_from(length).expect("a length")];
    stream.read_exact(&mut payload).expect("a payload");
    (kind, flags, u32::from_be_bytes(id))
}

#[test]
fn http_2_connections_get_a_goaway_after_the_drain() {
    const HEADERS: u8 = 1;
    const GOAWAY: u8 = 7;
    let mut server = Server::start(&["--drain", "2s"]);
    let address = server.address();
    let mut stream = connect(&address);
    // GET http://127.0.0.1/ (RFC 7541, appendix A).
    let mut head = vec![0x82, 0x86, 0x84, 0x01, 9];
    head.extend_from_slice(b"127.0.0.1");
    let begin = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, 0, &[]),
        frame(4, 1, 0, &[]),
    ];
    stream.write_all(&begin.concat()).expect("a preface");
    let request = |stream: &mut TcpStream, id| {
        stream.write_all(&frame(HEADERS, 5, id, &head)).expect("a request");
        loop {
            let (kind, _, of) = next_frame(stream);
            assert_ne!(kind, GOAWAY, "too early");
            if kind == HEADERS && of == id {
                return;
            }
        }
    };
    request(&mut stream, 1);
    let asked = Instant::now();
    server.signal("TERM");
    server.logs("\"message\":\"stopping\"");
    request(&mut stream, 3);
    request(&mut stream, 5);
    while next_frame(&mut stream).0 != GOAWAY {}
    assert!(asked.elapsed() >= Duration::from_secs(2));
    drop(stream);
    assert_eq!(server.wait().code(), Some(0));
}

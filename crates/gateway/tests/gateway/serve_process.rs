//! `keyward serve` as a process: starting, refusing to start, stopping.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    data::TestData,
    serve_support::{Server, command, refused},
};

/// What a server answers to one request on a connection of its own.
pub(crate) fn ask(address: &str, method: &str, path: &str, headers: &str) -> String {
    let mut connection = TcpStream::connect(address).expect("a connection");
    write!(
        connection,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n"
    )
    .expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn serve_prints_its_address_and_the_set_up_link() {
    let mut server = Server::start(&[]);
    let url = server.says("Keyward serves at ");
    let token = server.says(&format!("To set it up, open {url}/setup#"));
    assert_eq!(token.len(), 64);
    let address = url.strip_prefix("http://").expect("plain HTTP");
    assert!(ask(address, "GET", "/healthz", "").ends_with("alive\n"));
    assert!(ask(address, "GET", "/readyz", "").ends_with("ready\n"));
    server.signal("TERM");
    assert!(server.wait().success());
    let log = server.rest_of_log();
    assert!(
        log.contains("\"message\":\"serving\"") && log.contains("\"message\":\"stopped\""),
        "{log}"
    );
    assert!(!log.contains(&token), "the link is a secret: {log}");
    assert!(!log.contains("public-url"), "nobody else can reach it: {log}");
}

#[test]
fn a_derived_address_is_reported_once() {
    let mut server = Server::start(&["--listen", "0.0.0.0:0"]);
    let url = server.says("Keyward serves at ");
    server.signal("TERM");
    server.wait();
    let log = server.rest_of_log();
    let mut told = log.lines().filter(|line| line.contains("public-url is not set"));
    let line = told.next().expect("a warning");
    assert!(line.contains("WARN") && line.contains(&url), "{line}");
    assert_eq!(told.next(), None);
    let mut server = Server::start(&["--listen", "0.0.0.0:0", "--public-url", "https://keys.example"]);
    server.says("Keyward serves at https://keys.example");
    server.signal("TERM");
    server.wait();
    assert!(!server.rest_of_log().contains("public-url"));
}

#[test]
fn the_log_has_one_line_per_request_and_no_secrets() {
    let mut server = Server::start(&["--log-format", "json"]);
    let address = server.address();
    let headers = "authorization: Bearer hidden-1\r\ncookie: session=hidden-2\r\nx-request-id: hidden-3\r\n";
    let answer = ask(&address, "GET", "/api/portal/session?token=hidden-4", headers);
    let id = answer
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "))
        .expect("an id")
        .to_owned();
    ask(&address, "GET", "/o/1/api-key?q=hidden-5", headers);
    server.signal("TERM");
    server.wait();
    let log = server.rest_of_log();
    let access: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("\"target\":\"keyward::access\""))
        .collect();
    assert_eq!(access.len(), 2, "{log}");
    for part in [
        "\"method\":\"GET\"",
        "\"path\":\"/api/portal/session\"",
        "\"status\":401",
        "\"client\":\"127.0.0.1\"",
        &id,
    ] {
        assert!(access[0].contains(part), "{part} in {}", access[0]);
    }
    assert!(access[1].contains("\"path\":\"/o/1/api-key\""), "{}", access[1]);
    assert!(!log.contains("hidden"), "{log}");
}

#[test]
fn the_cloud_service_api_can_have_its_own_listener() {
    let mut server = Server::start(&["--api-listen", "127.0.0.1:0"]);
    let portal = server.address();
    let api = server.says("The cloud service API is at http://");
    let api = api.strip_suffix("/api/v1").expect("its base URL");
    assert_ne!(portal, api);
    assert!(ask(api, "GET", "/api/v1/authenticatedSession", "").starts_with("HTTP/1.1 200 "));
    assert!(ask(api, "GET", "/api/portal/session", "").starts_with("HTTP/1.1 404 "));
    assert!(ask(&portal, "GET", "/api/portal/session", "").starts_with("HTTP/1.1 401 "));
    assert!(ask(&portal, "GET", "/api/v1/authenticatedSession", "").starts_with("HTTP/1.1 404 "));
    server.signal("INT");
    assert!(server.wait().success());
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for flag in ["--listen", "--api-listen"] {
        let (code, text) = refused(&[flag, &address]);
        assert_eq!(code, Some(1));
        let start =
            format!("keyward: can't listen on {address}: another program is listening there. Stop it, or choose");
        assert!(text.starts_with(&start), "{text}");
    }
    let (code, text) = refused(&["--listen", "192.0.2.1:8080"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("can't listen on 192.0.2.1:8080: this machine doesn't have this address"),
        "{text}"
    );
}

#[test]
fn wrong_settings_exit_with_code_2() {
    let (code, text) = refused(&["--listen", "8080"]);
    assert_eq!(code, Some(2));
    assert!(
        text.contains("--listen: \"8080\" can't be used: it must be an address and a port"),
        "{text}"
    );
    let (code, text) = refused(&["--listn", "127.0.0.1:0"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("--listn"), "{text}");
    let (code, text) = refused(&["--master-key", "0123"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("unexpected argument '--master-key'"), "{text}");
    let output = command(&TestData::missing(), &[])
        .env("KEYWARD_LISTN", "x")
        .output()
        .expect("a process");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("KEYWARD_LISTN isn't a setting"));
}

#[test]
fn a_running_request_is_finished_before_it_stops() {
    let mut server = Server::start(&[]);
    let address = server.address();
    let mut running = TcpStream::connect(&address).expect("a connection");
    let body = r#"{"username":"admin","password":"wrong"}"#;
    write!(
        running,
        "POST /api/portal/session HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    )
    .expect("a request");
    // The handler is running and waits for the body.
    let mut go_on = [0; 25];
    running.read_exact(&mut go_on).expect("an interim answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.signal("TERM");
    server.logs("\"message\":\"stopping\"");
    // No new connections, as soon as the listener is closed.
    while TcpStream::connect(&address).is_ok() {
        std::thread::yield_now();
    }
    running.write_all(body.as_bytes()).expect("the body");
    let mut answer = String::new();
    running.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(
        answer.contains("\"code\":\"setup-required\"") || answer.contains("\"code\":\"sign-in-failed\""),
        "{answer}"
    );
    assert!(server.wait().success());
}

#[test]
fn a_second_signal_does_not_wait_for_running_requests() {
    let mut server = Server::start(&["--stop-grace", "10m", "--request-timeout", "10m"]);
    let address = server.address();
    let mut running = TcpStream::connect(&address).expect("a connection");
    let head = "POST /api/portal/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
        content-length: 9\r\nexpect: 100-continue\r\n\r\n";
    running.write_all(head.as_bytes()).expect("a request");
    let mut go_on = [0; 25];
    running.read_exact(&mut go_on).expect("an interim answer");
    server.signal("TERM");
    server.logs("\"message\":\"stopping\"");
    server.signal("TERM");
    assert!(server.wait().success());
}

#[test]
fn an_endless_request_head_is_rejected() {
    let mut server = Server::start(&[]);
    let address = server.address();
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let head = format!(
        "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {}\r\n",
        "x".repeat(64 * 1024)
    );
    // It may hang up before all is sent.
    let _ = connection.write_all(head.as_bytes());
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(ask(&address, "GET", "/healthz", "").ends_with("alive\n"));
}

#[test]
fn a_client_that_sends_too_much_gets_an_answer() {
    let mut server = Server::start(&[]);
    let address = server.address();
    for length in [64 * 1024 + 1, 1024 * 1024] {
        let mut connection = TcpStream::connect(&address).expect("a connection");
        let head = format!("POST /api/portal/session HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n\r\n");
        connection.write_all(head.as_bytes()).expect("a request");
        let body = vec![b'x'; length];
        for half in body.chunks(length.div_ceil(2)) {
            // Meanwhile the server has time to hang up on us.
            assert!(ask(&address, "GET", "/healthz", "").ends_with("alive\n"));
            connection.write_all(half).expect("it is read");
        }
        let mut answer = [0; 12];
        connection.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
}

#[test]
fn connections_beyond_the_limit_are_closed() {
    let mut server = Server::start(&["--max-connections", "2"]);
    let address = server.address();
    let mut open: Vec<TcpStream> = Vec::new();
    for _ in 0..2 {
        let mut connection = TcpStream::connect(&address).expect("a connection");
        write!(connection, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("a request");
        connection.read_exact(&mut [0; 12]).expect("an answer");
        open.push(connection);
    }
    let mut third = TcpStream::connect(&address).expect("a connection");
    // It may be closed before the request is sent.
    let _ = write!(third, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(third.read(&mut [0; 12]).unwrap_or(0), 0);
    drop(open);
}

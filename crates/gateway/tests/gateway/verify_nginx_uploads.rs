//! Submissions to the Sandbox through a real nginx.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};

use crate::{
    data::TestData,
    nginx::{Nginx, application},
    process::{Server, init},
};

/// More than nginx takes unless told otherwise (1 MB), and than it holds in memory.
const LARGE: usize = 8 * 1024 * 1024;

/// Posts a body to a path, and returns status and answer. Its length isn't announced: a proxy that waits for the whole body
/// announces it to the application.
pub(crate) fn submit(url: &str, path: &str, length: usize) -> (u16, Value) {
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: app.example\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n");
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    stream.write_all(head.as_bytes()).expect("sent");
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    // Some are answered before they have been read.
    let all = (0..length / 0x10000).try_for_each(|_| stream.write_all(&chunk));
    let _ = all.and_then(|()| stream.write_all(b"0\r\n\r\n"));
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = &body[body.find('{').expect("JSON")..=body.rfind('}').expect("JSON")];
    (status.expect("a status"), serde_json::from_str(body).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_passes_and_no_token_is_logged() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let mut server = Server::start_with(&data, &["--trusted-proxies", "127.0.0.1"]);
    let nginx = Nginx::start_with(&server.url, &application().await, &[]);
    server.sign_in().await;
    let token = server.sandbox_token().await;
    for query in [
        format!("api_token={token}"),
        format!("force=1&api_token={token}&more=1"),
        format!("api%5Ftoken={token}"),
    ] {
        let said = submit(&nginx.url, &format!("/zscsb/upload?{query}"), LARGE);
        assert_eq!(said, (200, json!({ "length": LARGE, "announced": false })), "{query}");
    }
    let (status, _) = submit(&nginx.url, &format!("/zscsb/upload?API_TOKEN={token}"), 0);
    assert_eq!(status, 401, "no parameter that Keyward knows");
    // Errors are logged with the whole request.
    server.kill();
    let (status, said) = submit(&nginx.url, &format!("/zscsb/upload?force=1&api_token={token}"), 0);
    assert_eq!((status, &said["code"]), (503, &json!("SERVICE_UNAVAILABLE")));

    let log = nginx.logged();
    assert_eq!(log.matches(" /zscsb/upload?").count(), 5, "{log}");
    assert!(
        log.contains("POST /zscsb/upload?force=1&api_token=... HTTP/1.1\" 200"),
        "{log}"
    );
    assert!(!log.contains(&token), "{log}");
}

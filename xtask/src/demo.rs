//! A page of another origin that shows the portal, for development.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use anyhow::{Context as _, Result};

const PAGE: &str = include_str!("demo.html");
/// What the page names the portal's address by.
const PORTAL: &str = "{portal}";
/// Where the gateway listens unless a flag says otherwise.
const LISTEN: &str = "127.0.0.1:8080";
/// The page has an address that stays, so that a browser keeps it open.
const DEMO: &str = "127.0.0.1:8090";

/// Serves the page until the process ends, and gives the gateway's flags that let it frame the portal. None where the flags
/// list origins themselves.
pub(crate) fn serve(flags: &[String]) -> Result<Vec<String>> {
    if value(flags, "--frame-ancestors").is_some() {
        return Ok(Vec::new());
    }
    let listener = TcpListener::bind(DEMO)
        .or_else(|_| TcpListener::bind("127.0.0.1:0"))
        .context("can't serve the page that embeds the portal")?;
    let origin = format!("http://{}", listener.local_addr()?);
    let page = PAGE.replace(
        PORTAL,
        &format!("http://{}", value(flags, "--listen").unwrap_or(LISTEN)),
    );
    println!("── the portal in another page: {origin}/");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser that has gone away misses nothing.
            let _ = answer(stream, &page);
        }
    });
    Ok(vec![format!("--frame-ancestors={origin}")])
}

/// The value of a flag, in either form.
fn value<'a>(flags: &'a [String], name: &str) -> Option<&'a str> {
    flags
        .iter()
        .enumerate()
        .find_map(|(at, flag)| match flag.strip_prefix(name)? {
            "" => flags.get(at + 1).map(String::as_str),
            rest => rest.strip_prefix('='),
        })
}

/// One page for every path.
fn answer(mut stream: TcpStream, page: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_either_form() {
        let flags = ["--listen", "127.0.0.1:9", "--log=warn"].map(str::to_owned);
        assert_eq!(value(&flags, "--listen"), Some("127.0.0.1:9"));
        assert_eq!(value(&flags, "--log"), Some("warn"));
        assert_eq!(value(&flags, "--lo"), None);
    }

    #[test]
    fn the_demo_page_shows_the_portal_to_its_own_origin() {
        let flags = serve(&["--listen=127.0.0.1:7".to_owned()]).unwrap();
        let origin = flags[0].strip_prefix("--frame-ancestors=http://").unwrap();
        let mut stream = TcpStream::connect(origin).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let page = std::io::read_to_string(stream).unwrap();
        assert!(page.contains("base=\"http://127.0.0.1:7/\""), "{page}");
        assert!(!page.contains(PORTAL));
        assert_eq!(
            serve(&["--frame-ancestors=none".to_owned()]).unwrap(),
            Vec::<String>::new()
        );
    }
}

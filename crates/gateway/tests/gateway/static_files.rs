//! The portal's files.

use std::{fs, path::Path};

use axum::{
    Router,
    http::{Method, StatusCode},
};
use tempfile::TempDir;

use crate::{
    edge_support::{portal_stack, send},
    support::{Answer, get, request},
};

const HASHED: &str = "/portal-0123456789abcdef.js";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const PAGE: &str = r#"<!doctype html><html><head><base href="/"></head></html>"#;
const MORE: &str = r#"<!doctype html><html><head><base href="/"><meta name="more"></head></html>"#;

struct Portal {
    folder: TempDir,
    router: Router,
}

impl Portal {
    /// A folder as the portal's build leaves it, next to a secret that is none of the portal's business.
    fn new() -> Self {
        Self::at("http://127.0.0.1:8080")
    }

    fn at(public_url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [
            ("secret", "secret"),
            ("secret.txt", "secret"),
            ("dist/index.html", PAGE),
            ("dist/index.html.br", "page in br"),
            ("dist/more.html", MORE),
            ("dist/portal-0123456789abcdef.js", "script"),
            ("dist/portal-0123456789abcdef.js.br", "script in br"),
            ("dist/portal-0123456789abcdef.js.gz", "script in gzip"),
            ("dist/portal-0123456789abcdef_bg.wasm", "wasm"),
            ("dist/portal-0123456789abcdef_bg.wasm.gz", "wasm in gzip"),
            ("dist/style-fedcba9876543210.css", "style"),
            ("dist/favicon.svg", "picture"),
            ("dist/manifest.webmanifest", "{}"),
            ("dist/licences.txt", "licences"),
            ("dist/.hidden", "secret"),
            ("dist/snippets/dialog-0123456789abcdef/inline0.js", "snippet"),
        ];
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        let dist = folder.path().join("dist");
        let url = public_url.parse().expect("an address");
        let router = portal_stack(|config| {
            config.portal = Some(dist);
            config.public_url = url;
        });
        Self { folder, router }
    }

    fn dist(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("dist").join(name)
    }

    /// As a browser opens it.
    async fn get(&self, path: &str) -> Answer {
        send(&self.router, get(path).header("accept", "text/html,*/*;q=0.8").empty()).await
    }

    async fn accepting(&self, path: &str, accept_encoding: &str) -> Answer {
        send(
            &self.router,
            get(path)
                .header("accept", "text/html,*/*;q=0.8")
                .header("accept-encoding", accept_encoding)
                .empty(),
        )
        .await
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn files_have_their_media_types() {
    let portal = Portal::new();
    for (path, expected) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        (HASHED, "text/javascript; charset=utf-8"),
        ("/portal-0123456789abcdef_bg.wasm", "application/wasm"),
        ("/style-fedcba9876543210.css", "text/css; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/licences.txt", "text/plain; charset=utf-8"),
    ] {
        let answer = portal.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), header(&answer, "content-type")),
            (200, expected),
            "{path}"
        );
    }
}

#[tokio::test]
async fn each_address_gets_a_page_with_its_preloads() {
    let portal = Portal::new();
    for first in ["/", "/sign-in", "/o/1", "/o/12/api-key", "/o/12/api-key/"] {
        assert_eq!(portal.get(first).await.text, PAGE, "{first}");
    }
    for other in [
        "/account",
        "/o/1/audit-log",
        "/o/x/api-key",
        "/o",
        "/o/1/api-key/more",
        "/setup",
        "/nothing",
    ] {
        assert_eq!(portal.get(other).await.text, MORE, "{other}");
    }
    // A build of before has one page.
    fs::remove_file(portal.dist("more.html")).expect("a file");
    assert_eq!(portal.get("/account").await.text, PAGE);
}

#[tokio::test]
async fn both_pages_have_the_public_base_path() {
    let portal = Portal::at("http://127.0.0.1:8080/keyward/");
    for path in ["/keyward/", "/keyward/account"] {
        assert!(
            portal.get(path).await.text.contains(r#"<base href="/keyward/""#),
            "{path}"
        );
    }
}

#[tokio::test]
async fn well_known_change_password_redirects() {
    for (url, path) in [
        ("http://127.0.0.1:8080", ""),
        ("http://127.0.0.1:8080/keyward/", "/keyward"),
    ] {
        let answer = Portal::at(url)
            .get(&format!("{path}/.well-known/change-password"))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(header(&answer, "location"), "../account");
        let other = format!("{path}/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200");
        assert_eq!(Portal::at(url).get(&other).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn only_files_with_hashed_names_are_cached_forever() {
    let portal = Portal::new();
    for (path, expected) in [
        (HASHED, IMMUTABLE),
        ("/portal-0123456789abcdef_bg.wasm", IMMUTABLE),
        ("/style-fedcba9876543210.css", IMMUTABLE),
        ("/", "no-cache"),
        ("/o/1/api-key", "no-cache"),
        ("/favicon.svg", "no-cache"),
        // The hash in the folder's name is not that of the content.
        ("/snippets/dialog-0123456789abcdef/inline0.js", "no-cache"),
        // A name that may get a content tomorrow.
        ("/portal-ffffffffffffffff.js", "no-store"),
    ] {
        assert_eq!(header(&portal.get(path).await, "cache-control"), expected, "{path}");
    }
}

#[tokio::test]
async fn an_address_within_the_portal_is_its_page() {
    let portal = Portal::new();
    for path in [
        "/",
        "/sign-in",
        "/o/1/api-key",
        "/o/1/api-key/",
        "/o/1/audit-log?search=a.b",
        "/o/%C3%BC/x",
        "/apikey",
    ] {
        let answer = portal.get(path).await;
        let is_page = [PAGE, MORE].contains(&answer.text.as_str());
        assert!(answer.status == StatusCode::OK && is_page, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_missing_file_is_404_and_not_the_page() {
    let portal = Portal::new();
    for path in [
        "/missing.js",
        "/o/1/missing.css",
        "/favicon.ico",
        "/snippets/missing",
        "/snippets/",
        "/dist/index.html",
    ] {
        let answer = portal.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (404, "not-found"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn compressed_variants_have_no_names_of_their_own() {
    let portal = Portal::new();
    for path in [
        "/portal-0123456789abcdef.js.br",
        "/portal-0123456789abcdef.js.gz",
        "/index.html.br",
    ] {
        assert_eq!(portal.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn no_path_traversal_out_of_the_portal() {
    let portal = Portal::new();
    let absolute = portal.folder.path().join("secret").display().to_string();
    for path in [
        "/../secret",
        "/../secret.txt",
        "/./index.html",
        "/snippets/../../secret.txt",
        "/%2e%2e/secret",
        "/%2E%2E/secret.txt",
        "/.%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%2Fsecret",
        "/%2e%2e%2fsecret",
        "/..%5csecret.txt",
        "/snippets/..%5c..%5csecret",
        "/%00",
        "/favicon.svg%00.js",
        "/o/%0d%0aset-cookie:x",
        "/%",
        "/%2",
        "/%zz",
        "//secret",
        "//etc/passwd",
        "/o//1",
        "/.hidden",
        &format!("/{absolute}"),
        &format!("/{}", absolute.replace('/', "%2f")),
    ] {
        let answer = portal.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
        assert!(!answer.text.contains("secret"), "{path}: {}", answer.text);
    }
    // What decodes to dots after one round is not decoded again; it names no file, and so is an address.
    assert_eq!(portal.get("/%252e%252e/secret").await.text, MORE);
}

#[tokio::test]
async fn the_accepted_encoding_is_sent() {
    let portal = Portal::new();
    for (accept, coding, text) in [
        ("br", "br", "script in br"),
        ("gzip", "gzip", "script in gzip"),
        ("gzip, deflate, br, zstd", "br", "script in br"),
        ("gzip;q=1.0, br;q=0.5", "gzip", "script in gzip"),
        ("br;q=0, gzip;q=0.1", "gzip", "script in gzip"),
        ("GZIP", "gzip", "script in gzip"),
        ("x-gzip", "gzip", "script in gzip"),
        ("*", "br", "script in br"),
        ("br;q=0, *", "gzip", "script in gzip"),
        ("gzip;q=0.5, identity", "", "script"),
        ("deflate", "", "script"),
        ("br;q=0", "", "script"),
        ("br;q=nonsense", "", "script"),
        ("br;q=2", "", "script"),
        ("identity;q=0, *;q=0", "", "script"),
        ("", "", "script"),
    ] {
        let answer = portal.accepting(HASHED, accept).await;
        assert_eq!(
            (header(&answer, "content-encoding"), answer.text.as_str()),
            (coding, text),
            "{accept:?}"
        );
        assert_eq!(header(&answer, "vary"), "accept-encoding", "{accept:?}");
        assert_eq!(header(&answer, "content-length"), text.len().to_string(), "{accept:?}");
        assert_eq!(
            header(&answer, "content-type"),
            "text/javascript; charset=utf-8",
            "{accept:?}"
        );
    }
    let none = portal.get(HASHED).await;
    assert_eq!((header(&none, "content-encoding"), none.text.as_str()), ("", "script"));
}

#[tokio::test]
async fn a_file_without_that_encoding_is_sent_in_another() {
    let portal = Portal::new();
    let wasm = portal
        .accepting("/portal-0123456789abcdef_bg.wasm", "br, gzip;q=0.5")
        .await;
    assert_eq!(
        (header(&wasm, "content-encoding"), wasm.text.as_str()),
        ("gzip", "wasm in gzip")
    );
    let picture = portal.accepting("/favicon.svg", "br, gzip").await;
    assert_eq!(
        (header(&picture, "content-encoding"), picture.text.as_str()),
        ("", "picture")
    );
    assert_eq!(header(&picture, "vary"), "");
}

#[tokio::test]
async fn a_cached_file_is_not_sent_again() {
    let portal = Portal::new();
    let first = portal.accepting(HASHED, "br").await;
    let etag = header(&first, "etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    let ask = |accept: &str, tags: &str| {
        let request = get(HASHED)
            .header("accept-encoding", accept)
            .header("if-none-match", tags)
            .empty();
        send(&portal.router, request)
    };
    for tags in [
        etag.clone(),
        format!("W/{etag}"),
        format!("\"other\", {etag}"),
        "*".to_owned(),
    ] {
        let answer = ask("br", &tags).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::NOT_MODIFIED, ""),
            "{tags}"
        );
        assert_eq!(header(&answer, "etag"), etag);
        assert_eq!(header(&answer, "cache-control"), IMMUTABLE);
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(header(&answer, "content-encoding"), "");
    }
    assert_eq!(ask("br", "\"other\"").await.status, StatusCode::OK);
    // Another coding is another representation.
    let gzip = ask("gzip", &etag).await;
    assert_eq!(gzip.status, StatusCode::OK);
    assert_ne!(header(&gzip, "etag"), etag);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let portal = Portal::new();
    for path in ["/", HASHED, "/o/1/api-key"] {
        let get = portal.get(path).await;
        let head = request(Method::HEAD, path).header("accept", "text/html");
        let head = send(&portal.router, head.empty()).await;
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""), "{path}");
        assert_eq!(header(&head, "content-length"), get.text.len().to_string(), "{path}");
        assert_eq!(header(&head, "etag"), header(&get, "etag"), "{path}");
    }
}

#[tokio::test]
async fn files_are_only_read() {
    let portal = Portal::new();
    for path in ["/", HASHED, "/o/1/api-key"] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let answer = send(&portal.router, request(method, path).empty()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (405, "method-not-allowed"),
                "{path}"
            );
            assert_eq!(header(&answer, "allow"), "GET,HEAD");
        }
    }
}

#[tokio::test]
async fn a_new_build_in_the_folder_shows_immediately() {
    let portal = Portal::new();
    let before = portal.get("/licences.txt").await;
    fs::write(portal.dist("licences.txt"), "more licences").expect("a file");
    let after = portal.get("/licences.txt").await;
    assert_eq!(after.text, "more licences");
    assert_ne!(header(&after, "etag"), header(&before, "etag"));
}

#[tokio::test]
async fn below_a_base_path_the_page_says_where_it_is() {
    let portal = Portal::at("https://keys.example/team/keyward/");
    for path in [
        "/",
        "/o/1/api-key",
        "/team/keyward",
        "/team/keyward/",
        "/team/keyward/o/1/api-key?q=1",
        "/index.html",
    ] {
        let answer = portal.accepting(path, "br").await;
        assert_eq!(
            answer.text,
            PAGE.replace("href=\"/\"", "href=\"/team/keyward/\""),
            "{path}"
        );
        assert_eq!(header(&answer, "content-encoding"), "", "{path}");
    }
}

#[tokio::test]
async fn a_proxy_can_strip_the_base_path_or_not() {
    let portal = Portal::at("https://keys.example/keyward");
    for prefix in ["", "/keyward"] {
        assert_eq!(portal.get(&format!("{prefix}{HASHED}")).await.text, "script");
        assert_eq!(
            portal.get(&format!("{prefix}/missing.js")).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(portal.get(&format!("{prefix}/healthz")).await.text, "alive\n");
        let client = portal.get(&format!("{prefix}/api/portal/client?x=1")).await;
        assert_eq!(client.json()["address"], "127.0.0.1");
        assert_eq!(
            portal.get(&format!("{prefix}/api/portal/nothing")).await.code(),
            "not-found"
        );
    }
    // Not below it, though it begins alike.
    assert_eq!(portal.get("/keywardx").await.status, StatusCode::OK);
    assert_eq!(
        portal.get(&format!("/keywardx{HASHED}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn at_the_root_the_compressed_page_is_sent_as_it_is() {
    let answer = Portal::new().accepting("/o/1/api-key", "br").await;
    assert_eq!(
        (header(&answer, "content-encoding"), answer.text.as_str()),
        ("br", "page in br")
    );
}

#[tokio::test]
async fn without_a_built_portal_the_answer_says_how_to_build_it() {
    let router = portal_stack(|config| config.portal = Some(Path::new("does-not-exist").to_owned()));
    for path in ["/", "/o/1/api-key"] {
        let answer = send(&router, get(path).header("accept", "text/html").empty()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(header(&answer, "content-type"), "text/plain; charset=utf-8");
        assert!(answer.text.contains("cargo xtask start"), "{}", answer.text);
    }
    assert_eq!(
        send(&router, get("/missing.js").empty()).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        send(&router, get("/api/portal/client").empty()).await.status,
        StatusCode::OK
    );
}

#[cfg(unix)]
#[tokio::test]
async fn symlinks_and_pipes_in_the_folder_are_not_served() {
    use std::os::unix::fs::symlink;

    let portal = Portal::new();
    symlink("../secret.txt", portal.dist("out.txt")).expect("a link");
    symlink(portal.folder.path(), portal.dist("up")).expect("a link");
    symlink("/dev/zero", portal.dist("endless.txt")).expect("a link");
    symlink("../secret.txt", portal.dist("favicon.svg.br")).expect("a link");
    symlink("licences.txt", portal.dist("within.txt")).expect("a link");
    let pipe = std::process::Command::new("mkfifo")
        .arg(portal.dist("pipe.txt"))
        .status();
    assert!(pipe.expect("the command mkfifo").success());
    for path in ["/out.txt", "/up/secret.txt", "/endless.txt", "/pipe.txt"] {
        let answer = portal.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
    }
    assert_eq!(portal.accepting("/favicon.svg", "br").await.text, "picture");
    assert_eq!(portal.get("/within.txt").await.text, "licences");
}

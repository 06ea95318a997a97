//! The configurations of hosts that can't be run here: read and run as those hosts document them.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::export_support::{export_well, portal};

fn exported() -> TempDir {
    exported_for("https://gateway.example", &[])
}

fn exported_for(gateway: &str, more: &[&str]) -> TempDir {
    let (portal, to) = (portal("1"), TempDir::new().expect("a folder"));
    let flags = [
        "--base-path",
        "/tools/keys/",
        "--api-base",
        "/keyward/",
        "--gateway",
        gateway,
        "--public-url",
        "https://host.example",
    ];
    export_well(portal.path(), to.path(), &[&flags[..], more].concat());
    to
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a script prints that Node runs as a module.
fn node(folder: &Path, script: &str) -> String {
    let output = Command::new("node")
        .current_dir(folder)
        .args(["--input-type=module", "--eval", script])
        .output()
        .expect("Node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn no_header_is_set_by_two_rules_of_netlify() {
    let text = read(&exported(), "site/_headers");
    let mut rules: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("  ") {
            Some(header) => {
                let header = header.split_once(": ").expect("a header");
                rules.last_mut().expect("a path").1.push(header);
            }
            None => rules.push((line, Vec::new())),
        }
    }
    // The page for unknown addresses is at the root of the site, beside the portal's folder.
    assert_eq!(rules[0].0, "/*");
    let names: Vec<&str> = rules[0].1.iter().map(|(name, _)| *name).collect();
    assert!(
        names.contains(&"content-security-policy") && names.contains(&"strict-transport-security"),
        "{names:?}"
    );
    assert!(!names.contains(&"cache-control"));
    let hashed = [
        "/tools/keys/boot-0000000000000001.js",
        "/tools/keys/portal-0000000000000001_bg.wasm",
    ];
    for path in hashed {
        let rule = rules.iter().find(|(rule, _)| *rule == path).expect(path);
        assert_eq!(rule.1, [("cache-control", "public, max-age=31536000, immutable")]);
    }
    assert!(
        rules[1..]
            .iter()
            .all(|(path, headers)| path.contains('-') && headers.len() == 1)
    );
}

#[test]
fn redirects_lead_to_pages_and_to_the_gateway() {
    let text = read(&exported(), "site/_redirects");
    let rules: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
    let target = |path: &str| {
        let found = rules.iter().find(|rule| fits(rule[0], path))?;
        Some((found[1].to_owned(), found[2].to_owned()))
    };
    for (path, to) in [
        ("/tools/keys/sign-in", Some(("/tools/keys/", "200"))),
        ("/tools/keys/o/1", Some(("/tools/keys/", "200"))),
        ("/tools/keys/o/1/api-key", Some(("/tools/keys/", "200"))),
        ("/tools/keys/o/1/audit-log", Some(("/tools/keys/more", "200"))),
        ("/tools/keys/account", Some(("/tools/keys/more", "200"))),
        (
            "/keyward/api/portal/session",
            Some(("https://gateway.example/api/:splat", "200")),
        ),
        ("/tools/keys/missing-ffffffffffffffff.js", None),
    ] {
        assert_eq!(
            target(path),
            to.map(|(to, status)| (to.to_owned(), status.to_owned())),
            "{path}"
        );
    }
}

/// Whether a path fits a rule with `:placeholders` and a `*` at its end.
fn fits(rule: &str, path: &str) -> bool {
    let (mut rule, mut path) = (rule.split('/'), path.split('/'));
    loop {
        match (rule.next(), path.next()) {
            (Some("*"), Some(_)) | (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found || wanted.starts_with(':') => {}
            _ => return false,
        }
    }
}

#[test]
fn the_function_of_cloudflare_passes_the_api_on() {
    let export = exported();
    let said = node(
        export.path(),
        "globalThis.fetch = async (request, how) => [request.url, request.method, request.headers.get('x-forwarded-proto'),
           request.headers.get('x-forwarded-for'), request.headers.get('cookie'), how.redirect].join(' ');
         const text = (await import('node:fs')).readFileSync('hosts/cloudflare/functions/keyward/api/[[path]].js', 'utf8');
         const { onRequest } = await import('data:text/javascript,' + encodeURIComponent(text));
         const headers = { 'cf-connecting-ip': '192.0.2.7', cookie: 'a=1' };
         const request = new Request('https://host.example/keyward/api/portal/session?x=1', { method: 'DELETE', headers });
         console.log(await onRequest({ request }));",
    );
    assert_eq!(
        said,
        "https://gateway.example/api/portal/session?x=1 DELETE https 192.0.2.7 a=1 manual\n"
    );
}

#[test]
fn the_functions_of_cloudfront_find_page_file_and_api() {
    let export = exported();
    let run = |file: &str, uri: &str| {
        let script = format!(
            "const text = (await import('node:fs')).readFileSync('hosts/cloudfront/{file}', 'utf8');
             const handler = new Function(text + '; return handler')();
             console.log(handler({{ request: {{ method: 'GET', uri: '{uri}', headers: {{}} }} }}).uri);"
        );
        node(export.path(), &script).trim().to_owned()
    };
    for (uri, to) in [
        ("/tools/keys/", "/tools/keys/index.html"),
        ("/tools/keys/o/1/api-key", "/tools/keys/index.html"),
        ("/tools/keys/o/1/audit-log", "/tools/keys/more.html"),
        (
            "/tools/keys/boot-0000000000000001.js",
            "/tools/keys/boot-0000000000000001.js",
        ),
        ("/tools/keys/a.b/c", "/tools/keys/more.html"),
    ] {
        assert_eq!(run("pages.js", uri), to, "{uri}");
    }
    assert_eq!(run("api.js", "/keyward/api/portal/session"), "/api/portal/session");
}

#[test]
fn cloudfront_gets_each_header_in_its_field() {
    let export = exported();
    assert!(!export.path().join("hosts/cloudfront/headers-open.json").exists());
    // Errors have the headers of hashed files, too, and must not stay as long as these.
    for (file, cache) in [("headers.json", Some("no-cache")), ("headers-hashed.json", None)] {
        let policy = policy(&export, file);
        let security = &policy["SecurityHeadersConfig"];
        let csp = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
            .as_str()
            .expect("text");
        assert!(csp.ends_with("frame-ancestors 'none'"), "{csp}");
        assert_eq!(security["FrameOptions"]["FrameOption"], "DENY");
        assert_eq!(security["ReferrerPolicy"]["ReferrerPolicy"], "no-referrer");
        assert_eq!(
            security["StrictTransportSecurity"]["AccessControlMaxAgeSec"],
            31_536_000
        );
        assert_eq!(security["ContentTypeOptions"]["Override"], true);
        assert!(policy.get("CorsConfig").is_none());
        assert_eq!(custom(&policy, "cache-control"), Vec::from_iter(cache));
        assert_eq!(custom(&policy, "cross-origin-opener-policy"), ["same-origin"]);
        assert_eq!(custom(&policy, "cross-origin-resource-policy"), ["same-origin"]);
        assert_eq!(custom(&policy, "permissions-policy").len(), 1);
    }
}

#[test]
fn cloudfront_lets_listed_pages_load_the_element() {
    let export = exported_for(
        "https://gateway.example",
        &["--frame-ancestors", "https://intranet.example"],
    );
    let open = policy(&export, "headers-open.json");
    let cors = &open["CorsConfig"];
    assert_eq!(
        cors["AccessControlAllowOrigins"],
        json!({ "Quantity": 1, "Items": ["*"] })
    );
    assert_eq!(cors["AccessControlAllowCredentials"], false);
    assert_eq!(custom(&open, "access-control-allow-origin"), [""; 0]);
    assert_eq!(custom(&open, "cross-origin-resource-policy"), ["cross-origin"]);
    assert_eq!(custom(&open, "cache-control"), [""; 0], "errors have the policy, too");
    assert_ne!(open["Name"], policy(&export, "headers.json")["Name"]);
    for file in ["headers.json", "headers-hashed.json"] {
        let values = policy(&export, file);
        assert_eq!(
            custom(&values, "cross-origin-resource-policy"),
            ["same-origin"],
            "{file}"
        );
    }
}

/// A policy on response headers.
fn policy(export: &TempDir, file: &str) -> Value {
    serde_json::from_str(&read(export, &format!("hosts/cloudfront/{file}"))).expect("JSON")
}

/// The values that a policy has for a header without a field of its own.
fn custom<'a>(policy: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = &policy["CustomHeadersConfig"];
    let items = headers["Items"].as_array().expect("a list");
    assert_eq!(headers["Quantity"], items.len());
    let named = items.iter().filter(|it| it["Header"] == name);
    named.map(|it| it["Value"].as_str().expect("text")).collect()
}

#[test]
fn nginx_and_apache_check_the_certificate_of_a_gateway() {
    let authorities = "/etc/ssl/certs/ca-certificates.crt";
    let export = exported();
    let nginx = read(&export, "hosts/nginx.conf");
    let checked = format!(
        "    proxy_ssl_server_name on;\n    proxy_ssl_verify on;\n    proxy_ssl_verify_depth 4;\n    \
         proxy_ssl_trusted_certificate {authorities};\n}}\n"
    );
    assert!(nginx.contains(&checked), "{nginx}");
    let apache = read(&export, "hosts/apache.conf");
    let checked = format!(
        "# proxy_http, rewrite and ssl.\n\nSSLProxyEngine On\nSSLProxyVerify require\nSSLProxyVerifyDepth 4\n\
         SSLProxyCheckPeerName on\nSSLProxyCACertificateFile \"{authorities}\"\n\n<Location \"/keyward/api/\">\n"
    );
    assert!(apache.contains(&checked), "{apache}");
    // With the name that the browser asked for, it would expect that in the certificate.
    assert!(apache.contains("    ProxyPreserveHost Off\n"), "{apache}");

    let export = exported_for("http://gateway.example", &[]);
    let (nginx, apache) = (read(&export, "hosts/nginx.conf"), read(&export, "hosts/apache.conf"));
    assert!(!nginx.contains("proxy_ssl"), "{nginx}");
    assert!(!apache.contains("SSLProxy") && !apache.contains("ssl."), "{apache}");
    assert!(apache.contains("    ProxyPreserveHost On\n"), "{apache}");
}

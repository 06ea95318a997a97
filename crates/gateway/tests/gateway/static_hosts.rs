//! Web servers with the configurations of an export, used as they are, beside a gateway.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use reqwest::{Client, Response, redirect::Policy};
use tempfile::TempDir;

use crate::{
    data::TestData,
    export_support::{assets, export_well, page, portal},
    nginx::{Nginx, free_address},
    process::{Server, init},
    web_server::WebServer,
};

/// The paths that the portal is served below, each on a port of its own.
const BASES: [&str; 3] = ["", "/a", "/a/b"];
const BUILD: &str = "1";
/// Whose pages may frame the portal, and load what they need for that.
const ANCESTOR: &str = "https://intranet.example";

/// Headers in which a host has to agree with the gateway.
const SAME: [&str; 10] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "access-control-allow-origin",
    "permissions-policy",
    "x-frame-options",
    "content-type",
    "cache-control",
];

/// A gateway that serves the portal, and exports of the same for each path.
struct Exports {
    gateway: Server,
    folder: TempDir,
    _data: TestData,
    portal: TempDir,
}

impl Exports {
    fn new() -> Self {
        let data = TestData::missing();
        assert!(init(&data).status.success());
        let portal = portal(BUILD);
        let path = portal.path().to_str().expect("text");
        let gateway = Server::start_with(&data, &["--portal", path, "--frame-ancestors", ANCESTOR]);
        let folder = TempDir::new().expect("a folder");
        // The workers of a server that root starts have a user of their own.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a folder");
        let exports = Self {
            gateway,
            folder,
            _data: data,
            portal,
        };
        for base in BASES {
            let base_path = format!("{base}/");
            let to = ["--base-path", &base_path, "--gateway", &exports.gateway.url];
            let flags = [&to[..], &["--frame-ancestors", ANCESTOR]].concat();
            export_well(exports.portal.path(), &exports.at(base), &flags);
        }
        exports
    }

    /// The export for a path.
    fn at(&self, base: &str) -> std::path::PathBuf {
        self.folder.path().join(format!("export{}", base.replace('/', "-")))
    }

    /// What a server with three sites is configured with, from the address and the exported file of each, and where they are.
    fn sites(&self, file: &str, site: impl Fn(&str, &Path) -> String) -> (String, Vec<String>) {
        let sites = BASES.map(|base| {
            let address = free_address();
            (site(&address, &self.at(base).join("hosts").join(file)), address)
        });
        let (texts, addresses): (Vec<_>, Vec<_>) = sites.into_iter().unzip();
        (texts.concat(), addresses)
    }

    /// Asks each site for everything, and the gateway for the same. `codings` are those that the server knows.
    async fn check(&self, addresses: &[String], codings: &[&str]) {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        for (base, address) in BASES.iter().zip(addresses) {
            let site = format!("http://{address}{base}");
            let asked = Asked {
                client: &client,
                site: &site,
                gateway: &self.gateway.url,
            };
            asked.addresses(base).await;
            for coding in codings {
                asked.files(coding).await;
            }
            let served = self.at(base).join("site").join(base.trim_start_matches('/'));
            fs::remove_file(served.join("embed.d.ts")).expect("a file");
            asked.missing().await;
            asked.api().await;
        }
    }
}

struct Asked<'a> {
    client: &'a Client,
    site: &'a str,
    gateway: &'a str,
}

impl Asked<'_> {
    async fn get(&self, at: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        let request = self.client.get(format!("{at}{path}"));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{at}{path}: {error}"))
    }

    /// The answer of the site, whose headers are those of the gateway.
    async fn alike(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let (ours, theirs) = (
            self.get(self.gateway, path, headers).await,
            self.get(self.site, path, headers).await,
        );
        assert_eq!(theirs.status(), ours.status(), "{}{path}", self.site);
        for name in SAME {
            let values = |answer: &Response| answer.headers().get_all(name).iter().cloned().collect::<Vec<_>>();
            assert_eq!(values(&theirs), values(&ours), "{name} of {}{path}", self.site);
        }
        theirs
    }

    async fn addresses(&self, base: &str) {
        for (path, name) in [
            ("", "index.html"),
            ("/", "index.html"),
            ("/index.html", "index.html"),
            ("/sign-in", "index.html"),
            ("/o/1", "index.html"),
            ("/o/12/api-key", "index.html"),
            ("/o/12/api-key/", "index.html"),
            ("/account", "more.html"),
            ("/o/1/audit-log?search=a.b", "more.html"),
            ("/o/x/api-key", "more.html"),
            ("/o/1/api-key/more", "more.html"),
            ("/nothing", "more.html"),
        ] {
            let answer = self.alike(path, &[("accept", "text/html")]).await;
            let head = format!(r#"<base href="{base}/"><meta id="frame-ancestors" content="{ANCESTOR}">"#);
            let expected = page(name, BUILD).replace(r#"<base href="/">"#, &head);
            assert_eq!(answer.text().await.expect("text"), expected, "{}{path}", self.site);
        }
        let answer = self.get(self.site, "/.well-known/change-password", &[]).await;
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str().expect("text");
        let target = answer.url().join(location).expect("a URL");
        assert_eq!(target.as_str(), format!("{}/account", self.site));
    }

    async fn files(&self, coding: &str) {
        let files = assets(BUILD);
        for (name, plain) in files
            .iter()
            .filter(|(name, _)| !name.ends_with(".br") && !name.ends_with(".gz"))
        {
            let answer = self.alike(&format!("/{name}"), &[("accept-encoding", coding)]).await;
            let ending = if coding == "br" { "br" } else { "gz" };
            let coded = files
                .iter()
                .find(|(coded, _)| *coded == format!("{name}.{ending}") && !coding.is_empty());
            let encoding = answer
                .headers()
                .get("content-encoding")
                .map(|value| value.to_str().expect("text"));
            assert_eq!(encoding, coded.map(|_| coding), "{name}");
            if coded.is_some() {
                let vary = answer.headers()["vary"].to_str().expect("text");
                assert!(vary.eq_ignore_ascii_case("accept-encoding"), "{name}: {vary}");
            }
            let expected = coded.map_or(plain, |(_, content)| content);
            assert_eq!(&answer.text().await.expect("text"), expected, "{name}");
        }
    }

    async fn missing(&self) {
        for path in [
            "/boot-ffffffffffffffff.js",
            "/o/1/missing.css",
            "/boot-0000000000000001.js.br",
            "/licences.txt.gz",
            "/embed.d.ts",
        ] {
            let answer = self.get(self.site, path, &[("accept", "text/html")]).await;
            assert_eq!(answer.status(), 404, "{path}");
            let cache = answer
                .headers()
                .get("cache-control")
                .map_or("", |value| value.to_str().expect("text"));
            assert!(!cache.contains("max-age"), "{path}: {cache}");
            assert!(!answer.text().await.expect("text").contains("data-build"), "{path}");
        }
    }

    async fn api(&self) {
        for (path, status) in [("/api/portal/session", 401), ("/api/portal/nothing?x=1", 404)] {
            let answer = self.alike(path, &[]).await;
            assert_eq!(answer.status(), status, "{path}");
            assert!(answer.headers().contains_key("x-request-id"), "{path}");
        }
        let answer = self.get(self.site, "/api/portal/session", &[]).await;
        assert_eq!(
            answer.headers()["x-keyward-api"],
            keyward_contract::API_VERSION.to_string().as_str()
        );
    }
}

#[tokio::test]
async fn nginx_serves_the_portal_as_the_gateway_does() {
    let exports = Exports::new();
    let (config, addresses) = exports.sites("nginx.conf", |address, file| {
        format!("server {{ listen {address}; include \"{}\"; }}\n", file.display())
    });
    let _nginx = Nginx::with_plain_file(&config);
    // Brotli needs a module.
    exports.check(&addresses, &["gzip", ""]).await;
}

#[tokio::test]
async fn caddy_serves_the_portal_as_the_gateway_does() {
    let exports = Exports::new();
    let (sites, addresses) = exports.sites("Caddyfile", |address, file| {
        format!("http://{address} {{\n\timport \"{}\"\n}}\n", file.display())
    });
    let _caddy = WebServer::caddy(exports.folder.path(), &sites);
    exports.check(&addresses, &["br", "gzip", ""]).await;
}

#[tokio::test]
async fn apache_serves_the_portal_as_the_gateway_does() {
    const MODULES: [&str; 10] = [
        "mpm_event",
        "authz_core",
        "alias",
        "dir",
        "env",
        "headers",
        "mime",
        "proxy",
        "proxy_http",
        "rewrite",
    ];
    let exports = Exports::new();
    let (sites, addresses) = exports.sites("apache.conf", |address, file| {
        format!(
            "Listen {address}\n<VirtualHost {address}>\nInclude \"{}\"\n</VirtualHost>\n",
            file.display()
        )
    });
    let folder = exports.folder.path().display();
    let modules: String = MODULES
        .iter()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let types = "TypesConfig /dev/null\nErrorLog /dev/stderr\nServerName localhost\nUser nobody\nGroup nogroup\n";
    let file = exports.folder.path().join("apache2.conf");
    let text = format!("{modules}{types}DefaultRuntimeDir {folder}\nPidFile {folder}/pid\n{sites}");
    fs::write(&file, text).expect("a file");
    let mut command = Command::new("/usr/sbin/apache2");
    command.arg("-DFOREGROUND").arg("-f").arg(&file);
    let _apache = WebServer::start(command, "apache2-bin", "resuming normal operations");
    exports.check(&addresses, &["br", "gzip", ""]).await;
}

//! Configurations of web hosts, so that each serves the portal as the gateway does.

mod apache;
mod caddy;
mod cloudflare;
mod cloudfront;
mod netlify;
mod nginx;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{CommandError, site::Site};
use crate::{
    config::{PortalConfig, PublicUrl},
    edge::{
        self,
        portal::{FOR_OTHERS, Place},
    },
};

/// A file name with a hash of its content, as a regular expression that finds it at the end of a path.
const HASHED: &str = r"-[0-9a-f]{16}(_bg)?\.[^/.]+$";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// The authorities from which a host accepts a certificate of the gateway: those of the system, where Debian keeps them.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Pages of the portal beyond the first load and those of an organization. Hosts that can't tell addresses from missing files by
/// their form need them by name.
const PAGES: [&str; 5] = ["account", "invitation", "organizations", "setup", "signed-in"];
/// Where password managers look for the page that changes a password.
const CHANGE_PASSWORD: &str = ".well-known/change-password";

/// What a host needs to know.
pub(super) struct Host<'a> {
    /// Where portal and API are on the host.
    pub(super) place: &'a Place,
    /// The address where the host reaches the gateway. It has no path.
    pub(super) gateway: PublicUrl,
    /// The folder that the host serves.
    pub(super) folder: PathBuf,
    /// Headers of all files, by name, in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) site: &'a Site,
    /// The hashed files of the build before, below the root of the host.
    pub(super) kept: &'a BTreeSet<String>,
}

/// The headers that the gateway sends with the portal's files; over HTTPS, if that is how the portal is reached.
pub(super) fn headers(settings: &PortalConfig) -> Vec<(String, String)> {
    let mut headers = edge::portal_headers(&settings.frame_ancestors);
    if settings.public_url.as_ref().is_some_and(|url| url.is_https()) {
        let hsts = edge::hsts(settings.hsts_max_age);
        headers.extend(hsts.map(|value| (axum::http::header::STRICT_TRANSPORT_SECURITY, value)));
    }
    let text = |value: axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .into_iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

/// Each file, by its name in the folder of configurations. `_headers` and `_redirects` belong to what is served.
pub(super) fn configurations(host: &Host<'_>) -> Result<Vec<(String, String)>, CommandError> {
    let mut files = vec![
        ("nginx.conf".to_owned(), nginx::configuration(host)),
        ("Caddyfile".to_owned(), caddy::configuration(host)),
        ("apache.conf".to_owned(), apache::configuration(host)),
        ("_headers".to_owned(), netlify::headers(host)),
        ("_redirects".to_owned(), netlify::redirects(host)),
        cloudflare::function(host),
    ];
    files.extend(cloudfront::configurations(host).map_err(|error| CommandError::Refused(error.to_string()))?);
    Ok(files)
}

impl Host<'_> {
    /// The path of the portal, empty or without a slash at its end.
    fn base(&self) -> &str {
        &self.place.base_path
    }

    /// Where the API is, without a slash at its end.
    fn api(&self) -> String {
        format!("{}/api", self.place.api_path)
    }

    /// The `Content-Type` of each kind of file that there is, by the ending of the name, and whether it has compressed variants.
    fn kinds(&self) -> BTreeMap<&str, (&'static str, bool)> {
        let mut kinds = BTreeMap::new();
        for file in &self.site.files {
            if let Some((_, ending)) = file.name.rsplit_once('.') {
                let (_, is_coded) = kinds.entry(ending).or_insert((file.media_type(), false));
                *is_coded |= file.brotli.is_some() || file.gzip.is_some();
            }
        }
        kinds
    }

    /// All hashed files, those of the build before included, below the root of the host.
    fn immutable(&self) -> BTreeSet<String> {
        self.site.immutable().chain(self.kept.iter().cloned()).collect()
    }

    /// Headers of the files that pages of other origins load, in place of those of all files; none where no page frames the portal.
    fn open_headers(&self) -> Vec<(String, String)> {
        if self.place.frame_ancestors.is_empty() {
            return Vec::new();
        }
        let text = |(name, value): (axum::http::HeaderName, &str)| (name.to_string(), value.to_owned());
        edge::FOR_ANY_ORIGIN.map(text).to_vec()
    }

    /// All headers of those files; none where no page frames the portal.
    fn all_open_headers(&self) -> Vec<(String, String)> {
        let open = self.open_headers();
        if open.is_empty() {
            return open;
        }
        let others = self
            .headers
            .iter()
            .filter(|(name, _)| open.iter().all(|(it, _)| it != name));
        others.chain(&open).cloned().collect()
    }

    /// A name for the portal at this path, of letters, digits and hyphens.
    fn name(&self) -> String {
        let name = format!("keyward{}", self.base());
        name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
    }

    /// Each header as a line.
    fn header_lines(&self, line: impl Fn(&str, &str) -> String) -> String {
        self.headers.iter().map(|(name, value)| line(name, value)).collect()
    }
}

/// The files that pages of other origins load, as a regular expression of their names.
fn for_others() -> String {
    format!("({})", FOR_OTHERS.map(escaped).join("|"))
}

/// A path within a regular expression.
fn escaped(path: &str) -> String {
    path.replace('.', r"\.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The segments that the portal's routes begin with, from its source.
    #[test]
    fn every_page_of_the_portal_is_named() {
        let routes = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/routes.rs");
        let routes = std::fs::read_to_string(routes).expect("the portal's routes");
        let names = routes
            .lines()
            .filter_map(|line| line.trim().strip_prefix("[\"")?.split_once("\"]"));
        let names: BTreeSet<&str> = names
            .filter(|(name, _)| !name.is_empty() && !name.contains('"'))
            .map(|(name, _)| name)
            .collect();
        let named: BTreeSet<&str> = PAGES.into_iter().chain(["sign-in"]).collect();
        assert_eq!(names, named);
        assert!(routes.contains("[\"o\", org"));
    }
}

//! The portal's files, and its single page for every address within it.

mod asset;
mod built;
mod embedded;
mod encoding;
mod folder;
mod name;
mod page;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use keyward_contract::ProblemCode;

use self::{asset::Asset, embedded::Embedded, encoding::Accepted, folder::Folder, name::Name};
use super::headers;
use crate::{
    config::Config,
    http::{is_navigation, problem::Problem},
};

pub use self::{
    built::{BuiltFile, built},
    page::{FIRST_LOAD, Place, build, placed},
};

const INDEX: &str = "index.html";
/// The same page, with the program preloaded that has every page.
const MORE: &str = "more.html";

/// Where password managers look for the page that changes a password (<https://w3c.github.io/webappsec-change-password-url/>).
const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// What a page that frames the portal makes use of: the custom element, and its types.
pub const FOR_OTHERS: [&str; 2] = ["embed.js", "embed.d.ts"];

/// The portal, and whether pages of other origins may frame it.
pub(super) struct Portal {
    files: Files,
    can_be_framed: bool,
}

/// Where the portal's files are.
enum Files {
    /// In this program, read once.
    Embedded(Embedded),
    /// In a folder, read at each request.
    Folder(Folder),
}

impl Portal {
    /// The portal, where and for whom the configuration says.
    pub(super) fn new(config: &Config) -> Self {
        let base_path = config.public_url.path();
        let place = Place {
            base_path: base_path.to_owned(),
            api_path: base_path.to_owned(),
            frame_ancestors: config.frame_ancestors.clone(),
        };
        let can_be_framed = !place.frame_ancestors.is_empty();
        let files = match config.portal.clone() {
            Some(folder) => Files::Folder(Folder::new(folder, place)),
            None => Files::Embedded(Embedded::read(&place)),
        };
        Self { files, can_be_framed }
    }

    pub(super) async fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        let Some(name) = Name::of(path) else {
            return Problem::new(ProblemCode::NotFound).into_response();
        };
        if method != Method::GET && method != Method::HEAD {
            let mut response = Problem::new(ProblemCode::MethodNotAllowed).into_response();
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
            return response;
        }
        if path == CHANGE_PASSWORD {
            return (StatusCode::SEE_OTHER, [(header::LOCATION, "../account")]).into_response();
        }
        // Password managers first check that missing pages are reported as missing.
        if path.starts_with("/.well-known/") {
            return Problem::new(ProblemCode::NotFound).into_response();
        }
        let is_for_others = FOR_OTHERS.contains(&name.file);
        if is_for_others && !self.can_be_framed {
            return Problem::new(ProblemCode::NotFound).into_response();
        }
        let mut response = self.found(&name, method, path, headers).await;
        if is_for_others && !response.status().is_client_error() {
            for (name, value) in headers::FOR_ANY_ORIGIN {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
        }
        response
    }

    async fn found(&self, name: &Name<'_>, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        // An API client that gets a page with 200 takes it for data.
        let page = Some(page_at(path)).filter(|_| is_navigation(headers));
        match &self.files {
            Files::Embedded(files) => {
                if let Some(file) = files.find(name.file) {
                    return send(file, method, headers);
                }
                if name.is_asset || files.has_folder(name.folder) {
                    return Problem::new(ProblemCode::NotFound).into_response();
                }
                let Some(page) = page else {
                    return Problem::new(ProblemCode::NotFound).into_response();
                };
                let found = files.find(page).or_else(|| files.find(INDEX));
                found.map_or_else(not_built, |index| send(index, method, headers))
            }
            Files::Folder(files) => {
                if let Some(file) = files.find(name.file).await {
                    return send(&file, method, headers);
                }
                if name.is_asset || files.has_folder(name.folder).await {
                    return Problem::new(ProblemCode::NotFound).into_response();
                }
                let Some(page) = page else {
                    return Problem::new(ProblemCode::NotFound).into_response();
                };
                let found = match files.find(page).await {
                    None => files.find(INDEX).await,
                    found => found,
                };
                found.map_or_else(not_built, |index| send(&index, method, headers))
            }
        }
    }
}

fn is_page(name: &str) -> bool {
    matches!(name, INDEX | MORE)
}

/// The page for an address: it preloads the program that the address starts with. `src/boot.js` decides by the same rule which
/// one that is, also on hosts that have one page for all addresses.
fn page_at(path: &str) -> &'static str {
    let is_organization = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut segments = path.trim_matches('/').split('/');
    match (segments.next(), segments.next(), segments.next(), segments.next()) {
        (Some("" | "sign-in"), None, ..) => INDEX,
        (Some("o"), Some(org), None | Some("api-key"), None) if is_organization(org) => INDEX,
        _ => MORE,
    }
}

fn send(asset: &Asset, method: &Method, request: &HeaderMap) -> Response {
    let (variant, encoding) = asset.choose(Accepted::by(request));
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::ETAG, variant.etag.clone());
    headers.insert(header::CACHE_CONTROL, asset.cache_control.clone());
    if asset.is_negotiated() {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if asset::has_etag(request, &variant.etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(header::CONTENT_TYPE, asset.content_type.clone());
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(variant.body.len()));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if method == Method::GET {
        *response.body_mut() = Body::from(Bytes::clone(&variant.body));
    }
    response
}

fn not_built() -> Response {
    const TEXT: &str = "This program was built without the portal. Its APIs work.\n\
        To build both and start them: cargo xtask start\n\
        To serve a portal that is built already: keyward serve --portal DIR\n";
    (StatusCode::SERVICE_UNAVAILABLE, TEXT).into_response()
}

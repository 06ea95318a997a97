//! Which host a request is for.

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// The host that a request names, with its port where it has one: the authority of its target (HTTP/2, RFC 9113, section
/// 8.3.1), else `Host`.
#[derive(Clone, Debug)]
pub struct RequestHost(Option<String>);

impl RequestHost {
    /// Of a request as it came.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let authority = uri.authority().map(Authority::as_str);
        let host = || {
            let host = headers.get(header::HOST)?;
            Some(String::from_utf8_lossy(host.as_bytes()))
        };
        Self(
            authority
                .map(str::to_owned)
                .or_else(|| host().map(|host| host.into_owned())),
        )
    }

    /// As the client wrote it.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

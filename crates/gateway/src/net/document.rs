//! Reads the answers of other people's servers: mostly JSON, and a precise error where it isn't.

use futures_util::StreamExt as _;
use keyward_contract::FetchFailureCode as Code;
use reqwest::{Response, StatusCode, header};

use super::fetch::{Failure, failure, told};
use crate::text::{NotUtf8, utf8};

/// The largest document, in bytes.
pub const SIZE: usize = 256 * 1024;
/// Accepted types: JWKS (RFC 7517, section 8.5.2) and JSON, or anything from servers that know neither.
pub const ACCEPT: &str = "application/jwk-set+json, application/json;q=0.9, */*;q=0.1";

/// The text of an answer with status 200.
///
/// # Errors
/// Why it can't be used.
pub async fn read(response: Response) -> Result<String, Failure> {
    let status = response.status();
    if status != StatusCode::OK {
        return Err(Failure {
            status: Some(status.as_u16()),
            ..failure(Code::Status, refusal(status))
        });
    }
    text(response).await
}

/// The text of an answer, whatever its status.
///
/// # Errors
/// As [`read`].
pub async fn text(response: Response) -> Result<String, Failure> {
    let header = |name: &header::HeaderName| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().trim().to_ascii_lowercase()
    };
    let (encoding, kind) = (header(&header::CONTENT_ENCODING), header(&header::CONTENT_TYPE));
    if !matches!(encoding.as_str(), "" | "identity") {
        let text = format!(
            "The server sends the document compressed ({}), though it was asked not to. Turn that off there.",
            encoding.chars().take(40).collect::<String>().escape_debug()
        );
        return Err(failure(Code::Compressed, text));
    }
    decode(&body(response).await?, &kind)
}

async fn body(response: Response) -> Result<Vec<u8>, Failure> {
    let large = || failure(Code::Size, "The document is larger than 256 KiB.");
    if response.content_length().is_some_and(|length| length > SIZE as u64) {
        return Err(large());
    }
    let mut body = Vec::new();
    let mut parts = response.bytes_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| told(&error))?;
        if body.len() + part.len() > SIZE {
            return Err(large());
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn decode(body: &[u8], kind: &str) -> Result<String, Failure> {
    let wrong = |code, text: &str| Err(failure(code, text));
    let text = match utf8(body) {
        Ok(text) => text.to_owned(),
        Err(NotUtf8::Wide) => {
            let text = "The document is in UTF-16 or UTF-32. Publish it in UTF-8, as JSON requires.";
            return wrong(Code::Encoding, text);
        }
        Err(NotUtf8::At(_)) => return wrong(Code::Encoding, "The document is not in UTF-8, as JSON requires."),
    };
    if text.trim_start().starts_with('<') || kind.starts_with("text/html") {
        return wrong(
            Code::WebPage,
            "This is a web page, perhaps a sign-in page. Enter the URL of the document itself.",
        );
    }
    Ok(text)
}

fn refusal(status: StatusCode) -> String {
    let means = match status {
        StatusCode::NOT_MODIFIED => ": not modified, though it was never fetched",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ": it requires a sign-in",
        StatusCode::NOT_ACCEPTABLE => ": it has no JSON there",
        StatusCode::TOO_MANY_REQUESTS => ": too many requests",
        status if status.is_server_error() => ": something is wrong there. Try again later",
        _ => "",
    };
    let sentence = format!("The server answers with status {}{means}.", status.as_u16());
    if status.is_server_error() {
        return sentence;
    }
    format!("{sentence} Check the URL.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded_or_rejected_precisely() {
        let read = |body: &[u8]| decode(body, "application/json").map_err(|failure| failure.text);
        for body in [&b"{}"[..], b"\xef\xbb\xbf{}"] {
            assert_eq!(read(body), Ok("{}".to_owned()));
        }
        assert_eq!(read(b"\r\n {}"), Ok("\r\n {}".to_owned()));
        for (body, named) in [
            (&b"\xff\xfe{\0}\0"[..], "UTF-16"),
            (b"\xfe\xff\0{\0}", "UTF-16"),
            (b"{\0}\0", "UTF-16"),
            (b"\0{\0}", "UTF-16"),
            (b"{\"x\":\"\xe4\"}", "not in UTF-8"),
            (b" \n<!doctype html>", "web page"),
        ] {
            assert!(read(body).is_err_and(|text| text.contains(named)), "{named}");
        }
        assert!(decode(b"Sign in", "text/html; charset=utf-8").is_err());
    }
}

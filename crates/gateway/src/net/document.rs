//! Reads what servers of others answer: JSON for the most part, and now and then something else, which is told for what it is.

use futures_util::StreamExt as _;
use keyward_contract::FetchFailureReason as Reason;
use reqwest::{Response, StatusCode, header};

use super::fetch::{Failure, failure, told};
use crate::text::{NotUtf8, utf8};

/// The largest document, in bytes.
pub const SIZE: usize = 256 * 1024;
/// What is asked for: JWKS (RFC 7517, section 8.5.2) and JSON. A server that knows neither name may call it anything.
pub const ACCEPT: &str = "application/jwk-set+json, application/json;q=0.9, */*;q=0.1";

/// The text of an answer that is there.
///
/// # Errors
/// When it is none, with the true reason.
pub async fn read(response: Response) -> Result<String, Failure> {
    let status = response.status();
    if status != StatusCode::OK {
        return Err(failure(Reason::Status, refusal(status)));
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
            "The server sends the document compressed ({}), which it was asked not to do. Have it sent as it is.",
            encoding.chars().take(40).collect::<String>().escape_debug()
        );
        return Err(failure(Reason::Json, text));
    }
    decode(&body(response).await?, &kind)
}

async fn body(response: Response) -> Result<Vec<u8>, Failure> {
    let large = || failure(Reason::Size, "The document is larger than 256 KiB.");
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
    let wrong = |text: &str| Err(failure(Reason::Json, text));
    let text = match utf8(body) {
        Ok(text) => text.to_owned(),
        Err(NotUtf8::Wide) => return wrong("The document is in UTF-16 or UTF-32. JSON is in UTF-8: have it sent so."),
        Err(NotUtf8::At(_)) => return wrong("The document is not in UTF-8, as JSON is."),
    };
    if text.trim_start().starts_with('<') || kind.starts_with("text/html") {
        return wrong("A web page is there, perhaps a sign-in. Enter the location of the document itself.");
    }
    Ok(text)
}

fn refusal(status: StatusCode) -> String {
    let means = match status {
        StatusCode::NOT_MODIFIED => ": that the document is as it was, though it was never fetched",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ": it doesn't show the document without a sign-in",
        StatusCode::NOT_ACCEPTABLE => ": it has no JSON there",
        StatusCode::TOO_MANY_REQUESTS => ": it is asked too often",
        status if status.is_server_error() => ": something is wrong with it. Try again later",
        _ => "",
    };
    let sentence = format!("The server answers with status {}{means}.", status.as_u16());
    if status.is_server_error() {
        return sentence;
    }
    format!("{sentence} Check the location.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_or_its_kind_is_named() {
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

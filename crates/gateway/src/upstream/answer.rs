//! What an upstream says, in the shape of the vendor's Cloud & Branch Connector API. Fields that aren't known are ignored.

use std::{cmp::Reverse, time::Duration};

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, ChangedBy, KeyString, UpstreamFailureCode as Code};
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::{Failure, Target};
use crate::clock;

/// A key as an upstream lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamKey {
    /// Its identifier there.
    pub id: i64,
    /// The key; `None` if the upstream doesn't show it to Keyward's account.
    pub key: Option<KeyString>,
    /// Whether it can be used.
    pub enabled: bool,
    /// Who changed it there.
    pub last_modified_by: ChangedBy,
    /// When, to the second.
    pub last_modified_on: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: Value,
    key_value: Option<String>,
    enabled: Option<bool>,
    last_modified_time: Option<i64>,
    last_modified_by: Option<Person>,
    #[serde(default)]
    partner: Value,
    partner_url: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    id: Value,
    name: Option<String>,
}

impl Listed {
    /// Partners have keys of their own in the same list.
    fn is_of_partner(&self) -> bool {
        let is_partner = match &self.partner {
            Value::Null | Value::Bool(false) => false,
            Value::Object(partner) => !partner.is_empty(),
            _ => true,
        };
        is_partner || self.partner_url.as_ref().is_some_and(|url| !url.is_empty())
    }

    fn read(self) -> Result<UpstreamKey, Failure> {
        let id = number(&self.id).ok_or_else(|| unreadable("a key has no id"))?;
        let key = self.key_value.filter(|value| !value.is_empty());
        // A key that is masked isn't shown.
        let key = key.filter(|value| !value.contains('*')).map(|value| value.parse());
        let time = self.last_modified_time.unwrap_or_default();
        // The documented unit is the second; milliseconds can be told from it.
        let millis = if time > 100_000_000_000 {
            time
        } else {
            time.saturating_mul(1000)
        };
        let by = self.last_modified_by;
        Ok(UpstreamKey {
            id,
            key: key.transpose().map_err(|_| unreadable("keyValue isn't a key"))?,
            enabled: self.enabled.unwrap_or(true),
            last_modified_by: ChangedBy {
                id: AdminId(by.as_ref().and_then(|by| number(&by.id)).unwrap_or_default()),
                name: by
                    .and_then(|by| by.name)
                    .unwrap_or_default()
                    .chars()
                    .take(128)
                    .collect(),
            },
            last_modified_on: clock::from_millis(millis),
        })
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn unreadable(what: &str) -> Failure {
    let text = format!("The upstream's answer can't be used: {what}. Check its URL and kind.");
    Failure::in_doubt(Code::Unreadable, text)
}

/// The organization's own key in a list of keys; `None` if there is none. Of several, the one that is known already counts.
pub fn list(text: &str, known: Option<i64>) -> Result<Option<UpstreamKey>, Failure> {
    let mut listed: Vec<Listed> = serde_json::from_str(text).map_err(|_| unreadable("it isn't a list of keys"))?;
    listed.retain(|listed| !listed.is_of_partner());
    let at = listed
        .iter()
        .position(|listed| known.is_some() && number(&listed.id) == known);
    listed
        .into_iter()
        .nth(at.unwrap_or_default())
        .map(Listed::read)
        .transpose()
}

/// A key that was regenerated.
pub fn regenerated(text: &str) -> Result<UpstreamKey, Failure> {
    let listed: Listed = serde_json::from_str(text).map_err(|_| unreadable("it isn't a key"))?;
    listed.read()
}

/// How long to leave it alone, a second or longer: `Retry-After` (RFC 9110, section 10.2.3), also with a unit (`30 seconds`), and
/// also in the body, as the vendor says it.
pub fn retry_after(header: Option<&str>, body: Option<&str>, now: DateTime<Utc>) -> Option<Duration> {
    let read = |wait: &str| {
        let wait = wait.trim();
        let seconds = wait.split(' ').next()?.parse().ok();
        let until = || DateTime::parse_from_rfc2822(wait).ok();
        seconds.or_else(|| Some((until()?.to_utc() - now).num_seconds().max(0).unsigned_abs()))
    };
    let body: Option<Value> = body.and_then(|body| serde_json::from_str(body).ok());
    let body = body.as_ref().and_then(|body| body["Retry-After"].as_str());
    let seconds: Option<u64> = [header, body].into_iter().flatten().filter_map(read).max();
    Some(Duration::from_secs(seconds?.max(1)))
}

/// What an error says, within a sentence, without the credentials and what else was sent: the value of a header field, or the
/// obfuscated key.
pub fn said(text: &str, target: &Target, sent: &str) -> String {
    let credentials = &target.credentials;
    let key = credentials.key.as_ref().map_or("", KeyString::reveal);
    // Of `JSESSIONID=…` and `Bearer …`, what follows.
    let (_, sent) = sent.split_once(['=', ' ']).unwrap_or(("", sent));
    quoted(text, [&credentials.secret, key, sent])
}

/// Its code and text, bounded and on one line, without secrets.
fn quoted<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    #[derive(Deserialize)]
    struct Said {
        #[serde(default, alias = "error")]
        code: String,
        #[serde(default, alias = "error_description")]
        message: String,
    }
    let Ok(Said { code, message }) = serde_json::from_str(text) else {
        return String::new();
    };
    let said: String = [code, message].join(" ").chars().filter(|c| !c.is_control()).collect();
    let said: String = without(said, secrets).trim().chars().take(200).collect();
    match said.is_empty() {
        true => said,
        false => format!(" ({said})"),
    }
}

/// The text without secrets, as they are and as requests write them: in JSON and in forms.
fn without<'a>(text: String, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let forms = |secret: &str| {
        let quoted = Value::from(secret).to_string();
        let json = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        let form = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        [secret.to_owned(), json.to_owned(), form]
    };
    let mut forms: Vec<String> = secrets.into_iter().flat_map(forms).collect();
    forms.retain(|form| !form.is_empty());
    // One can be a part of another.
    forms.sort_by_key(|form| Reverse(form.len()));
    forms.iter().fold(text, |text, form| text.replace(form, "…"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::keys::upstreams::{Place, UpstreamCredentials, UpstreamKind};

    /// As the vendor documents it, with values of our own.
    const DOCUMENTED: &str = r#"[
        { "id": 7, "keyValue": "PartnerKey01", "permissions": ["USER_ACCESS"], "enabled": true,
          "lastModifiedTime": 1700000001, "lastModifiedBy": { "id": 1, "name": "partner" },
          "partner": { "id": 5, "name": "Partner" }, "partnerUrl": "https://partner.example" },
        { "id": 8, "keyValue": "AbC123xYz789", "permissions": ["USER_ACCESS"], "enabled": true,
          "lastModifiedTime": 1700000000, "lastModifiedBy": { "id": 42, "name": "admin@acme.example" } }
    ]"#;

    #[test]
    fn the_documented_list_is_read() {
        let key = list(DOCUMENTED, None).expect("a list").expect("a key");
        assert_eq!(key.id, 8);
        assert_eq!(key.key.as_ref().map(KeyString::reveal), Some("AbC123xYz789"));
        assert_eq!(key.last_modified_by.name, "admin@acme.example");
        assert_eq!(key.last_modified_on.timestamp(), 1_700_000_000);
        assert_eq!(list("[]", None).expect("a list"), None);
    }

    #[test]
    fn unknown_and_missing_fields_do_no_harm() {
        let key = regenerated(r#"{ "id": "8", "shade": { "of": ["blue"] }, "lastModifiedTime": 1700000000123 }"#);
        let key = key.expect("a key");
        assert_eq!((key.id, key.key, key.enabled), (8, None, true));
        assert_eq!(key.last_modified_on.timestamp(), 1_700_000_000);
        let masked = regenerated(r#"{ "id": 8, "keyValue": "********z789", "partner": false }"#).expect("a key");
        assert_eq!(masked.key, None);
    }

    #[test]
    fn other_documents_are_unreadable_and_leave_doubt() {
        for text in [
            "{}",
            "null",
            "[1]",
            r#"[{"id":"x"}]"#,
            r#"[{"id":1,"keyValue":"short"}]"#,
            "<html>",
        ] {
            let failure = list(text, None).expect_err(text);
            assert_eq!((failure.code, failure.is_in_doubt), (Code::Unreadable, true), "{text}");
        }
    }

    #[test]
    fn of_several_keys_the_known_one_counts() {
        let several = r#"[{ "id": 7 }, { "id": 8 }, { "id": 9, "partnerUrl": "https://partner.example" }]"#;
        let id = |known| list(several, known).expect("a list").map(|key| key.id);
        assert_eq!([None, Some(8), Some(9), Some(10)].map(id), [7, 8, 7, 7].map(Some));
    }

    #[test]
    fn waits_are_read_as_upstreams_say_them() {
        let now = DateTime::parse_from_rfc2822("Sun, 06 Nov 1994 08:49:00 GMT")
            .expect("a time")
            .to_utc();
        let seconds = |header, body| retry_after(header, body, now).map(|wait| wait.as_secs());
        for (header, expected) in [
            ("30", Some(30)),
            ("0 seconds", Some(1)),
            (" 12 seconds ", Some(12)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(1)),
            ("soon", None),
            ("-5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(seconds(Some(header), None), expected, "{header}");
        }
        let body = r#"{ "message": "Rate Limit (1000/HOUR) exceeded", "Retry-After": "1800 seconds" }"#;
        assert_eq!(seconds(None, Some(body)), Some(1800));
        assert_eq!(seconds(Some("0 seconds"), Some(body)), Some(1800));
        assert_eq!(seconds(None, Some("<html>")), None);
    }

    #[test]
    fn errors_are_quoted_on_one_line() {
        let text = quoted("{\"code\":\"EDIT_LOCK_NOT_AVAILABLE\",\"message\":\"Busy\\nnow\"}", []);
        assert_eq!(text, " (EDIT_LOCK_NOT_AVAILABLE Busynow)");
        assert_eq!(quoted(r#"{"error":"invalid_client"}"#, [""]), " (invalid_client)");
        assert_eq!(quoted("<html>", []), "");
    }

    #[test]
    fn errors_are_quoted_without_secrets() {
        let quotes = [r#"p"+ä"#, r#"p\"+ä"#, "p%22%2B%C3%A4", "p\"\n+ä", "p\"+äp\"+ä"];
        for quote in quotes {
            let text = json!({ "code": "BAD", "message": format!("{quote} of AbC123xYz789") }).to_string();
            let text = quoted(&text, ["AbC123", "p\"+ä", "AbC123xYz789", "p\"+äp\"+ä"]);
            assert_eq!(text, " (BAD … of …)", "{quote}");
        }
    }

    #[test]
    fn nothing_that_was_sent_is_quoted() {
        let target = Target {
            place: Place {
                kind: UpstreamKind::ZtwLegacy,
                url: String::new(),
                token_url: String::new(),
                audience: String::new(),
            },
            credentials: UpstreamCredentials {
                name: "keyward".to_owned(),
                secret: "Quiet-Harbor".to_owned(),
                key: "AbC123xYz789".parse().ok(),
            },
            credentials_version: 1,
            known: None,
        };
        for (sent, quote) in [
            ("", "Quiet-Harbor"),
            ("", "AbC123xYz789"),
            ("xA1bC2zY", "xA1bC2zY"),
            ("JSESSIONID=5F0C==", "5F0C=="),
            ("Bearer eyJ.e30.x", "eyJ.e30.x"),
        ] {
            let text = json!({ "message": format!("{quote} of keyward") }).to_string();
            assert_eq!(said(&text, &target, sent), " (… of keyward)", "{quote}");
        }
    }
}

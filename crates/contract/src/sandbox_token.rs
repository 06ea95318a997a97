//! Sandbox API tokens: what a client of the Sandbox submission API (`/zscsb/submit?api_token=…`) shows.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Capabilities, ChangedBy, Restored, SandboxTokenId, secret_text::secret_text};

/// The most Sandbox API tokens an organization can have.
pub const SANDBOX_TOKENS_MAX: usize = 5;
/// How many characters a Sandbox API token has: `sbx_`, [`SANDBOX_TOKEN_RANDOM`] random ones, and a checksum of six.
pub const SANDBOX_TOKEN_LENGTH: usize = PREFIX.len() + SANDBOX_TOKEN_RANDOM + CHECKSUM;
/// How many of them are random: 154 bits.
pub const SANDBOX_TOKEN_RANDOM: usize = 26;

/// The prefix of each token, so that secret scanners find leaked ones.
const PREFIX: &str = "sbx_";
/// How many characters the CRC-32 of the random ones takes in base 62.
const CHECKSUM: usize = 6;
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

secret_text!(
    /// A Sandbox API token in clear: `sbx_`, 26 random characters of `A-Z a-z 0-9`, and the CRC-32 of these 26 (ISO-HDLC, as
    /// in gzip) as 6 digits in base 62 (`0-9`, then `A-Z`, then `a-z`; the highest first).
    ///
    /// It can't be printed by accident, and is wiped from memory when dropped.
    SandboxTokenString,
    SANDBOX_TOKEN_LENGTH,
    "A Sandbox API token in clear",
    "^sbx_[A-Za-z0-9]{32}$"
);

impl SandboxTokenString {
    /// The token with these random characters.
    ///
    /// # Errors
    /// When one of them is outside `A-Z a-z 0-9`.
    pub fn new(random: &[u8; SANDBOX_TOKEN_RANDOM]) -> Result<Self, SandboxTokenError> {
        let mut text = [0; SANDBOX_TOKEN_LENGTH];
        text[..PREFIX.len()].copy_from_slice(PREFIX.as_bytes());
        text[PREFIX.len()..][..SANDBOX_TOKEN_RANDOM].copy_from_slice(random);
        text[PREFIX.len() + SANDBOX_TOKEN_RANDOM..].copy_from_slice(&checksum(random));
        random
            .iter()
            .all(u8::is_ascii_alphanumeric)
            .then_some(Self(text))
            .ok_or(SandboxTokenError::Form)
    }
}

fn checksum(random: &[u8]) -> [u8; CHECKSUM] {
    // Without a table: a token is short, and the portal has to be small.
    let mut rest = crc::Crc::<u32, crc::NoTable>::new(&crc::CRC_32_ISO_HDLC).checksum(random);
    let mut digits = [0; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE_62[rest as usize % BASE_62.len()];
        rest /= BASE_62.len() as u32;
    }
    digits
}

/// Why a text can't be a Sandbox API token. The sentence doesn't repeat what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SandboxTokenError {
    /// It doesn't look like one.
    Form,
    /// It looks like one, but its checksum is wrong.
    Checksum,
}

impl fmt::Display for SandboxTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "A Sandbox API token is sbx_ and 32 characters of A-Z, a-z and 0-9.",
            Self::Checksum => "A character is wrong or missing. Copy the token again.",
        })
    }
}

impl std::error::Error for SandboxTokenError {}

impl FromStr for SandboxTokenString {
    type Err = SandboxTokenError;

    fn from_str(text: &str) -> Result<Self, SandboxTokenError> {
        let rest = text.strip_prefix(PREFIX).ok_or(SandboxTokenError::Form)?;
        let random = rest.as_bytes().first_chunk().ok_or(SandboxTokenError::Form)?;
        let token = Self::new(random)?;
        let has_form = text.len() == SANDBOX_TOKEN_LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match token.reveal() == text {
            _ if !has_form => Err(SandboxTokenError::Form),
            false => Err(SandboxTokenError::Checksum),
            true => Ok(token),
        }
    }
}

/// `GET /api/portal/orgs/{org}/sandbox-tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SandboxTokens {
    /// The tokens, by name, without their secrets. At most [`SANDBOX_TOKENS_MAX`].
    pub tokens: Vec<SandboxToken>,
    /// The address for clients of the Sandbox submission API, such as `https://api.example/zscsb`.
    pub base_url: String,
    /// What the asking admin can currently do with them, or why not.
    pub capabilities: Capabilities,
}

/// A Sandbox API token of an organization. Its ETag is the version in double quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SandboxToken {
    /// Stays the same while the token is renamed and regenerated.
    pub id: SandboxTokenId,
    /// Its name, unique within the organization regardless of case.
    pub name: String,
    /// The last admin to change the token.
    pub last_modified_by: ChangedBy,
    /// When it was last changed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_modified_on: DateTime<Utc>,
    /// Grows with each change.
    pub version: i64,
    /// When a request with it was last accepted; missing if not in the last 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_used_on: Option<DateTime<Utc>>,
    /// What a restore couldn't verify; missing if there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub restored: Option<Restored>,
    /// The secret. Only in the answers to adding, regenerating and revealing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub token: Option<SandboxTokenString>,
}

/// Body of `POST /api/portal/orgs/{org}/sandbox-tokens`, and of `PUT` of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameSandboxToken {
    /// 1 to [`SANDBOX_TOKEN_NAME_MAX`](crate::SANDBOX_TOKEN_NAME_MAX) characters.
    pub name: String,
}

/// Body of `POST /api/portal/orgs/{org}/sandbox-tokens/find`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindSandboxToken {
    /// The token to identify.
    pub token: SandboxTokenString,
}

/// `GET /api/portal/orgs/{org}/sandbox-tokens/{token}/usage`: the clients of the last 30 days, those seen last first. At
/// most [`KEY_USAGE_CLIENTS_MAX`](crate::KEY_USAGE_CLIENTS_MAX).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SandboxTokenClient {
    /// IP address of the client.
    pub client_address: String,
    /// User agent of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// Requests that were accepted within the last 24 hours.
    pub requests_last_day: u32,
    /// Requests that were accepted within the last 30 days.
    pub requests_last_month: u32,
    /// When it was last seen.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_seen_on: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: &[u8; SANDBOX_TOKEN_RANDOM] = b"AbCdEfGhIjKlMnOpQrStUvWxYz";

    #[test]
    fn a_token_survives_a_round_trip() {
        let token = SandboxTokenString::new(RANDOM).expect("a token");
        assert_eq!(token.reveal().len(), SANDBOX_TOKEN_LENGTH);
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "SandboxTokenString(hidden)");
        let json = serde_json::to_string(&token).expect("JSON");
        assert_eq!(
            serde_json::from_str::<SandboxTokenString>(&json).expect("a token"),
            token
        );
    }

    #[test]
    fn the_checksum_is_standard_crc_32() {
        // CRC-32/ISO-HDLC of "123456789" is 0xCBF43926, by its catalogue entry: 3421780262 = 3·62⁵ + 45·62⁴ + …
        let mut number = 0_u64;
        for digit in checksum(b"123456789") {
            let place = BASE_62.iter().position(|known| *known == digit).expect("a digit");
            number = number * 62 + place as u64;
        }
        assert_eq!(number, 0xCBF4_3926);
    }

    #[test]
    fn a_typo_in_any_place_is_found() {
        let token = SandboxTokenString::new(RANDOM).expect("a token");
        for place in PREFIX.len()..SANDBOX_TOKEN_LENGTH {
            let mut text = token.reveal().as_bytes().to_vec();
            text[place] = if text[place] == b'x' { b'y' } else { b'x' };
            let text = String::from_utf8(text).expect("text");
            assert_eq!(
                text.parse::<SandboxTokenString>(),
                Err(SandboxTokenError::Checksum),
                "{place}"
            );
        }
    }

    #[test]
    fn wrong_forms_are_distinguished_from_typos() {
        let token = SandboxTokenString::new(RANDOM).expect("a token");
        let token = token.reveal();
        for text in [
            "",
            "sbx_",
            &token[..SANDBOX_TOKEN_LENGTH - 1],
            &format!("{token}A"),
            &format!(" {token}"),
            &token.replacen("sbx_", "sbx-", 1),
            &token.replacen('A', "ä", 1),
            &token.replacen("Ab", "ä", 1),
            "AbC123xYz789",
        ] {
            assert_eq!(
                text.parse::<SandboxTokenString>(),
                Err(SandboxTokenError::Form),
                "{text}"
            );
        }
    }
}

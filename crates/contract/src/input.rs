//! Rules for what people type, the same in the page, the API and the command line.
//!
//! Each check answers with a code and its arguments: see [`FieldError`].

use crate::{FieldCode, FieldError};

/// The longest organization name, in characters.
pub const ORGANIZATION_NAME_MAX: usize = 128;
/// The longest cloud name, in characters: that of a DNS name (RFC 1035, section 2.3.4).
pub const CLOUD_MAX: usize = 253;
/// The longest login, in characters: that of a mail address (RFC 5321, section 4.5.3).
pub const LOGIN_MAX: usize = 254;
/// The longest name of a role, in characters.
pub const ROLE_NAME_MAX: usize = 64;
/// The longest name of a Sandbox API token, in characters.
pub const SANDBOX_TOKEN_NAME_MAX: usize = 10;
/// The longest name of an authorization server, in characters.
pub const OAUTH_SERVER_NAME_MAX: usize = 64;
/// The longest description of an authorization server, in characters.
pub const OAUTH_SERVER_DESCRIPTION_MAX: usize = 256;
/// The longest URL, and the longest value that a claim of a token is compared with, in characters.
pub const URI_MAX: usize = 2048;
/// The longest name of an API role, in characters.
pub const API_ROLE_NAME_MAX: usize = 64;

/// A name of an organization: 1 to [`ORGANIZATION_NAME_MAX`] characters, none of them a control character, not blank.
pub fn check_organization_name(name: &str) -> Result<(), FieldError> {
    check_text(name, "the organization's name", ORGANIZATION_NAME_MAX)
}

/// A name of a role: 1 to [`ROLE_NAME_MAX`] characters, none of them a control character, not blank.
pub fn check_role_name(name: &str) -> Result<(), FieldError> {
    check_text(name, "the role's name", ROLE_NAME_MAX)
}

/// A name of a Sandbox API token: 1 to [`SANDBOX_TOKEN_NAME_MAX`] characters, none of them a control character, not blank.
pub fn check_sandbox_token_name(name: &str) -> Result<(), FieldError> {
    check_text(name, "the token's name", SANDBOX_TOKEN_NAME_MAX)
}

/// A name of an authorization server: 1 to [`OAUTH_SERVER_NAME_MAX`] characters of `A-Z a-z 0-9`.
pub fn check_oauth_server_name(name: &str) -> Result<(), FieldError> {
    check_text(name, "the authorization server's name", OAUTH_SERVER_NAME_MAX)?;
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(FieldError::not_allowed("A-Z, a-z, 0-9"))
}

/// A description of an authorization server: up to [`OAUTH_SERVER_DESCRIPTION_MAX`] characters, none of them a control
/// character. May be empty.
pub fn check_oauth_server_description(text: &str) -> Result<(), FieldError> {
    check_claim(text, OAUTH_SERVER_DESCRIPTION_MAX)
}

/// A JWKS URL, or the URL of a discovery document: 1 to [`URI_MAX`] characters. Whether it works shows when it is fetched.
pub fn check_jwks_uri(text: &str) -> Result<(), FieldError> {
    check_text(text, "the JWKS URL", URI_MAX)
}

/// What a claim of a token is compared with: up to [`URI_MAX`] characters. May be empty.
pub fn check_claim_value(text: &str) -> Result<(), FieldError> {
    check_claim(text, URI_MAX)
}

fn check_claim(text: &str, longest: usize) -> Result<(), FieldError> {
    if text.is_empty() {
        return Ok(());
    }
    if text.trim().is_empty() {
        return Err(FieldCode::OnlySpaces.into());
    }
    check_text(text, "a value", longest)
}

/// A name of an API role: 1 to [`API_ROLE_NAME_MAX`] characters of `A-Z a-z 0-9 - _`, since a scope has no spaces.
pub fn check_api_role_name(name: &str) -> Result<(), FieldError> {
    check_text(name, "the API role's name", API_ROLE_NAME_MAX)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.bytes().all(fits) {
        return Ok(());
    }
    Err(FieldError::not_allowed("A-Z, a-z, 0-9, -, _"))
}

/// A cloud name: a DNS name in lower case, such as `cloud.example`.
pub fn check_cloud(cloud: &str) -> Result<(), FieldError> {
    check_text(cloud, "the cloud's name", CLOUD_MAX)?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if cloud.split('.').all(label) {
        return Ok(());
    }
    Err(FieldCode::NotDnsName.into())
}

/// A login: 1 to [`LOGIN_MAX`] characters, no white space, no control character.
pub fn check_login(login: &str) -> Result<(), FieldError> {
    check_text(login, "a user name", LOGIN_MAX)?;
    if login.contains(char::is_whitespace) {
        return Err(FieldCode::HasSpaces.into());
    }
    Ok(())
}

fn check_text(text: &str, what: &str, longest: usize) -> Result<(), FieldError> {
    if text.trim().is_empty() {
        return Err(FieldError::from(FieldCode::Missing).saying(format!("Enter {what}.")));
    }
    if text.chars().count() > longest {
        return Err(FieldError::too_long(longest));
    }
    if let Some(character) = unseen(text) {
        return Err(FieldError::of_character(FieldCode::InvisibleCharacter, character));
    }
    if text.trim() != text {
        return Err(FieldCode::SpaceAround.into());
    }
    Ok(())
}

/// The first character that can't be seen, or that changes how others are shown: control and format characters, blank letters,
/// variation selectors, private use and tags. Joiners and selectors within emoji are fine.
///
/// By ranges instead of Unicode tables, because the portal has this code too.
pub fn unseen(text: &str) -> Option<char> {
    let mut before = '\0';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let follows = characters.peek().copied().unwrap_or('\0');
        let is_of_emoji = match character {
            '\u{200D}' => is_pictorial(before) && is_pictorial(follows),
            '\u{FE0F}' => is_pictorial(before) || follows == '\u{20E3}',
            _ => false,
        };
        if is_unseen(character) && !is_of_emoji {
            return Some(character);
        }
        // Modifiers belong to the emoji before them.
        if !matches!(character, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}') {
            before = character;
        }
    }
    None
}

fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1F}'
            | '\u{7F}'..='\u{9F}'
            | '\u{AD}'
            | '\u{34F}'
            | '\u{600}'..='\u{605}'
            | '\u{61C}'
            | '\u{6DD}'
            | '\u{70F}'
            | '\u{890}'..='\u{891}'
            | '\u{8E2}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{FFFE}'..='\u{FFFF}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{13455}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{10FFFF}'
    )
}

fn is_pictorial(character: char) -> bool {
    matches!(
        character,
        '\u{A9}' | '\u{AE}' | '\u{203C}'..='\u{3299}' | '\u{1F000}'..='\u{1FAFF}'
    ) && !is_unseen(character)
        && !matches!(character, '\u{2C00}'..='\u{2FFF}' | '\u{3040}'..='\u{3296}')
}

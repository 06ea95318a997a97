//! What is wrong with a field: a code with arguments, which pages put into words, and the English sentence for API clients.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::{KeyFormatError, SandboxTokenError, code::codes};

codes! {
    /// What is wrong with a field. Programs act on this, never on text.
    FieldCode {
        Missing = "missing" "It is empty or only spaces.";
        OnlySpaces = "only-spaces" "It is only spaces. Leaving it empty is fine.";
        TooShort = "too-short" "It has fewer than `min` characters.";
        TooLong = "too-long" "It has more than `max` characters.";
        InvisibleCharacter = "invisible-character" "`character` can't be seen, or changes how others are shown.";
        SpaceAround = "space-around" "It begins or ends with a space.";
        HasSpaces = "has-spaces" "It has spaces.";
        CharactersNotAllowed = "characters-not-allowed" "It has characters other than `allowed`; the first is at `position`, where that is said.";
        WrongLength = "wrong-length" "It has to have exactly `min` characters.";
        NotDnsName = "not-dns-name" "It isn't a DNS name in lower case.";
        NotDomain = "not-domain" "What follows the @ isn't a domain.";
        LoginReserved = "login-reserved" "It ends in / and a number, as only accounts of one organization do.";
        CharacterConfusable = "character-confusable" "`character` looks like a different one.";
        CharacterNotLetter = "character-not-letter" "`character` is neither ASCII nor a letter or digit.";
        ScriptNotUsed = "script-not-used" "`character` is of a script that isn't used in user names.";
        ScriptsMixed = "scripts-mixed" "`character` is of a different script than the other letters.";
        PasswordPredictable = "password-predictable" "It repeats or follows a sequence.";
        PasswordCommon = "password-common" "It is a common password, or nearly one.";
        PasswordOfNames = "password-of-names" "It is made of the user name, the organization's name or words that everyone tries.";
        PasswordWrong = "password-wrong" "It isn't the admin's password.";
        KeySame = "key-same" "It is the current key.";
        KeySimilar = "key-similar" "It is too similar to the current key. At least `min` characters have to change, including the first or the third.";
        TokenForm = "token-form" "It doesn't look like a Sandbox API token.";
        TokenChecksum = "token-checksum" "It looks like a Sandbox API token, but its checksum is wrong: a character is wrong or missing.";
        Taken = "taken" "The name is already in use.";
        NotValidated = "not-validated" "It hasn't been validated yet, or too long ago.";
        GivenTwice = "given-twice" "The parameter is there more than once.";
        OutOfRange = "out-of-range" "It isn't a number from `min` to `max`.";
        Unreadable = "unreadable" "It isn't one of the accepted values.";
        Other = "other" "Something else, which the sentence in `fields` says.";
    }
}

/// What is wrong with a field: a code and its arguments. [`Display`](fmt::Display) is the English sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// What is wrong.
    pub code: FieldCode,
    /// The fewest characters, or the smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub min: Option<u32>,
    /// The most characters, or the largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub max: Option<u32>,
    /// Which character, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub position: Option<u32>,
    /// The character, such as `U+200B`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub character: Option<String>,
    /// The characters that are allowed, such as `A-Z, a-z, 0-9`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub allowed: Option<Cow<'static, str>>,
    /// The sentence, where code and arguments don't say everything.
    #[serde(skip)]
    sentence: Option<Cow<'static, str>>,
}

impl FieldError {
    /// What only a sentence says.
    pub fn new(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::from(FieldCode::Other).saying(sentence)
    }

    /// With a sentence of its own.
    #[must_use]
    pub fn saying(mut self, sentence: impl Into<Cow<'static, str>>) -> Self {
        self.sentence = Some(sentence.into());
        self
    }

    /// A text with more than `max` characters.
    pub fn too_long(max: usize) -> Self {
        Self {
            max: u32::try_from(max).ok(),
            ..FieldCode::TooLong.into()
        }
    }

    /// A text with fewer than `min` characters.
    pub fn too_short(min: usize) -> Self {
        Self {
            min: u32::try_from(min).ok(),
            ..FieldCode::TooShort.into()
        }
    }

    /// A number outside `min` to `max`.
    pub fn out_of_range(min: u32, max: u32) -> Self {
        Self {
            min: Some(min),
            max: Some(max),
            ..FieldCode::OutOfRange.into()
        }
    }

    /// A character that is in the way.
    pub fn of_character(code: FieldCode, character: char) -> Self {
        Self {
            character: Some(format!("U+{:04X}", u32::from(character))),
            ..code.into()
        }
    }

    /// A text with other characters than these.
    pub fn not_allowed(allowed: &'static str) -> Self {
        Self {
            allowed: Some(allowed.into()),
            ..FieldCode::CharactersNotAllowed.into()
        }
    }

    /// A key that needs so many other characters.
    pub fn similar_key(min: u32) -> Self {
        Self {
            min: Some(min),
            ..FieldCode::KeySimilar.into()
        }
    }
}

impl From<FieldCode> for FieldError {
    fn from(code: FieldCode) -> Self {
        Self {
            code,
            min: None,
            max: None,
            position: None,
            character: None,
            allowed: None,
            sentence: None,
        }
    }
}

impl From<KeyFormatError> for FieldError {
    fn from(error: KeyFormatError) -> Self {
        let sentence = error.to_string();
        match error {
            KeyFormatError::Length(_) => Self {
                min: Some(12),
                ..FieldCode::WrongLength.into()
            },
            KeyFormatError::Character(at) => Self {
                position: u32::try_from(at).ok(),
                ..Self::not_allowed("A-Z, a-z, 0-9")
            },
        }
        .saying(sentence)
    }
}

impl From<SandboxTokenError> for FieldError {
    fn from(error: SandboxTokenError) -> Self {
        let code = match error {
            SandboxTokenError::Form => FieldCode::TokenForm,
            SandboxTokenError::Checksum => FieldCode::TokenChecksum,
        };
        Self::from(code).saying(error.to_string())
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sentence) = &self.sentence {
            return f.write_str(sentence);
        }
        let (min, max) = (self.min.unwrap_or_default(), self.max.unwrap_or_default());
        let character = self.character.as_deref().unwrap_or_default();
        let allowed = self.allowed.as_deref().unwrap_or_default();
        f.write_str(match self.code {
            FieldCode::TooShort => {
                return write!(f, "Use at least {min} characters. Several unrelated words are easy to remember.");
            }
            FieldCode::TooLong => return write!(f, "Use at most {max} characters."),
            FieldCode::WrongLength => return write!(f, "Use exactly {min} characters."),
            FieldCode::OutOfRange => return write!(f, "Enter a number from {min} to {max}."),
            FieldCode::CharactersNotAllowed => return write!(f, "Use only {allowed}, without spaces."),
            FieldCode::KeySimilar => {
                return write!(
                    f,
                    "Too similar to the current key: at times, a sign-in with one would look like one with the other. Change at \
                     least {min} of the 12 characters, including the first or the third."
                );
            }
            FieldCode::InvisibleCharacter => return write!(f, "Remove the character {character}: it can't be seen."),
            FieldCode::CharacterConfusable => {
                return write!(f, "Remove the character {character}: it looks like a different one.");
            }
            FieldCode::CharacterNotLetter => {
                return write!(
                    f,
                    "Remove the character {character}: beyond ASCII, user names can only have letters and digits."
                );
            }
            FieldCode::ScriptNotUsed => {
                return write!(f, "Remove the character {character}: its script isn't used in user names.");
            }
            FieldCode::ScriptsMixed => {
                return write!(
                    f,
                    "Remove the character {character}: its script isn't that of the other letters."
                );
            }
            FieldCode::Missing => "Enter a value.",
            FieldCode::OnlySpaces => "Enter a value that isn't only spaces.",
            FieldCode::SpaceAround => "Remove the space at the start or end.",
            FieldCode::HasSpaces => "A user name has no spaces.",
            FieldCode::NotDnsName => "Enter a DNS name in lower case, such as cloud.example.",
            FieldCode::NotDomain => "What follows the @ isn't a domain.",
            FieldCode::LoginReserved => {
                "A user name can't end in / and a number. Only accounts of one organization do."
            }
            FieldCode::PasswordPredictable => "This repeats or follows a sequence. Use several unrelated words.",
            FieldCode::PasswordCommon => "This is a common password, or nearly one. Use several unrelated words.",
            FieldCode::PasswordOfNames => {
                "This is made of your user name, your organization's name or words everyone tries. Use unrelated words."
            }
            FieldCode::PasswordWrong => "This isn't your password.",
            FieldCode::KeySame => "This is the current key. Enter a different one.",
            FieldCode::TokenForm => "A Sandbox API token is sbx_ and 32 characters of A-Z, a-z and 0-9.",
            FieldCode::TokenChecksum => "A character is wrong or missing. Copy the token again.",
            FieldCode::Taken => "This name is already in use. Enter a different one.",
            FieldCode::NotValidated => "Validate this URL first.",
            FieldCode::GivenTwice => "Give it only once.",
            FieldCode::Unreadable => "This isn't one of the accepted values.",
            FieldCode::Other | FieldCode::Unknown => "This isn't accepted.",
        })
    }
}

impl std::error::Error for FieldError {}

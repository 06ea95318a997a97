//! The key itself: twelve characters, validated by its type.

use std::{fmt, str::FromStr};

use crate::{api_key::SIMILAR_PLACES_MAX, secret_text::secret_text};

/// How many characters a cloud service API key has.
pub const KEY_LENGTH: usize = 12;

/// The places that [`obfuscate`](crate::obfuscate) shows at each timestamp that ends in 000, as scripts make it that know the
/// time in seconds: by the zeros, and by the zeros of their half.
const SHOWN_BY_WHOLE_SECONDS: [usize; 2] = [0, 2];

secret_text!(
    /// A cloud service API key in clear: exactly [`KEY_LENGTH`] characters of `A-Z a-z 0-9`.
    ///
    /// It can't be printed by accident (`Debug` hides it, and it has no `Display`), and is wiped from memory when dropped.
    KeyString,
    KEY_LENGTH,
    "A cloud service API key in clear",
    "^[A-Za-z0-9]{12}$"
);

impl KeyString {
    /// In how many places both have the same character. A sign-in only shows the key in the places that the digits of its
    /// timestamp choose ([`obfuscate`](crate::obfuscate)), sometimes a single one: where two keys are the same, either opens
    /// a session.
    pub fn places_in_common(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count()
    }

    /// Whether a sign-in with one would too often look like one with the other, so that neither can replace the other: they
    /// are the same in more than [`SIMILAR_PLACES_MAX`] places, or in the two that every timestamp of whole seconds shows.
    pub fn is_similar_to(&self, other: &Self) -> bool {
        let is_same = |place: &usize| self.0[*place] == other.0[*place];
        self.places_in_common(other) > SIMILAR_PLACES_MAX || SHOWN_BY_WHOLE_SECONDS.iter().all(is_same)
    }

    pub(crate) fn characters(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }
}

/// Why a text can't be a key. The sentence doesn't repeat what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFormatError {
    /// It doesn't have [`KEY_LENGTH`] characters, but this many.
    Length(usize),
    /// A character outside `A-Z a-z 0-9`, at this position counted from 1.
    Character(usize),
}

impl fmt::Display for KeyFormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(1) => write!(f, "Use exactly 12 characters; this has 1."),
            Self::Length(found) => write!(f, "Use exactly 12 characters; this has {found}."),
            Self::Character(at) => {
                write!(f, "Character {at} isn't allowed. Use A-Z, a-z and 0-9.")
            }
        }
    }
}

impl std::error::Error for KeyFormatError {}

impl FromStr for KeyString {
    type Err = KeyFormatError;

    fn from_str(text: &str) -> Result<Self, KeyFormatError> {
        // A wrong character takes precedence, so that a pasted space at the end is reported as such.
        if let Some(at) = text.chars().position(|c| !c.is_ascii_alphanumeric()) {
            return Err(KeyFormatError::Character(at + 1));
        }
        match text.as_bytes().try_into() {
            Ok(characters) => Ok(Self(characters)),
            Err(_) => Err(KeyFormatError::Length(text.len())),
        }
    }
}

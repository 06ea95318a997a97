//! The secret itself: twelve characters, checked before they become a value.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use zeroize::Zeroize;

/// How many characters a cloud service API key has.
pub const KEY_LENGTH: usize = 12;

/// A cloud service API key in clear: exactly [`KEY_LENGTH`] characters of `A-Z a-z 0-9`.
///
/// It can't be printed by accident (`Debug` hides it, there is no `Display`) and wipes itself from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyString([u8; KEY_LENGTH]);

impl KeyString {
    /// The key in clear. Whoever calls this answers for where the text goes.
    pub fn reveal(&self) -> &str {
        // The only way in is `from_str`, which admits ASCII alone.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// In how many places both have the same character. A sign-in shows the key only in the places that the digits of its
    /// timestamp choose ([`obfuscate`](crate::obfuscate)), sometimes a single one: where two keys are alike, either opens a
    /// session.
    pub fn places_in_common(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count()
    }

    pub(crate) fn characters(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }
}

impl Drop for KeyString {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for KeyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyString(hidden)")
    }
}

/// Why a text can't be a key. Says what to do without repeating what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFormatError {
    /// Another number of characters than [`KEY_LENGTH`].
    Length(usize),
    /// A character outside `A-Z a-z 0-9`, at this position counted from 1.
    Character(usize),
}

impl fmt::Display for KeyFormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(1) => write!(f, "A key has exactly 12 characters; this has 1."),
            Self::Length(found) => write!(f, "A key has exactly 12 characters; this has {found}."),
            Self::Character(at) => {
                write!(
                    f,
                    "A key has only the characters A-Z, a-z and 0-9; character {at} is another one."
                )
            }
        }
    }
}

impl std::error::Error for KeyFormatError {}

impl FromStr for KeyString {
    type Err = KeyFormatError;

    fn from_str(text: &str) -> Result<Self, KeyFormatError> {
        // A wrong character comes first: who pastes a key with a space at its end wants to hear of the space.
        if let Some(at) = text.chars().position(|c| !c.is_ascii_alphanumeric()) {
            return Err(KeyFormatError::Character(at + 1));
        }
        match text.as_bytes().try_into() {
            Ok(characters) => Ok(Self(characters)),
            Err(_) => Err(KeyFormatError::Length(text.len())),
        }
    }
}

impl Serialize for KeyString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.reveal())
    }
}

impl<'de> Deserialize<'de> for KeyString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        let key = text.parse().map_err(D::Error::custom);
        text.zeroize();
        key
    }
}

#[cfg(feature = "openapi")]
mod openapi {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ObjectBuilder, RefOr, Schema, Type},
    };

    use super::{KEY_LENGTH, KeyString};

    impl PartialSchema for KeyString {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("A cloud service API key in clear"))
                .pattern(Some("^[A-Za-z0-9]{12}$"))
                .min_length(Some(KEY_LENGTH))
                .max_length(Some(KEY_LENGTH))
                .into()
        }
    }

    impl ToSchema for KeyString {}
}

//! What is wrong with a field.

use keyward_contract::{FieldCode as Code, FieldError};

use crate::text::fields;

/// What is wrong with it, and what to do.
pub fn words(error: &FieldError) -> String {
    let number = |number: Option<u32>| number.unwrap_or_default() as usize;
    let (min, max) = (number(error.min), number(error.max));
    let character = error.character.as_deref().unwrap_or_default();
    let text = match error.code {
        Code::TooShort => return fields::too_short(min),
        Code::TooLong => return fields::too_long(max),
        Code::WrongLength => return fields::wrong_length(min),
        Code::OutOfRange => return fields::out_of_range(min, max),
        Code::KeySimilar => return fields::key_similar(min),
        Code::CharactersNotAllowed => {
            return fields::characters_not_allowed(error.allowed.as_deref().unwrap_or_default());
        }
        Code::InvisibleCharacter => return fields::invisible_character(character),
        Code::CharacterConfusable => return fields::character_confusable(character),
        Code::CharacterNotLetter => return fields::character_not_letter(character),
        Code::ScriptNotUsed => return fields::script_not_used(character),
        Code::ScriptsMixed => return fields::scripts_mixed(character),
        Code::Missing => fields::missing(),
        Code::OnlySpaces => fields::only_spaces(),
        Code::SpaceAround => fields::space_around(),
        Code::HasSpaces => fields::has_spaces(),
        Code::NotDnsName => fields::not_dns_name(),
        Code::NotDomain => fields::not_domain(),
        Code::LoginReserved => fields::login_reserved(),
        Code::PasswordPredictable => fields::password_predictable(),
        Code::PasswordCommon => fields::password_common(),
        Code::PasswordOfNames => fields::password_of_names(),
        Code::PasswordWrong => fields::password_wrong(),
        Code::KeySame => fields::key_same(),
        Code::TokenForm => fields::token_form(),
        Code::TokenChecksum => fields::token_checksum(),
        Code::Taken => fields::taken(),
        Code::NotValidated => fields::not_validated(),
        Code::GivenTwice => fields::given_twice(),
        Code::Unreadable => fields::unreadable(),
        Code::Other | Code::Unknown => fields::other(),
    };
    text.to_owned()
}

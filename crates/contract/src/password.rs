//! Rules for new passwords that need no list: the gateway enforces them, and the portal checks them before it sends (NIST SP
//! 800-63B-4, section 3.1.1.2). There are no composition rules, because they make passwords worse.

use crate::{FieldCode, FieldError};

/// The shortest password where nothing else is configured, in Unicode code points.
pub const PASSWORD_MIN: u8 = 12;
/// The longest password, in Unicode code points. It bounds the work of hashing one.
pub const PASSWORD_MAX: usize = 256;
/// A password needs at least this many characters that can't be predicted from those before.
const SURPRISES_MIN: usize = 5;
/// From this length and this many unpredictable characters on, a password is strong.
const STRONG_LENGTH: usize = 16;
const STRONG_SURPRISES: usize = 10;
/// Keyboard rows, which people type along.
const ROWS: [&str; 8] = [
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
];

/// How strong a password is while it is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordStrength {
    /// So many characters are missing.
    Short(usize),
    /// It repeats or follows a sequence.
    Predictable,
    /// It can be used.
    Fair,
    /// It is longer than it must be.
    Strong,
}

/// A new password: `min` to [`PASSWORD_MAX`] characters of any kind that do not just repeat or follow a sequence.
pub fn check_password(password: &str, min: usize) -> Result<(), FieldError> {
    let length = visible(password).count();
    if length < min {
        return Err(FieldError::too_short(min));
    }
    if password.chars().count() > PASSWORD_MAX {
        return Err(FieldError::too_long(PASSWORD_MAX));
    }
    if surprises(password) < SURPRISES_MIN {
        return Err(FieldCode::PasswordPredictable.into());
    }
    Ok(())
}

/// How strong a new password is while it is being typed. Whether it is a common one, only the gateway knows.
pub fn password_strength(password: &str, min: usize) -> PasswordStrength {
    let length = visible(password).count();
    let surprises = surprises(password);
    if length < min {
        PasswordStrength::Short(min - length)
    } else if surprises < SURPRISES_MIN {
        PasswordStrength::Predictable
    } else if length < STRONG_LENGTH || surprises < STRONG_SURPRISES {
        PasswordStrength::Fair
    } else {
        PasswordStrength::Strong
    }
}

/// The visible characters and spaces: invisible characters don't make a password longer.
pub fn visible(password: &str) -> impl Iterator<Item = char> {
    password.chars().filter(|&c| !is_invisible(c))
}

/// How many characters can't be predicted from those before by repetition, or by continuing the alphabet, the digits or a
/// keyboard row. At most as many as there are different ones; spaces don't count.
fn surprises(password: &str) -> usize {
    let characters: Vec<char> = visible(password)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .flat_map(char::to_lowercase)
        .collect();
    let unit = &characters[..period(&characters)];
    let mut surprises = 0;
    let mut different = Vec::new();
    for (at, &c) in unit.iter().enumerate() {
        if c != ' ' && !different.contains(&c) {
            different.push(c);
        }
        let follows = at > 0 && follows(unit[at - 1], c);
        surprises += usize::from(c != ' ' && !follows);
    }
    surprises.min(different.len())
}

/// After how many characters they repeat.
fn period(characters: &[char]) -> usize {
    (1..characters.len())
        .find(|&period| {
            characters
                .iter()
                .zip(&characters[period..])
                .all(|(before, after)| before == after)
        })
        .unwrap_or(characters.len())
}

fn follows(before: char, c: char) -> bool {
    let (a, b) = (u32::from(before), u32::from(c));
    if a.abs_diff(b) <= 1 {
        return true;
    }
    ROWS.iter().any(|row| match (row.find(before), row.find(c)) {
        (Some(a), Some(b)) => a.abs_diff(b) == 1,
        _ => false,
    })
}

/// Characters that show nothing (Unicode's `Default_Ignorable_Code_Point`, controls and the blank of Braille).
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFF8 | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A | 0xE_0000..=0xE_0FFF)
}

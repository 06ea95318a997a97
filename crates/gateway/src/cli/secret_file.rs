//! Secrets from files: the list of processes shows arguments to everyone.

use std::{
    fs,
    io::{self, Read as _},
};

use zeroize::Zeroizing;

use super::CommandError;
use crate::text::utf8;

/// The secret in a file, or on standard input for `-`, without the line feed that editors add. `flag` names the file.
pub(super) fn read(flag: &str, file: &str) -> Result<Zeroizing<String>, CommandError> {
    let refused = |error: &dyn std::fmt::Display| CommandError::Refused(format!("{flag}: {error}"));
    let mut bytes = Zeroizing::new(Vec::new());
    let read = match file {
        "-" => io::stdin().read_to_end(&mut bytes).map(|_| ()),
        file => fs::read(file).map(|read| *bytes = read),
    };
    read.map_err(|error| refused(&error))?;
    let text = utf8(&bytes).map_err(|error| refused(&format!("it's {error}")))?;
    let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    if secret.is_empty() {
        return Err(refused(&"it's empty"));
    }
    Ok(secret)
}

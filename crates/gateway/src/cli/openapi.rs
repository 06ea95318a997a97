//! `keyward openapi`

use super::CommandError;

pub(super) fn run() -> Result<(), CommandError> {
    let document = crate::openapi::json().map_err(|error| CommandError::Refused(error.to_string()))?;
    print!("{document}");
    Ok(())
}

//! The version of the portal API, by which a page and a gateway of different releases know whether they fit.

/// The header of every answer of the portal API that says [`API_VERSION`].
pub const API_VERSION_HEADER: &str = "x-keyward-api";

/// A thousand for each major version of the release, and one for each minor version: neighbors differ by 1. Page and gateway work
/// with each other as long as they differ by no more. `src/boot.js` compares them.
pub const API_VERSION: u32 = 1000 * number(env!("CARGO_PKG_VERSION_MAJOR")) + number(env!("CARGO_PKG_VERSION_MINOR"));

/// Cargo's numbers have digits only.
const fn number(digits: &str) -> u32 {
    let digits = digits.as_bytes();
    let (mut value, mut at) = (0, 0);
    while at < digits.len() {
        value = 10 * value + (digits[at] - b'0') as u32;
        at += 1;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written() {
        assert_eq!([number("0"), number("7"), number("120")], [0, 7, 120]);
    }
}

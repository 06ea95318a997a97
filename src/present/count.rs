//! Numbers of things.

/// A number with its noun, such as `1 session` and `2 sessions`.
pub fn of(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    [&count.to_string(), " ", noun, ending].concat()
}

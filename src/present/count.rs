//! Numbers of things.

/// A number with its noun, such as `1 session` and `2 sessions`.
pub fn of(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    [&grouped(count), " ", noun, ending].concat()
}

/// A number, its digits in groups where there are more than four: `10,000`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

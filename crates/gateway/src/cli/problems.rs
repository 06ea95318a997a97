//! `keyward problems`

pub(super) fn run() {
    print!("{}", crate::problems::markdown());
}

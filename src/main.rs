//! Starts the portal in the browser: sign-in and the key page, and at any other address the whole of it.

fn main() {
    keyward_portal::app::mount(None);
}

//! Starts the portal in the browser.

fn main() {
    keyward_portal::app::mount();
}

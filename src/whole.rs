//! Starts the portal in the browser, with every page.

fn main() {
    keyward_portal::app::mount(Some(keyward_portal::more::page));
}

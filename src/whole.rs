//! Starts the portal in the browser, with every page.

use keyward_portal::present::{more_problems, problem};

fn main() {
    problem::know(more_problems::sentence);
    keyward_portal::app::mount(Some(keyward_portal::more::page));
}

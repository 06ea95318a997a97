//! The organizations that someone has worked in.

use keyward_contract::OrganizationId;
use leptos::prelude::*;

use crate::browser::storage::{self, Kept};

/// The one of this tab, and those of this browser.
const OF_TAB: &str = "keyward.organization";
const OF_BROWSER: &str = "keyward.organizations";
/// How many the browser keeps.
const MOST: usize = 8;

/// The organizations of this tab and of this browser, the last one first. A tab stays in its organization whatever the others
/// do, and a new one begins with the last of the browser.
#[derive(Clone, Copy)]
pub(crate) struct Recent {
    /// Their ids, with commas between.
    organizations: RwSignal<String>,
}

impl Recent {
    pub(crate) fn new() -> Self {
        let mut organizations = kept(Kept::Always, OF_BROWSER);
        if let Some(of_tab) = kept(Kept::WithTab, OF_TAB).first() {
            move_to_front(&mut organizations, *of_tab);
        }
        Self {
            organizations: RwSignal::new(text(&organizations)),
        }
    }

    pub(crate) fn organizations(self) -> Vec<OrganizationId> {
        self.organizations.with(|text| read(text))
    }

    /// Takes note of where someone works now.
    pub(crate) fn visit(self, org: OrganizationId) {
        if kept(Kept::WithTab, OF_TAB) == [org] {
            return;
        }
        // Other tabs have written as well.
        let mut of_browser = kept(Kept::Always, OF_BROWSER);
        move_to_front(&mut of_browser, org);
        let of_browser = text(&of_browser);
        storage::write(Kept::Always, OF_BROWSER, &of_browser);
        storage::write(Kept::WithTab, OF_TAB, &org.to_string());
        self.organizations.set(of_browser);
    }
}

fn move_to_front(organizations: &mut Vec<OrganizationId>, org: OrganizationId) {
    organizations.retain(|it| *it != org);
    organizations.insert(0, org);
    organizations.truncate(MOST);
}

fn kept(kept: Kept, name: &str) -> Vec<OrganizationId> {
    read(&storage::read(kept, name).unwrap_or_default())
}

fn read(text: &str) -> Vec<OrganizationId> {
    text.split(',').filter_map(|org| org.parse().ok()).collect()
}

fn text(organizations: &[OrganizationId]) -> String {
    let texts: Vec<String> = organizations.iter().map(OrganizationId::to_string).collect();
    texts.join(",")
}

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
    organizations: RwSignal<Vec<OrganizationId>>,
}

impl Recent {
    pub(crate) fn new() -> Self {
        let mut organizations = kept(Kept::Always, OF_BROWSER);
        if let Some(of_tab) = kept(Kept::WithTab, OF_TAB).first() {
            move_to_front(&mut organizations, *of_tab);
        }
        Self {
            organizations: RwSignal::new(organizations),
        }
    }

    pub(crate) fn organizations(self) -> Vec<OrganizationId> {
        self.organizations.get()
    }

    /// Takes note of where someone works now.
    pub(crate) fn visit(self, org: OrganizationId) {
        if self.organizations.with_untracked(|all| all.first() == Some(&org)) && !kept(Kept::WithTab, OF_TAB).is_empty()
        {
            return;
        }
        // Other tabs have written as well.
        let mut of_browser = kept(Kept::Always, OF_BROWSER);
        move_to_front(&mut of_browser, org);
        let texts: Vec<String> = of_browser.iter().map(OrganizationId::to_string).collect();
        storage::write(Kept::Always, OF_BROWSER, &texts.join(","));
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
    let text = storage::read(kept, name).unwrap_or_default();
    text.split(',').filter_map(|org| org.parse().ok()).collect()
}

//! The organizations that the admin has a role in, and setting the same key in several of them.

use keyward_contract::{KeyString, KeyUsage, OrganizationId, OrganizationOverview};
use leptos::{prelude::*, task::spawn_local};

use super::{
    ListStore, Load, SessionStore,
    list::{Identity, Listed},
};
use crate::{
    api::{
        ApiError, Request,
        api_key::{self, KeyAnswer},
        key_usage, organizations as api,
    },
    browser::time,
};

/// How often a lost answer is asked for before it is left to the admin.
const ATTEMPTS: u32 = 5;

impl Listed for OrganizationOverview {
    type Of = ();
    type Answer = ();

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, 0, &self.name)
    }

    /// By name.
    async fn list((): ()) -> Result<Vec<Self>, ApiError> {
        api::organizations_overview().await
    }
}

/// What has become of the key in one organization.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Waiting,
    Sending,
    Done,
    Failed(ApiError),
}

/// One organization in which the key is set.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) org: OrganizationId,
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    /// What is sent, and sent again until it is known what became of it.
    change: Request<KeyAnswer>,
}

/// Sets one key in several organizations, in one after the other. Each is a change of its own.
#[derive(Clone, Copy)]
pub(crate) struct SameKey {
    list: ListStore<OrganizationOverview>,
    pub(crate) settings: RwSignal<Vec<Setting>>,
    pub(crate) busy: RwSignal<bool>,
    key: StoredValue<Option<KeyString>>,
}

impl SameKey {
    pub(crate) fn new(list: ListStore<OrganizationOverview>) -> Self {
        Self {
            list,
            settings: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            key: StoredValue::new(None),
        }
    }

    /// Begins. The organizations are as the admin has seen them.
    pub(crate) fn begin(self, key: &KeyString, organizations: &[OrganizationOverview]) {
        let setting = |organization: &OrganizationOverview| Setting {
            org: organization.id,
            name: organization.name.clone(),
            outcome: Outcome::Waiting,
            change: change(organization, key),
        };
        self.key.set_value(Some(key.clone()));
        self.settings.set(organizations.iter().map(setting).collect());
        self.run(organizations.iter().map(|organization| organization.id).collect());
    }

    /// Tries again what failed: one of them, or all.
    pub(crate) fn retry(self, org: Option<OrganizationId>) {
        let failed = |setting: &&Setting| matches!(setting.outcome, Outcome::Failed(_));
        let meant = |setting: &&Setting| org.is_none_or(|org| org == setting.org);
        let again = self.settings.with_untracked(|settings| {
            let settings = settings.iter().filter(failed).filter(meant);
            settings.map(|setting| setting.org).collect()
        });
        self.run(again);
    }

    /// Forgets the key and what became of it.
    pub(crate) fn end(self) {
        self.key.set_value(None);
        self.settings.set(Vec::new());
        self.list.refresh();
    }

    fn run(self, organizations: Vec<OrganizationId>) {
        if self.busy.get_untracked() || organizations.is_empty() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            for org in organizations {
                if !self.set(org).await {
                    break;
                }
            }
            if self.busy.try_set(false).is_none() {
                self.list.refresh();
            }
        });
    }

    /// False where it makes no sense to go on with the others.
    async fn set(self, org: OrganizationId) -> bool {
        if let Some(Outcome::Failed(error)) = self.of(org, |setting| setting.outcome.clone())
            && matches!(error, ApiError::Problem(_))
            && !error.leaves_doubt()
        {
            self.mean_what_is_there_now(org).await;
        }
        self.tell(org, Outcome::Sending);
        let mut attempt = 0;
        loop {
            let Some(change) = self.of(org, |setting| setting.change.clone()) else {
                return false;
            };
            let outcome = match change.send().await {
                Err(error) if self.list.session.notice(&error) => {
                    if self.list.session.dealt_with().await {
                        continue;
                    }
                    self.tell(org, Outcome::Failed(error));
                    return false;
                }
                Err(error) if error.leaves_doubt() && attempt < ATTEMPTS => {
                    attempt += 1;
                    time::sleep(1000).await;
                    continue;
                }
                Err(error) => Outcome::Failed(error),
                Ok(_) => Outcome::Done,
            };
            self.tell(org, outcome);
            return true;
        }
    }

    /// A refusal is final for what was sent. Another attempt is another change, of the key as it is now.
    async fn mean_what_is_there_now(self, org: OrganizationId) {
        let Ok(now) = api::organizations_overview().await else {
            return;
        };
        let key = self.key.try_get_value().flatten();
        if let (Some(organization), Some(key)) = (now.iter().find(|it| it.id == org), key) {
            self.update(org, |setting| setting.change = change(organization, &key));
        }
    }

    /// Reads one of them; none when the page or its dialog is gone.
    fn of<T>(self, org: OrganizationId, read: impl FnOnce(&Setting) -> T) -> Option<T> {
        let settings = self.settings.try_get_untracked()?;
        settings.iter().find(|setting| setting.org == org).map(read)
    }

    fn tell(self, org: OrganizationId, outcome: Outcome) {
        self.update(org, |setting| setting.outcome = outcome);
    }

    fn update(self, org: OrganizationId, change: impl FnOnce(&mut Setting)) {
        self.settings.try_update(|settings| {
            settings.iter_mut().find(|setting| setting.org == org).map(change);
        });
    }
}

fn change(organization: &OrganizationOverview, key: &KeyString) -> Request<KeyAnswer> {
    let last = organization.key.as_ref().and_then(|key| key.last_change.as_ref());
    api_key::api_key_edit(organization.id, last.map_or(0, |last| last.version), key.clone())
}

/// Who uses the keys of these organizations, loaded one after the other.
pub(crate) fn usage_of(session: SessionStore, organizations: Vec<OrganizationId>) -> Vec<RwSignal<Load<KeyUsage>>> {
    let loads: Vec<_> = organizations.iter().map(|_| RwSignal::new(Load::Loading)).collect();
    let signals = loads.clone();
    spawn_local(async move {
        for (org, signal) in organizations.into_iter().zip(signals) {
            if signal.is_disposed() {
                return;
            }
            let Some(answer) = session.ask(async || key_usage::key_usage_read(org).await).await else {
                return;
            };
            signal.try_set(Load::of(answer));
        }
    });
    loads
}

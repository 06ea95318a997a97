//! The audit log, as far as it has been asked for.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{AuditLogFilter, AuditLogPage, AuditRow, OrganizationId};
use leptos::{prelude::*, task::spawn_local};

use super::{Load, SessionStore};
use crate::{
    api::{
        ApiError,
        audit_log::{self as api, Part},
    },
    browser::{events, page, time},
    routes::{AuditLogQuery, Span},
};

/// How often to look for new rows, in milliseconds.
const REFRESH: u64 = 15_000;

/// Rows that came after those that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NewRows {
    pub(crate) count: usize,
    /// Whether there may be even more.
    pub(crate) more: bool,
}

/// The rows that an admin looks at. They stay where they are while others are added.
#[derive(Clone, Copy)]
pub(crate) struct AuditLogStore {
    org: OrganizationId,
    session: SessionStore,
    query: StoredValue<AuditLogQuery>,
    oldest_first: StoredValue<bool>,
    /// What was asked, with the instants that a span of the last hours meant then.
    filter: RwSignal<AuditLogFilter>,
    pub(crate) log: RwSignal<Load<AuditLogPage>>,
    /// Whether another answer is on its way, in place of the rows that show.
    pub(crate) pending: RwSignal<bool>,
    pub(crate) new_rows: RwSignal<Option<NewRows>>,
    /// Whether rows beyond the last are on their way.
    pub(crate) beyond_pending: RwSignal<bool>,
    /// Why they did not come.
    pub(crate) beyond_failed: RwSignal<Option<ApiError>>,
    /// Grows with each question: an answer to the one before is old.
    epoch: StoredValue<u32>,
}

impl AuditLogStore {
    /// Looks for new rows until the current owner is gone.
    pub(crate) fn new(org: OrganizationId, session: SessionStore) -> Self {
        let store = Self {
            org,
            session,
            query: StoredValue::new(AuditLogQuery::default()),
            oldest_first: StoredValue::new(false),
            filter: RwSignal::new(AuditLogFilter::default()),
            log: RwSignal::new(Load::Loading),
            pending: RwSignal::new(false),
            new_rows: RwSignal::new(None),
            beyond_pending: RwSignal::new(false),
            beyond_failed: RwSignal::new(None),
            epoch: StoredValue::new(0),
        };
        events::every(REFRESH, move || store.look());
        for event in ["focus", "online"] {
            events::on_window(event, move || store.look());
        }
        store
    }

    /// Where the same rows are to be had as CSV.
    pub(crate) fn csv(self) -> String {
        self.filter
            .with(|filter| page::api(&api::audit_log_csv(self.org, filter)))
    }

    /// Asks for the first rows.
    pub(crate) fn load(self, query: &AuditLogQuery, oldest_first: bool) {
        self.query.set_value(query.clone());
        self.oldest_first.set_value(oldest_first);
        let filter = filter(query);
        self.epoch.update_value(|epoch| *epoch += 1);
        let epoch = self.epoch.get_value();
        self.filter.set(filter.clone());
        self.pending.set(true);
        self.beyond_pending.set(false);
        self.beyond_failed.set(None);
        spawn_local(async move {
            let first = if oldest_first { Part::After(0) } else { Part::Newest };
            let answer = self.ask(&filter, first).await;
            let Some(answer) = answer.filter(|_| !self.is_old(epoch)) else {
                return;
            };
            self.new_rows.set(None);
            self.log.set(Load::of(answer));
            self.pending.set(false);
        });
    }

    /// Asks for the first rows once more.
    pub(crate) fn load_again(self) {
        self.load(&self.query.get_value(), self.oldest_first.get_value());
    }

    /// Asks for the rows beyond the last that shows; not while others are on their way in place of all.
    pub(crate) fn beyond(self) {
        let next = self.log.with_untracked(|log| log.ready().and_then(|page| page.next));
        let is_pending = self.pending.get_untracked() || self.beyond_pending.get_untracked();
        let Some(next) = next.filter(|_| !is_pending) else {
            return;
        };
        let part = self.beyond_row(next);
        self.beyond_pending.set(true);
        self.beyond_failed.set(None);
        let (filter, epoch) = (self.filter.get_untracked(), self.epoch.get_value());
        spawn_local(async move {
            let answer = self.ask(&filter, part).await;
            let Some(answer) = answer.filter(|_| !self.is_old(epoch)) else {
                return;
            };
            match answer {
                Ok(page) => self.log.update(|log| append(log, page)),
                Err(error) => self.beyond_failed.set(Some(error)),
            }
            self.beyond_pending.set(false);
        });
    }

    fn beyond_row(self, id: i64) -> Part {
        if self.oldest_first.get_value() {
            Part::After(id)
        } else {
            Part::Before(id)
        }
    }

    /// The row with this id, if it is among those that show.
    pub(crate) fn row(self, id: i64) -> Option<AuditRow> {
        let place = untrack(|| self.place(id))?;
        self.log.with_untracked(|log| log.ready()?.rows.get(place).cloned())
    }

    /// Where it is among the rows that show.
    pub(crate) fn place(self, id: i64) -> Option<usize> {
        let oldest_first = self.oldest_first.get_value();
        self.log.with(|log| {
            let found = log.ready()?.rows.binary_search_by(|row| {
                let way = row.id.cmp(&id);
                if oldest_first { way } else { way.reverse() }
            });
            found.ok()
        })
    }

    /// The row with this id, whatever the filters; nothing where there is none that the admin may see.
    pub(crate) async fn entry(self, id: i64) -> Option<Result<Option<AuditRow>, ApiError>> {
        let answer = self.ask(&AuditLogFilter::default(), Part::Only(id)).await?;
        Some(answer.map(|page| page.rows.into_iter().find(|row| row.id == id)))
    }

    /// Counts the rows that are newer than those that show.
    fn look(self) {
        let oldest_first = self.oldest_first.get_value();
        let newest = self.log.with_untracked(|log| {
            let page = log.ready()?;
            // Where the oldest come first, the newest come with the end.
            let newest = if oldest_first {
                page.rows.last()
            } else {
                page.rows.first()
            };
            (!oldest_first || page.next.is_none()).then(|| newest.map(|row| row.id))
        });
        let Some(newest) = newest else { return };
        if !events::is_visible() || self.pending.get_untracked() {
            return;
        }
        let part = if oldest_first {
            Part::After(newest.unwrap_or(0))
        } else {
            Part::Newest
        };
        let (filter, epoch) = (self.filter.get_untracked(), self.epoch.get_value());
        spawn_local(async move {
            let answer = api::audit_log_read(self.org, &filter, part).await;
            if self.is_old(epoch) || self.session.hear(&answer) {
                return;
            }
            let Ok(page) = answer else { return };
            let is_new = |row: &&AuditRow| newest.is_none_or(|newest| row.id > newest);
            let count = page.rows.iter().filter(is_new).count();
            let more = count == page.rows.len() && page.next.is_some();
            let new = (count > 0).then_some(NewRows { count, more });
            if self.new_rows.get_untracked() != new {
                self.new_rows.set(new);
            }
        });
    }

    /// Asks until there is an answer for someone who is signed in.
    async fn ask(self, filter: &AuditLogFilter, part: Part) -> Option<Result<AuditLogPage, ApiError>> {
        let ask = async || api::audit_log_read(self.org, filter, part).await;
        self.session.ask(ask).await
    }

    fn is_old(self, epoch: u32) -> bool {
        self.epoch.try_get_value() != Some(epoch)
    }
}

/// What an address asks for, at this moment.
fn filter(query: &AuditLogQuery) -> AuditLogFilter {
    let (from, to) = match query.span {
        Span::All => (None, None),
        Span::Last(hours) => (
            now().and_then(|now| now.checked_sub_signed(TimeDelta::hours(hours.into()))),
            None,
        ),
        Span::Between { from, to } => (from, to),
    };
    AuditLogFilter {
        from,
        to,
        action: query.action,
        sub_category: query.sub_category,
        interface: query.interface,
        result: query.result,
        admin: given(&query.admin),
        address: given(&query.address),
        resource: given(&query.resource),
        text: given(&query.text),
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn now() -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(time::now() as i64)
}

fn append(log: &mut Load<AuditLogPage>, beyond: AuditLogPage) {
    if let Load::Ready(log) = log {
        log.rows.extend(beyond.rows);
        log.next = beyond.next;
        log.kept_since = beyond.kept_since;
    }
}

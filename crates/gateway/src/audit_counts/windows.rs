//! What [`AuditCounts`](super::counted::AuditCounts) has counted, by kind, network and minute: bounded in memory, and in rows.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{Admin, AuditAction, AuditInterface, AuditReason, AuditSubCategory, OrganizationId};
use serde_json::{Value, json};

use crate::{
    audit::{Actor, Event},
    http::ClientInfo,
};

/// Limit of rows per hour and organization, and of those without one. Beyond it, there is one row per kind.
pub const ROWS_PER_HOUR: u32 = 600;
/// From this many on, neighboring addresses are counted as one.
const ROWS_BY_ADDRESS: u32 = ROWS_PER_HOUR / 2;
/// Limit of rows per second written before the answer, for all organizations together, so that other writers don't wait for
/// many of them.
const ROWS_PER_SECOND: u32 = 20;
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// How long failures beyond the hourly rows are counted together.
const WINDOW_OF_OTHERS: TimeDelta = TimeDelta::minutes(10);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    kind: Kind,
    from: From,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    organization: Option<OrganizationId>,
    action: AuditAction,
    sub_category: AuditSubCategory,
    interface: AuditInterface,
    reason: Option<AuditReason>,
    resource: String,
    who: Who,
}

/// As [`Actor`], for failures.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Unknown,
    Admin(Admin),
    ApiClient(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum From {
    Network(IpAddr, u8),
    /// Anywhere: beyond the rows of an hour.
    Anywhere,
}

/// A count, not written yet.
#[derive(Clone, Debug)]
struct Count {
    count: u64,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    /// `None` when there are several.
    address: Option<IpAddr>,
    /// Of the first.
    request_id: String,
    /// What the last tells besides.
    details: Option<Value>,
}

struct Window {
    opened: DateTime<Utc>,
    /// An entry that is absent means nothing is counted, and everything is written.
    count: Option<Count>,
    /// Its first is being written.
    is_being_written: bool,
}

/// The budget of an organization, or of failures without one.
#[derive(Default)]
struct Scope {
    rows: u32,
    windows: u32,
}

/// What was counted.
#[derive(Default)]
pub(super) struct Windows {
    windows: HashMap<Key, Window>,
    scopes: HashMap<Option<OrganizationId>, Scope>,
    hour: Option<DateTime<Utc>>,
    second: (i64, u32),
}

/// A row to be written.
pub(super) struct Summary {
    key: Key,
    count: Count,
}

impl Windows {
    /// Counts a failure. If it gets a row of its own, returns what [`done`](Self::done) takes; until then it counts as not
    /// written.
    pub(super) fn take_in(&mut self, event: &Event<'_>, now: DateTime<Utc>, at_once: bool) -> Option<Key> {
        self.turn(now);
        let kind = Kind::of(event);
        let one = Count::of(event, now);
        let address = one.address;
        for is_wide in [false, true] {
            let key = Key {
                kind: kind.clone(),
                from: From::of(address, is_wide),
            };
            if let Some(window) = self.windows.get_mut(&key) {
                window.add(one);
                return None;
            }
        }
        let scope = self.scopes.entry(kind.organization).or_default();
        let used = scope.rows.max(scope.windows);
        if used >= ROWS_PER_HOUR {
            self.add(kind.of_others(), one, now);
            return None;
        }
        let key = Key {
            kind,
            from: From::of(address, used >= ROWS_BY_ADDRESS),
        };
        let (_, rows) = &mut self.second;
        let has_row = at_once && *rows < ROWS_PER_SECOND;
        if has_row {
            *rows += 1;
            scope.rows += 1;
        }
        self.add(key.clone(), one, now);
        if !has_row {
            return None;
        }
        if let Some(window) = self.windows.get_mut(&key) {
            window.is_being_written = true;
        }
        Some(key)
    }

    /// The row of its own was written, or was not.
    pub(super) fn done(&mut self, key: &Key, is_written: bool) {
        let Some(window) = self.windows.get_mut(key) else {
            return;
        };
        window.is_being_written = false;
        if let (Some(count), true) = (&mut window.count, is_written) {
            count.count -= 1;
            if count.count == 0 {
                window.count = None;
            }
        }
    }

    /// Takes the counts to write now, oldest first; or all.
    pub(super) fn due(&mut self, now: DateTime<Utc>, all: bool) -> Vec<Summary> {
        self.turn(now);
        let is_over = |(key, window): (&Key, &Window)| {
            let age = now - window.opened;
            // A clock that was set back ends it, too.
            !window.is_being_written && (all || age < TimeDelta::zero() || age >= key.lasts())
        };
        let over = self.windows.iter().filter(|&it| is_over(it));
        let mut over: Vec<Key> = over.map(|(key, _)| key.clone()).collect();
        // The rest comes last, with the counts that no longer have a row of their own.
        over.sort_by_key(|key| key.from == From::Anywhere);
        let mut due = Vec::new();
        for key in over {
            let count = self.windows.get_mut(&key).and_then(|window| {
                window.opened = now;
                window.count.take()
            });
            let Some(count) = count else {
                if !all {
                    self.remove(&key);
                }
                continue;
            };
            let is_of_others = key.from == From::Anywhere;
            let scope = self.scopes.entry(key.kind.organization).or_default();
            if is_of_others || scope.rows < ROWS_PER_HOUR {
                scope.rows += u32::from(!is_of_others);
                due.push(Summary { key, count });
            } else {
                self.remove(&key);
                self.add(key.kind.of_others(), count, now);
            }
        }
        due.sort_by_key(|row| std::cmp::Reverse(row.count.first));
        due
    }

    /// Puts back counts that couldn't be written.
    pub(super) fn put_back(&mut self, row: Summary) {
        if row.key.from != From::Anywhere {
            let scope = self.scopes.entry(row.key.kind.organization).or_default();
            scope.rows = scope.rows.saturating_sub(1);
        }
        let opened = row.count.first;
        self.add(row.key, row.count, opened);
    }

    fn add(&mut self, key: Key, count: Count, opened: DateTime<Utc>) {
        match self.windows.entry(key) {
            Entry::Occupied(mut window) => window.get_mut().add(count),
            Entry::Vacant(entry) => {
                if entry.key().from != From::Anywhere {
                    let scope = self.scopes.entry(entry.key().kind.organization).or_default();
                    scope.windows += 1;
                }
                entry.insert(Window {
                    opened,
                    count: Some(count),
                    is_being_written: false,
                });
            }
        }
    }

    fn remove(&mut self, key: &Key) {
        if self.windows.remove(key).is_some()
            && key.from != From::Anywhere
            && let Some(scope) = self.scopes.get_mut(&key.kind.organization)
        {
            scope.windows -= 1;
        }
    }

    /// Begins the next hour and second.
    fn turn(&mut self, now: DateTime<Utc>) {
        if self.second.0 != now.timestamp() {
            self.second = (now.timestamp(), 0);
        }
        let is_within = |hour| now >= hour && now - hour < HOUR;
        if !self.hour.is_some_and(is_within) {
            self.hour = Some(now);
            self.scopes.retain(|_, scope| scope.windows > 0);
            for scope in self.scopes.values_mut() {
                scope.rows = 0;
            }
        }
    }
}

impl Window {
    fn add(&mut self, more: Count) {
        match &mut self.count {
            Some(count) => count.add(more),
            none => *none = Some(more),
        }
    }
}

impl Count {
    fn of(event: &Event<'_>, now: DateTime<Utc>) -> Self {
        Self {
            count: 1,
            first: now,
            last: now,
            address: event.client.map(|client| client.address),
            request_id: event.client.map_or(String::new(), |client| client.request_id.clone()),
            details: event.after.clone(),
        }
    }

    fn add(&mut self, more: Self) {
        self.count += more.count;
        if more.last >= self.last {
            self.details = more.details.or(self.details.take());
        }
        self.last = self.last.max(more.last);
        self.address = self.address.filter(|address| more.address == Some(*address));
        if more.first < self.first {
            self.first = more.first;
            self.request_id = more.request_id;
        }
    }
}

impl Kind {
    fn of(event: &Event<'_>) -> Self {
        Self {
            organization: event.organization,
            action: event.action,
            sub_category: event.sub_category,
            interface: event.interface,
            reason: event.failure,
            resource: event.resource.to_owned(),
            who: match event.actor {
                Actor::Admin(admin) => Who::Admin(admin.clone()),
                Actor::ApiClient(name) => Who::ApiClient(name.to_owned()),
                Actor::Unknown | Actor::IdentityProvider(_) | Actor::ServiceProvider => Who::Unknown,
            },
        }
    }

    /// Of anyone, from anywhere.
    fn of_others(self) -> Key {
        Key {
            kind: Self {
                resource: self.sub_category.as_str().to_owned(),
                who: Who::Unknown,
                ..self
            },
            from: From::Anywhere,
        }
    }
}

impl From {
    /// An IPv4 address, or the IPv6 network that one customer of a provider has; wide: with its neighbors.
    fn of(address: Option<IpAddr>, is_wide: bool) -> Self {
        match address {
            Some(IpAddr::V4(address)) => {
                let bits = if is_wide { 24 } else { 32 };
                let network = address.to_bits() & (u32::MAX << (32 - bits));
                Self::Network(Ipv4Addr::from_bits(network).into(), bits)
            }
            Some(IpAddr::V6(address)) => {
                let bits = if is_wide { 48 } else { 64 };
                let network = address.to_bits() & (u128::MAX << (128 - bits));
                Self::Network(Ipv6Addr::from_bits(network).into(), bits)
            }
            None => Self::Anywhere,
        }
    }
}

impl Key {
    fn lasts(&self) -> TimeDelta {
        match self.from {
            From::Network(..) => WINDOW,
            From::Anywhere => WINDOW_OF_OTHERS,
        }
    }
}

impl Summary {
    /// Where it came from, if that is one address.
    pub(super) fn client(&self) -> Option<ClientInfo> {
        Some(ClientInfo {
            address: self.count.address?,
            https: false,
            user_agent: None,
            request_id: self.count.request_id.clone(),
            is_framed: false,
            is_trial: false,
            organization: None,
        })
    }

    /// The row.
    pub(super) fn event<'a>(&'a self, client: Option<&'a ClientInfo>, now: DateTime<Utc>) -> Event<'a> {
        let Kind {
            organization,
            action,
            sub_category,
            interface,
            reason,
            ref resource,
            ref who,
        } = self.key.kind;
        let Count { count, first, last, .. } = self.count;
        let mut after = json!({ "count": count, "first": first, "last": last });
        if let (Some(Value::Object(details)), Some(after)) = (&self.count.details, after.as_object_mut()) {
            after.extend(details.clone());
        }
        if client.is_none() {
            after["addresses"] = match self.key.from {
                From::Network(network, bits) => format!("{network}/{bits}").into(),
                From::Anywhere => "several".into(),
            };
        }
        Event {
            logged_on: now,
            organization,
            action,
            sub_category,
            resource,
            actor: match who {
                Who::Unknown => Actor::Unknown,
                Who::Admin(admin) => Actor::Admin(admin),
                Who::ApiClient(name) => Actor::ApiClient(name),
            },
            client,
            interface,
            failure: reason,
            before: None,
            after: Some(after),
        }
    }
}

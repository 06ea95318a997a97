//! The connections of both listeners, with limits in total, per listener and per client address. At the limit, the address
//! with the most connections loses one, so that neither a few addresses nor idle connections keep others out.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum_server::Handle;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{
    activity::{Activity, Doing, Gauges},
    door::Peer,
};
use crate::{
    config::Networks,
    http::address_group,
    metrics::{connection_ended, connection_gauge},
};

/// One of the listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The main listener.
    Main,
    /// The listener of the cloud service API only.
    Api,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Api => "api",
        }
    }
}

/// Limits on the number of connections.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// Both listeners together.
    pub(super) all: usize,
    /// Each of two listeners; the rest is reserved for the other. The same as `all` if there is only one.
    pub(super) of_listener: usize,
    /// Each client address (each /64 network in IPv6).
    pub(super) of_address: usize,
    /// Proxies, which carry many clients: exempt from the last limit, and never closed for others.
    pub(super) trusted: Networks,
}

/// Why a connection was closed or rejected: a label of the counter `keyward_connections_ended_total`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ended {
    /// At the limit, and no connection could be closed for it.
    Full,
    /// The address is at its limit.
    AddressLimit,
    /// Closed for a different address.
    GaveWay,
    /// Idle for too long.
    Idle,
    /// The client didn't read its answer.
    NotRead,
}

impl Ended {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::AddressLimit => "address-limit",
            Self::GaveWay => "gave-way",
            Self::Idle => "idle",
            Self::NotRead => "not-read",
        }
    }
}

/// All of them, and the means to stop the listeners.
pub(super) struct Connections {
    main: Handle<Peer>,
    api: Handle<Peer>,
    table: Arc<Table>,
    /// Whether the listeners are to close. Each holds a receiver while it listens.
    close: watch::Sender<bool>,
}

/// How often to look whether a connection still waits for its first request.
const LOOK: Duration = Duration::from_millis(20);
/// How long a connection that was just accepted may take to be counted.
const COUNTED: Duration = Duration::from_millis(100);

impl Connections {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            main: Handle::new(),
            api: Handle::new(),
            table: Arc::new(Table {
                bounds,
                is_draining: AtomicBool::new(false),
                state: Mutex::default(),
            }),
            close: watch::Sender::new(false),
        }
    }

    pub(super) fn of(&self, place: Place) -> Share {
        let gauge = |state| connection_gauge(place.name(), state);
        Share {
            handle: match place {
                Place::Main => self.main.clone(),
                Place::Api => self.api.clone(),
            },
            table: Arc::clone(&self.table),
            place,
            gauges: Gauges {
                silent: gauge("silent"),
                idle: gauge("idle"),
                busy: gauge("busy"),
            },
        }
    }

    /// Tells a listener when to close.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.close.subscribe()
    }

    /// From now on, each HTTP/1 connection ends with its next answer, so that clients connect again, and through a
    /// load balancer elsewhere.
    pub(super) fn drain(&self) {
        self.table.is_draining.store(true, Ordering::Release);
    }

    /// Closes the listeners. Connections that were accepted have `patience` to send their first request.
    pub(super) async fn close(&self, patience: Duration) {
        let told = Instant::now();
        self.close.send_replace(true);
        // Out of time, `stop` closes what is still open.
        let _ = timeout(patience, self.close.closed()).await;
        let counted = Instant::now() + COUNTED;
        while told.elapsed() < patience && (Instant::now() < counted || self.table.has_silent()) {
            sleep(LOOK).await;
        }
    }

    /// Accepts no new ones; current ones end with their running request, or after `grace`.
    pub(super) fn stop(&self, grace: Duration) {
        self.main.graceful_shutdown(Some(grace));
        self.api.graceful_shutdown(Some(grace));
    }

    pub(super) fn stop_now(&self) {
        self.main.shutdown();
        self.api.shutdown();
    }
}

/// One listener's part.
#[derive(Clone)]
pub(super) struct Share {
    pub(super) handle: Handle<Peer>,
    table: Arc<Table>,
    place: Place,
    gauges: Gauges,
}

struct Table {
    bounds: Bounds,
    is_draining: AtomicBool,
    state: Mutex<State>,
}

impl Table {
    fn has_silent(&self) -> bool {
        let state = lock(&self.state);
        state.open.values().any(|open| open.activity.doing() == Doing::Silent)
    }
}

#[derive(Default)]
struct State {
    next: u64,
    open: HashMap<u64, Open>,
    of_address: HashMap<IpAddr, usize>,
}

struct Open {
    group: IpAddr,
    place: Place,
    is_trusted: bool,
    activity: Arc<Activity>,
}

/// An accepted connection, counted until this is dropped.
pub(super) struct Admitted {
    share: Share,
    number: u64,
    activity: Arc<Activity>,
}

impl Share {
    /// Accepts a connection from `peer`, or says why not.
    pub(super) fn admit(&self, peer: IpAddr) -> Result<Arc<Admitted>, Ended> {
        let Table { bounds, state, .. } = &*self.table;
        let group = address_group(peer);
        let is_trusted = bounds.trusted.contains(peer);
        let mut state = lock(state);
        let own = state.of_address.get(&group).copied().unwrap_or_default();
        if !is_trusted && own >= bounds.of_address {
            self.ended(Ended::AddressLimit);
            return Err(Ended::AddressLimit);
        }
        let here = |open: &Open| open.place == self.place;
        let of_listener = state.open.values().filter(|open| here(open)).count();
        let is_full = state.open.len() >= bounds.all || of_listener >= bounds.of_listener;
        if is_full && !state.make_room(self.place, own, is_trusted) {
            self.ended(Ended::Full);
            return Err(Ended::Full);
        }
        if is_full {
            self.ended(Ended::GaveWay);
        }
        let number = state.next;
        state.next += 1;
        let activity = Arc::new(Activity::new(self.gauges.clone()));
        let open = Open {
            group,
            place: self.place,
            is_trusted,
            activity: Arc::clone(&activity),
        };
        state.open.insert(number, open);
        *state.of_address.entry(group).or_default() += 1;
        drop(state);
        Ok(Arc::new(Admitted {
            share: self.clone(),
            number,
            activity,
        }))
    }

    fn ended(&self, why: Ended) {
        connection_ended(self.place.name(), why.name());
    }
}

impl State {
    /// Closes a connection of the address that has the most: the least active one, and of these the oldest. An address with
    /// as many connections as the new one only loses one that never carried a request. Trusted proxies take precedence.
    fn make_room(&mut self, place: Place, own: usize, for_trusted: bool) -> bool {
        let share = |open: &Open| self.of_address.get(&open.group).copied().unwrap_or_default();
        let victim = self
            .open
            .iter()
            .filter(|(_, open)| open.place == place && !open.is_trusted)
            .filter(|(_, open)| for_trusted || share(open) > own + 1 || open.activity.doing() == Doing::Silent)
            .max_by_key(|(number, open)| {
                let doing = open.activity.doing();
                (doing != Doing::Busy, share(open), std::cmp::Reverse((doing, **number)))
            })
            .map(|(number, _)| *number);
        let Some(victim) = victim else { return false };
        if let Some(open) = self.remove(victim) {
            open.activity.close();
        }
        true
    }

    fn remove(&mut self, number: u64) -> Option<Open> {
        let open = self.open.remove(&number)?;
        if let Some(count) = self.of_address.get_mut(&open.group) {
            *count -= 1;
            if *count == 0 {
                self.of_address.remove(&open.group);
            }
        }
        Some(open)
    }
}

impl Admitted {
    pub(super) fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Whether it ends with its next answer.
    pub(super) fn is_draining(&self) -> bool {
        self.share.table.is_draining.load(Ordering::Acquire)
    }

    /// Counts why it was closed.
    pub(super) fn ended(&self, why: Ended) {
        self.share.ended(why);
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        lock(&self.share.table.state).remove(self.number);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn connections(all: usize, of_listener: usize, of_address: usize) -> Connections {
        Connections::new(Bounds {
            all,
            of_listener,
            of_address,
            trusted: "10.0.0.0/8".parse().expect("networks"),
        })
    }

    fn address(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(0xcb00_7100 + number).into()
    }

    #[test]
    fn addresses_are_limited_and_proxies_are_exempt() {
        let share = connections(100, 100, 3).of(Place::Main);
        let held: Vec<_> = (0..3).map(|_| share.admit(address(1)).expect("a place")).collect();
        assert!(share.admit(address(1)).is_err());
        assert!(share.admit(address(2)).is_ok());
        let proxy = "10.0.0.1".parse().expect("an address");
        let proxied: Vec<_> = (0..50).map(|_| share.admit(proxy).expect("a place")).collect();
        drop((held, proxied));
        assert!(share.admit(address(1)).is_ok());
    }

    #[test]
    fn the_busiest_address_loses_its_least_active_connection() {
        let share = connections(4, 4, 4).of(Place::Main);
        let (busy, silent) = (
            share.admit(address(1)).expect("a place"),
            share.admit(address(1)).expect("a place"),
        );
        let idle = share.admit(address(1)).expect("a place");
        busy.activity().begin();
        idle.activity().begin();
        idle.activity().end();
        let other = share.admit(address(2)).expect("a place");
        let newcomer = share.admit(address(3)).expect("a place");
        assert!(silent.activity().is_closing());
        assert!(!idle.activity().is_closing() && !busy.activity().is_closing() && !other.activity().is_closing());
        drop(newcomer);
    }

    #[test]
    fn among_equal_addresses_only_silent_connections_close() {
        let share = connections(2, 2, 2).of(Place::Main);
        let (first, second) = (
            share.admit(address(1)).expect("a place"),
            share.admit(address(2)).expect("a place"),
        );
        first.activity().begin();
        first.activity().end();
        let third = share.admit(address(3)).expect("a place");
        assert!(second.activity().is_closing() && !first.activity().is_closing());
        third.activity().begin();
        assert!(share.admit(address(4)).is_err());
        let proxy = share.admit("10.0.0.1".parse().expect("an address"));
        assert!(proxy.is_ok() && first.activity().is_closing());
    }

    #[test]
    fn each_listener_has_a_reserved_share() {
        let connections = connections(4, 3, 4);
        let (main, api) = (connections.of(Place::Main), connections.of(Place::Api));
        let held: Vec<_> = (0..4).map(|number| main.admit(address(number))).collect();
        assert_eq!(
            held.iter()
                .filter(|place| place.as_ref().is_ok_and(|place| !place.activity().is_closing()))
                .count(),
            3
        );
        assert!(api.admit(address(9)).is_ok());
    }
}

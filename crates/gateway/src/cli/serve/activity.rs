//! What one connection is doing: shared by the stream, the requests on it, and the table of all connections.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::task::AtomicWaker;
use metrics::Gauge;
use tokio::time::Instant;

/// Timeouts of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Without a request.
    pub(super) idle: Duration,
    /// With a request that makes no progress: neither is its body arriving nor its answer read.
    pub(super) stalled: Duration,
    /// Within this time a client has to read [`WRITTEN_MIN`] bytes of its answer.
    pub(super) write: Duration,
}

impl Patience {
    /// How often to look.
    pub(super) fn shortest(&self) -> Duration {
        self.idle.min(self.stalled)
    }
}

/// See [`Patience::write`].
pub(super) const WRITTEN_MIN: usize = 16 * 1024;

/// The gauges `keyward_connections` of a listener, by state.
#[derive(Clone)]
pub(super) struct Gauges {
    pub(super) silent: Gauge,
    pub(super) idle: Gauge,
    pub(super) busy: Gauge,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    /// No request yet.
    Silent,
    /// No request is running.
    Idle,
    /// At least one request is running.
    Busy,
}

pub(super) struct Activity {
    running: AtomicUsize,
    has_spoken: AtomicBool,
    is_closing: AtomicBool,
    last: Mutex<Instant>,
    pub(super) waker: AtomicWaker,
    gauges: Gauges,
}

impl Activity {
    pub(super) fn new(gauges: Gauges) -> Self {
        gauges.silent.increment(1);
        Self {
            running: AtomicUsize::new(0),
            has_spoken: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            last: Mutex::new(Instant::now()),
            waker: AtomicWaker::new(),
            gauges,
        }
    }

    pub(super) fn doing(&self) -> Doing {
        if self.running.load(Ordering::Acquire) > 0 {
            Doing::Busy
        } else if self.has_spoken.load(Ordering::Acquire) {
            Doing::Idle
        } else {
            Doing::Silent
        }
    }

    /// Notes progress beyond keeping the connection open.
    pub(super) fn touch(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// When the connection is closed without further progress.
    pub(super) fn deadline(&self, patience: &Patience) -> Instant {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match self.doing() {
            Doing::Busy => last + patience.stalled,
            Doing::Idle | Doing::Silent => last + patience.idle,
        }
    }

    pub(super) fn begin(&self) {
        self.touch();
        let before = match self.has_spoken.swap(true, Ordering::AcqRel) {
            true => &self.gauges.idle,
            false => &self.gauges.silent,
        };
        if self.running.fetch_add(1, Ordering::AcqRel) == 0 {
            before.decrement(1);
            self.gauges.busy.increment(1);
        }
    }

    pub(super) fn end(&self) {
        self.touch();
        if self.running.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.gauges.busy.decrement(1);
            self.gauges.idle.increment(1);
        }
    }

    /// Closes the connection, whatever it is doing.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
        self.waker.wake();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Acquire)
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        // Requests hold it, so none is running.
        match self.doing() {
            Doing::Silent => self.gauges.silent.decrement(1),
            Doing::Idle | Doing::Busy => self.gauges.idle.decrement(1),
        }
    }
}

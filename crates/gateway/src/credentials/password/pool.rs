//! The hashing threads.

use std::{
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use tokio::sync::oneshot;

use super::{
    Asker, HashError,
    argon::Memory,
    queue::{Queue, Ticket},
};

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// One thread per core. They end when this is dropped.
pub(super) struct Pool(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    queue: Queue<Work>,
    is_over: bool,
}

impl Pool {
    pub(super) fn new() -> Result<Self, HashError> {
        let pool = Self(Arc::new(Shared::default()));
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let shared = Arc::clone(&pool.0);
            thread::Builder::new()
                .name("passwords".to_owned())
                .spawn(move || shared.work())
                .map_err(|_| HashError::Fault)?;
        }
        Ok(pool)
    }

    /// Runs `work` when its turn comes. A caller that is dropped before leaves the queue.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        asker: Asker,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let (sender, receiver) = oneshot::channel();
        let work: Work = Box::new(move |memory| {
            let _ = sender.send(work(memory));
        });
        let ticket = self.0.state().queue.push(asker, work).map_err(|_| HashError::Busy)?;
        let _place = Place {
            shared: &self.0,
            ticket,
        };
        self.0.work.notify_one();
        // Requests displaced from a full queue are dropped.
        receiver.await.map_err(|_| HashError::Busy)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.work.notify_all();
    }
}

/// A place in the queue, given up when this is dropped.
struct Place<'a> {
    shared: &'a Shared,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.shared.state().queue.remove(self.ticket);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        give_way();
        let mut memory = Memory::default();
        while let Some(work) = self.next() {
            // The panic is logged, and the caller is told to try again.
            let _ = catch_unwind(AssertUnwindSafe(|| work(&mut memory)));
        }
    }

    fn next(&self) -> Option<Work> {
        let mut state = self.state();
        loop {
            if state.is_over {
                return None;
            }
            if let Some(work) = state.queue.pop() {
                return Some(work);
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Lowers this thread's priority below other work, above all the threads that answer requests.
#[cfg(target_os = "linux")]
fn give_way() {
    // On Linux, priorities are per thread. If it can't be set, hashing has normal priority.
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::warn!(%error, "password hashing runs at the same priority as requests");
    }
}

#[cfg(target_os = "linux")]
const NICE: i32 = 10;

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use std::{
        net::Ipv4Addr,
        sync::{
            atomic::{AtomicUsize, Ordering},
            mpsc,
        },
        task::{Context, Waker},
    };

    use super::{
        super::queue::{WAITING_MAX, WAITING_OF_ONE_MAX},
        *,
    };

    fn asker(number: usize) -> Asker {
        Asker::stranger(Ipv4Addr::from_bits(u32::try_from(number).unwrap()).into())
    }

    /// A pool whose threads all wait until the sender is dropped.
    fn held() -> (Pool, mpsc::Sender<()>) {
        let pool = Pool::new().unwrap();
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let (began, begun) = mpsc::channel();
        for number in 0..threads {
            let (gate, began) = (Arc::clone(&gate), began.clone());
            let work: Work = Box::new(move |_| {
                let _ = began.send(());
                let _ = gate.lock().unwrap_or_else(PoisonError::into_inner).recv();
            });
            pool.0.state().queue.push(asker(number), work).unwrap();
            pool.0.work.notify_one();
        }
        for _ in 0..threads {
            begun.recv().unwrap();
        }
        (pool, release)
    }

    /// A cancelled sign-in leaves the queue for hashing and never runs; whatever waits holds no memory to hash in.
    #[test]
    fn cancelled_requests_leave_the_queue_and_never_run() {
        let (pool, release) = held();
        let ran = Arc::new(AtomicUsize::new(0));
        let mut context = Context::from_waker(Waker::noop());
        for round in 0..4 {
            let mut waiting: Vec<_> = (0..WAITING_MAX)
                .map(|number| {
                    let ran = Arc::clone(&ran);
                    Box::pin(pool.run(asker(number + round), move |_| {
                        ran.fetch_add(1, Ordering::Relaxed);
                    }))
                })
                .collect();
            for future in &mut waiting {
                assert!(future.as_mut().poll(&mut context).is_pending());
            }
            assert_eq!(pool.0.state().queue.len(), WAITING_MAX);
            drop(waiting);
            assert_eq!(pool.0.state().queue.len(), 0);
        }
        drop(release);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(pool.run(asker(0), |_| ())).unwrap();
        assert_eq!(ran.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_full_queue_rejects_requests() {
        let (pool, release) = held();
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting: Vec<_> = (0..=WAITING_OF_ONE_MAX)
            .map(|_| Box::pin(pool.run(asker(1), |_| ())))
            .collect();
        let mut last = waiting.pop().unwrap();
        for future in &mut waiting {
            assert!(future.as_mut().poll(&mut context).is_pending());
        }
        assert!(matches!(
            last.as_mut().poll(&mut context),
            std::task::Poll::Ready(Err(HashError::Busy))
        ));
        drop(waiting);
        drop(release);
    }

    #[test]
    fn a_panic_costs_no_thread() {
        let pool = Pool::new().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for _ in 0..64 {
            let panicked = runtime.block_on(pool.run(asker(1), |_| -> () { panic!("on purpose") }));
            assert!(panicked.is_err());
        }
        runtime.block_on(pool.run(asker(1), |_| ())).unwrap();
    }
}

//! Passwords: argon2id (RFC 9106), hashed by a fixed number of threads that share one bounded, fair queue.

mod argon;
mod pool;
mod queue;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use keyward_contract::ProblemCode;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use self::pool::Pool;
use crate::http::problem::Problem;

/// Hashes and verifies passwords outside the runtime's threads. There is one thread per core, and each reuses one block of
/// memory (19 MiB), so that a flood of sign-ins exhausts neither memory nor CPU: a waiting request only holds its password,
/// and a cancelled request leaves the queue.
#[derive(Clone)]
pub struct Passwords {
    pool: Arc<Pool>,
    /// A dummy hash, so that unknown user names take as long as known ones.
    nobody: Arc<str>,
}

/// The client that a password is hashed for, which decides its place in the queue.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The client's address. IPv4 addresses and IPv6 /64 networks take turns.
    pub address: IpAddr,
    /// Whether the client has an active session, a one-time link, or a known address. Every other turn goes to these
    /// clients, however many strangers wait.
    pub proven: bool,
}

impl Asker {
    /// An unknown client.
    pub fn stranger(address: IpAddr) -> Self {
        Self { address, proven: false }
    }

    /// A client who has proven something.
    pub fn proven(address: IpAddr) -> Self {
        Self { address, proven: true }
    }

    /// The operator, at this machine.
    pub fn operator() -> Self {
        Self::proven(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }
}

/// A password can't be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The queue is full. Try again after [`RETRY_AFTER`].
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// A fault of this program, or an invalid stored hash.
    #[error("the password can't be hashed")]
    Fault,
}

impl From<HashError> for Problem {
    fn from(error: HashError) -> Self {
        if matches!(error, HashError::Busy) {
            return Problem::new(ProblemCode::Busy)
                .detail("Too many passwords are waiting to be checked. Try again in a moment.")
                .retry_after(RETRY_AFTER);
        }
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a password can't be hashed or checked"
        );
        Problem::new(ProblemCode::Internal)
    }
}

/// Value of `Retry-After` for rejected clients, in seconds.
pub const RETRY_AFTER: u64 = 5;

impl Passwords {
    /// # Errors
    /// When hashing does not work at all.
    pub fn new() -> Result<Self, HashError> {
        let nobody = argon::hash(&crate::random::token(), &mut argon::Memory::default())?;
        Ok(Self {
            pool: Arc::new(Pool::new()?),
            nobody: nobody.into(),
        })
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// When it can't be hashed, or too many wait.
    pub async fn hash(&self, password: &str, asker: Asker) -> Result<String, HashError> {
        let password = normal_form(password);
        self.pool
            .run(asker, move |memory| argon::hash(&password, memory))
            .await?
    }

    /// Whether `password` matches `hash`. Without a hash, it takes the same time and returns false.
    ///
    /// # Errors
    /// When it can't be found out, or too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&str>, asker: Asker) -> Result<bool, HashError> {
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let matches = self
            .pool
            .run(asker, move |memory| {
                let normal = normal_form(&password);
                // The password as typed, for hashes from before the normal form.
                Ok(argon::verify(&normal, &hash, memory)?
                    || (normal != password && argon::verify(&password, &hash, memory)?))
            })
            .await??;
        Ok(matches && known)
    }
}

/// The normal form of a password (NFKC), so that it doesn't depend on the keyboard.
pub fn normal_form(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

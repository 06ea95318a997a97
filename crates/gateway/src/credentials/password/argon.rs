//! Argon2id with reused memory.

use std::sync::{Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};

use super::HashError;

/// Limits for parameters of stored hashes; ours use [`Params::DEFAULT`]. Anything beyond is treated as damaged.
const KIBIBYTES_MAX: u32 = 128 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;

const SALT_BYTES: usize = argon2::RECOMMENDED_SALT_LEN;

/// Hashes that need more memory than ours are verified one at a time in the whole process.
static LARGE: Mutex<()> = Mutex::new(());

/// The memory of one thread, allocated with its first password.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    fn with<T>(&mut self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        if blocks > Params::DEFAULT.block_count() {
            let _alone = LARGE.lock().unwrap_or_else(PoisonError::into_inner);
            return work(&mut vec![Block::new(); blocks]);
        }
        if self.0.len() < blocks {
            self.0 = vec![Block::new(); Params::DEFAULT.block_count()];
        }
        work(&mut self.0)
    }
}

pub(super) fn hash(password: &str, memory: &mut Memory) -> Result<String, HashError> {
    let salt = Salt::new(&crate::random::bytes::<SALT_BYTES>()).map_err(|_| HashError::Fault)?;
    let params = Params::DEFAULT;
    let output = output(
        password,
        &salt,
        (Algorithm::Argon2id, Version::V0x13, params.clone()),
        memory,
    )?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|_| HashError::Fault)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

pub(super) fn verify(password: &str, hash: &str, memory: &mut Memory) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash).map_err(|_| HashError::Fault)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(HashError::Fault);
    };
    let algorithm = Algorithm::new(hash.algorithm.as_str()).map_err(|_| HashError::Fault)?;
    let version = match hash.version {
        Some(version) => Version::try_from(version).map_err(|_| HashError::Fault)?,
        None => Version::default(),
    };
    let params = Params::try_from(&hash).map_err(|_| HashError::Fault)?;
    if params.m_cost() > KIBIBYTES_MAX || params.t_cost() > PASSES_MAX || params.p_cost() > LANES_MAX {
        return Err(HashError::Fault);
    }
    // `Output` is compared in constant time.
    Ok(output(password, salt, (algorithm, version, params), memory)? == *expected)
}

fn output(
    password: &str,
    salt: &[u8],
    (algorithm, version, params): (Algorithm, Version, Params),
    memory: &mut Memory,
) -> Result<Output, HashError> {
    let blocks = params.block_count();
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer
        .get_mut(..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))
        .ok_or(HashError::Fault)?;
    let argon2 = Argon2::new(algorithm, version, params);
    memory
        .with(blocks, |memory| {
            argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory)
        })
        .map_err(|_| HashError::Fault)?;
    Output::new(out).map_err(|_| HashError::Fault)
}

#[cfg(test)]
mod tests {
    use argon2::{Argon2, CustomizedPasswordHasher as _, PasswordHasher as _};

    use super::*;

    #[test]
    fn hashes_match_the_argon2_library() {
        let mut memory = Memory::default();
        let stored = Argon2::default().hash_password(b"correct horse").unwrap().to_string();
        assert!(verify("correct horse", &stored, &mut memory).unwrap());
        assert!(!verify("battery staple", &stored, &mut memory).unwrap());
        let ours = hash("battery staple", &mut memory).unwrap();
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        assert!(verify("battery staple", &ours, &mut memory).unwrap());
        assert!(!verify("correct horse", &ours, &mut memory).unwrap());
    }

    #[test]
    fn stored_hashes_with_other_parameters_verify_within_bounds() {
        let mut memory = Memory::default();
        let stored = |kibibytes, passes, lanes| {
            let params = Params::new(kibibytes, passes, lanes, None).unwrap();
            let hash =
                Argon2::default().hash_password_customized(b"correct horse", b"some fixed salt", None, None, params);
            hash.unwrap().to_string()
        };
        for hash in [stored(8, 1, 1), stored(32 * 1024, 1, 2)] {
            assert!(verify("correct horse", &hash, &mut memory).unwrap(), "{hash}");
            assert!(!verify("battery staple", &hash, &mut memory).unwrap(), "{hash}");
        }
        assert!(memory.0.len() <= Params::DEFAULT.block_count());
        let huge = stored(8, 1, 1).replace("m=8,", "m=4000000,");
        assert!(matches!(
            verify("correct horse", &huge, &mut memory),
            Err(HashError::Fault)
        ));
    }
}

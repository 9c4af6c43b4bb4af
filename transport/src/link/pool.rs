//! The shared memory that a session sends from.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use bytes::Bytes;
use nix::sys::statvfs::statvfs;
use rosactor_messages::{Lend, LoanedOctets};
use zenoh::Wait;
use zenoh::bytes::ZBytes;
use zenoh::session::ZenohId;
use zenoh::shm::{PosixShmProviderBackend, ShmProvider, ShmProviderBuilder, ZShm, ZShmMut};

use super::lent;

/// Where Linux keeps it.
const PLACE: &str = "/dev/shm";
/// The part of what is free there that a session takes at most. Who writes to shared memory when none is left is ended by a signal, and
/// others take some, too.
const PART: usize = 8;
/// What it takes first, and then again when that is in use: this much, or room for this many messages.
const BLOCK: usize = 32 << 20;
const MESSAGES: usize = 8;
/// So many blocks at most: what receivers have not looked at yet is better held back by the link than by an end of all memory.
const BLOCKS: usize = 4;
/// Shorter ones go over the link: from here on shared memory is as quick as TCP or quicker (actors/BENCHMARKS.md).
const SHORTEST: usize = 32 << 10;

/// Gives memory for long byte sequences, if anybody could read them there: in a session that shares no memory nobody is near.
/// It takes nothing before it is asked for some.
///
/// Nobody takes back what a receiver still has, however long it keeps it: memory is free when the last one that had it dropped it. What a
/// process had that was killed is lost until the session ends; when the session has no more, messages go over the link.
#[derive(Default)]
pub(crate) struct Pool {
    /// The sessions that share memory with this one over a link.
    near: Mutex<HashSet<ZenohId>>,
    blocks: Mutex<Blocks>,
}

#[derive(Default)]
struct Blocks {
    providers: Vec<ShmProvider<PosixShmProviderBackend>>,
    taken: usize,
}

impl Pool {
    /// Notes that a link to a session that shares memory has come or gone.
    pub(super) fn note(&self, session: ZenohId, is_there: bool) {
        match is_there {
            true => self.near().insert(session),
            false => self.near().remove(&session),
        };
    }

    /// Memory for a byte sequence to come: of the pool, if it can give some.
    pub(super) fn loan(&self, size: usize) -> LoanedOctets {
        match self.take(size) {
            Some(memory) => LoanedOctets::new(Loan(memory)),
            None => vec![0; size].into(),
        }
    }

    /// The same bytes in shared memory: those of somebody, or a copy.
    pub(super) fn shared(&self, bytes: &Bytes) -> Option<ZBytes> {
        if bytes.len() < SHORTEST {
            return None;
        }
        lent::find(bytes).or_else(|| {
            let mut memory = self.take(bytes.len())?;
            memory.as_mut().copy_from_slice(bytes);
            Some(ZShm::from(memory).into())
        })
    }

    fn take(&self, size: usize) -> Option<ZShmMut> {
        if size < SHORTEST || self.near().is_empty() {
            return None;
        }
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).take(size)
    }

    fn near(&self) -> MutexGuard<'_, HashSet<ZenohId>> {
        self.near.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blocks {
    fn take(&mut self, size: usize) -> Option<ZShmMut> {
        let given = self.providers.iter().find_map(|provider| {
            // Each time, and not only when nothing is left: what became free last is still in the processor's cache.
            provider.garbage_collect();
            provider.alloc(size).wait().ok()
        });
        given.or_else(|| self.grow(size)?.alloc(size).wait().ok())
    }

    fn grow(&mut self, size: usize) -> Option<&ShmProvider<PosixShmProviderBackend>> {
        let block = BLOCK.max(size.saturating_mul(MESSAGES));
        let most = (free().unwrap_or(0) + self.taken) / PART;
        static TOLD: Once = Once::new();
        if self.providers.len() == BLOCKS || self.taken + block > most {
            TOLD.call_once(|| {
                let (taken, most) = (self.taken >> 20, most >> 20);
                tracing::warn!(
                    "a message of {size} bytes goes over the link, as {taken} MiB of shared memory are in use, and at most {BLOCKS} blocks or \
                     {most} MiB are taken: receivers keep many long messages, or some were killed"
                );
            });
            return None;
        }
        match ShmProviderBuilder::default_backend(block).wait() {
            Ok(provider) => {
                self.taken += block;
                self.providers.push(provider);
                self.providers.last()
            }
            Err(error) => {
                TOLD.call_once(|| {
                    tracing::warn!("long messages go over the link, as there is no shared memory: {error}")
                });
                None
            }
        }
    }
}

/// Why there is no shared memory here that is worth while.
pub(super) fn why_not() -> Option<String> {
    let needed = BLOCK * PART;
    let mib = |bytes: usize| bytes >> 20;
    match free() {
        Err(error) => Some(format!("{PLACE} cannot be used: {error}")),
        Ok(free) if free < needed => Some(format!(
            "{PLACE} has {} MiB free, and {} MiB are needed (Docker: `--shm-size`)",
            mib(free),
            mib(needed)
        )),
        Ok(_) => None,
    }
}

fn free() -> nix::Result<usize> {
    let bytes = statvfs(PLACE).map(|place| place.blocks_available() * place.fragment_size())?;
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX / 2))
}

/// Memory of a pool that is being filled.
struct Loan(ZShmMut);

impl AsRef<[u8]> for Loan {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl AsMut<[u8]> for Loan {
    fn as_mut(&mut self) -> &mut [u8] {
        self.0.as_mut()
    }
}

impl Lend for Loan {
    fn share(self: Box<Self>) -> Bytes {
        lent::share(ZShm::from(self.0).into())
    }
}

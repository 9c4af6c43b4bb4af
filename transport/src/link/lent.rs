//! Which bytes of this process lie in memory that is shared with others of the machine, so that they are sent on without a copy.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use zenoh::bytes::ZBytes;
use zenoh::shm::ShmBuf;

/// Where such memory begins, and how long it is: `Bytes` tell nothing else.
type Place = (usize, usize);

/// One for the process, as addresses are: what one session got another one may send.
static LENT: LazyLock<Mutex<HashMap<Place, Owner>>> = LazyLock::new(Mutex::default);

/// The memory at a place, and how many there are that share it.
struct Owner {
    memory: ZBytes,
    sharers: usize,
}

/// Shares memory that lies in one piece. It is known to [`find`] as long as somebody has a part of it.
pub(super) fn share(memory: ZBytes) -> Bytes {
    let bytes = Lent(memory.clone());
    lent().entry(bytes.place()).or_insert(Owner { memory, sharers: 0 }).sharers += 1;
    Bytes::from_owner(bytes)
}

/// The shared memory that these bytes are the whole of.
pub(super) fn find(bytes: &Bytes) -> Option<ZBytes> {
    let memory = lent().get(&place(bytes))?.memory.clone();
    // If this process got no time for 100 ms, Zenoh holds it for dead, and other processes would refuse its memory.
    memory.as_shm().is_some_and(|memory| memory.is_valid()).then_some(memory)
}

struct Lent(ZBytes);

impl Lent {
    fn place(&self) -> Place {
        place(self.as_ref())
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        self.0.slices().next().unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut lent = lent();
        if let Some(owner) = lent.get_mut(&self.place()) {
            owner.sharers -= 1;
            if owner.sharers == 0 {
                lent.remove(&self.place());
            }
        }
    }
}

fn place(bytes: &[u8]) -> Place {
    (bytes.as_ptr().addr(), bytes.len())
}

fn lent() -> MutexGuard<'static, HashMap<Place, Owner>> {
    LENT.lock().unwrap_or_else(PoisonError::into_inner)
}

//! For whom a request is made: the requests in work that wait for it. A server that would have to wait for itself sees that
//! here, and refuses. The chain follows the work within a process, and travels with each request between processes; what
//! speaks to us without one, such as a ROS node behind the bridge, begins a new chain.

use std::cell::RefCell;
use std::fmt::Write;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasher, RandomState};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use crate::name::Name;

/// What a chain begins with on the wire. The bridge's own attachment begins otherwise, and it passes over all others.
const HEAD: &str = "rosactor chain\n";
/// Of a longer chain the first hops are forgotten: so deep only a chain without an end goes.
const MOST_HOPS: usize = 64;

thread_local! {
    static CURRENT: RefCell<Chain> = RefCell::default();
}

/// A request, among all of all processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestId(u128);

impl RequestId {
    pub(crate) fn new() -> Self {
        // The standard library's hasher is keyed with the system's randomness, which tells the processes apart.
        static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        Self(u128::from(*PROCESS) << 64 | u128::from(COUNTER.fetch_add(1, Ordering::Relaxed)))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Hop {
    id: RequestId,
    /// The service or action.
    name: Name,
}

/// Requests and goals in work, each made by the work on the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain(Arc<[Hop]>);

impl Chain {
    /// The chain of the work that runs on this thread; empty outside of the work on a request or goal.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Runs a closure as part of the work that this chain ends with.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Restore(Chain);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(std::mem::take(&mut self.0));
            }
        }
        let _restore = Restore(CURRENT.replace(self.clone()));
        work()
    }

    /// Runs a future as part of the work that this chain ends with, whatever thread polls it.
    pub async fn along<T>(self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| self.within(|| work.as_mut().poll(context))).await
    }

    /// Whether a request stands in this chain.
    pub(crate) fn has(&self, id: RequestId) -> bool {
        self.0.iter().any(|hop| hop.id == id)
    }

    /// This chain with one more request.
    pub(crate) fn with(&self, id: RequestId, name: Name) -> Self {
        let forgotten = (self.0.len() + 1).saturating_sub(MOST_HOPS);
        Self(self.0[forgotten..].iter().cloned().chain([Hop { id, name }]).collect())
    }

    /// The names from the first hop that `begins` says yes to.
    pub(crate) fn names_from(&self, begins: impl Fn(RequestId) -> bool) -> Vec<String> {
        self.0.iter().skip_while(|hop| !begins(hop.id)).map(|hop| hop.name.to_string()).collect()
    }

    /// The bytes that travel with a request; none for an empty chain.
    pub(crate) fn to_wire(&self) -> Option<Vec<u8>> {
        if self.0.is_empty() {
            return None;
        }
        let mut text = HEAD.to_owned();
        for hop in &*self.0 {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:032x} {}", hop.id.0, hop.name);
        }
        Some(text.into_bytes())
    }

    /// Reads what came with a request. What is no chain, or too long for one of ours, says nothing.
    pub(crate) fn from_wire(bytes: &[u8]) -> Self {
        Self::parse(bytes).unwrap_or_default()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        // The head first: what others attach may be long.
        let hops = std::str::from_utf8(bytes.strip_prefix(HEAD.as_bytes())?).ok()?;
        if hops.lines().nth(MOST_HOPS).is_some() {
            return None;
        }
        let hop = |line: &str| {
            let (id, name) = line.split_once(' ')?;
            Some(Hop { id: RequestId(u128::from_str_radix(id, 16).ok()?), name: Name::new(name).ok()? })
        };
        Some(Self(hops.lines().map(hop).collect::<Option<Vec<_>>>()?.into()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn chain(names: &[&str]) -> Chain {
        names.iter().fold(Chain::default(), |chain, name| chain.with(RequestId::new(), Name::new(*name).unwrap()))
    }

    #[test]
    fn a_chain_comes_back_from_the_wire() {
        assert_eq!(Chain::default().to_wire(), None);
        let chain = chain(&["/a", "/robot1/b"]);
        assert_eq!(Chain::from_wire(&chain.to_wire().unwrap()), chain);
    }

    #[test]
    fn what_is_no_chain_says_nothing() {
        let long = chain(&["/a"; MOST_HOPS]).to_wire().unwrap();
        assert_eq!(Chain::from_wire(&long).0.len(), MOST_HOPS);
        let too_long = [&long[..], b"00 /a\n"].concat();
        let table: [&[u8]; 8] = [
            b"",
            b"rqh\x01\x02",
            b"rosactor chain",
            b"rosactor chain\n\xff",
            b"rosactor chain\nxyz /a\n",
            b"rosactor chain\n00\n",
            b"rosactor chain\n00 no name\n",
            &too_long,
        ];
        for bytes in table {
            assert_eq!(Chain::from_wire(bytes), Chain::default(), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_chain_without_an_end_keeps_its_last_hops() {
        let chain = chain(&["/a"; MOST_HOPS]).with(RequestId::new(), Name::new("/last").unwrap());
        assert_eq!(chain.0.len(), MOST_HOPS);
        assert_eq!(chain.names_from(|_| true).last().unwrap(), "/last");
    }

    #[test]
    fn the_chain_is_there_while_its_work_runs_and_only_then() {
        let (outer, inner) = (chain(&["/outer"]), chain(&["/inner"]));
        let mut steps = 0;
        let work = poll_fn(|_| {
            assert_eq!(Chain::current(), inner);
            steps += 1;
            if steps == 2 { Poll::Ready(steps) } else { Poll::Pending }
        });
        let mut work = pin!(inner.clone().along(work));
        let mut context = Context::from_waker(Waker::noop());
        outer.within(|| {
            assert!(work.as_mut().poll(&mut context).is_pending());
            assert_eq!(Chain::current(), outer);
        });
        assert_eq!(Chain::current(), Chain::default());
        assert_eq!(work.as_mut().poll(&mut context), Poll::Ready(2));
    }

    #[test]
    fn a_panic_leaves_no_chain_behind() {
        let panicked = std::panic::catch_unwind(|| chain(&["/a"]).within(|| std::panic::panic_any("a test wants it")));
        assert!(panicked.is_err());
        assert_eq!(Chain::current(), Chain::default());
    }
}

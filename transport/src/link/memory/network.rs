//! The network and the processes in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::faults::{Faults, Way};
use super::line::Line;
use super::requests::{Asker, Call, Server};
use super::tokens::{Token, Watcher};
use super::topics::{Listener, Source};
use crate::link::LinkError;

/// The number of a process.
pub(super) type NodeId = usize;

/// A network within one thread: see [`Hub::open_in`](crate::Hub::open_in). Clones are the same network.
#[derive(Clone)]
pub struct MemoryNetwork(Arc<Shared>);

pub(super) struct Shared {
    state: Mutex<State>,
}

pub(super) struct State {
    random: StdRng,
    faults: Faults,
    spared: BTreeSet<String>,
    nodes: Vec<NodeState>,
    /// Pairs of processes that do not hear each other, the smaller number first.
    cut: BTreeSet<(NodeId, NodeId)>,
    /// The number of the next endpoint.
    next: u64,
    pub(super) sources: BTreeMap<String, BTreeMap<u64, Source>>,
    pub(super) listeners: BTreeMap<String, BTreeMap<u64, Listener>>,
    pub(super) servers: BTreeMap<String, BTreeMap<u64, Server>>,
    pub(super) askers: BTreeMap<String, BTreeMap<u64, Asker>>,
    pub(super) tokens: BTreeMap<u64, Token>,
    pub(super) watchers: BTreeMap<u64, Watcher>,
    pub(super) lines: BTreeMap<(NodeId, NodeId), Line>,
}

struct NodeState {
    name: String,
    open: bool,
}

impl MemoryNetwork {
    /// A network without faults. What chance decides in it is drawn from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let state = State {
            random: StdRng::seed_from_u64(seed),
            faults: Faults::default(),
            spared: BTreeSet::new(),
            nodes: Vec::new(),
            cut: BTreeSet::new(),
            next: 0,
            sources: BTreeMap::new(),
            listeners: BTreeMap::new(),
            servers: BTreeMap::new(),
            askers: BTreeMap::new(),
            tokens: BTreeMap::new(),
            watchers: BTreeMap::new(),
            lines: BTreeMap::new(),
        };
        Self(Arc::new(Shared { state: Mutex::new(state) }))
    }

    /// Sets what goes wrong from now on between processes. Within one, nothing does.
    pub fn set_faults(&self, faults: Faults) {
        self.0.state().faults = faults;
    }

    /// Spares the processes of this name from faults, for good: those that look on.
    pub fn spare(&self, name: &str) {
        self.0.state().spared.insert(name.to_owned());
    }

    /// Cuts the connection between two processes: what is on its way is lost, and neither knows the other any more. Processes
    /// are meant by the names that they were opened with.
    pub fn cut(&self, one: &str, other: &str) {
        self.set_cut(true, one, other);
    }

    /// Joins two processes again. Late subscribers get what transient-local publishers keep.
    pub fn join(&self, one: &str, other: &str) {
        self.set_cut(false, one, other);
    }

    /// The keys of all liveliness tokens, in the order in which they were declared.
    #[must_use]
    pub fn tokens(&self) -> Vec<String> {
        self.0.state().tokens.values().map(|token| token.key.clone()).collect()
    }

    pub(crate) fn open(&self, name: &str) -> Memory {
        let mut state = self.0.state();
        state.nodes.push(NodeState { name: name.to_owned(), open: true });
        Memory {
            node: state.nodes.len() - 1,
            network: Arc::clone(&self.0),
            closed: Arc::default(),
            calls: Calls::default(),
        }
    }

    fn set_cut(&self, cut: bool, one: &str, other: &str) {
        let mut state = self.0.state();
        let named = |name: &str| {
            let nodes = state.nodes.iter().enumerate();
            nodes.filter(|(_, node)| node.name == name).map(|(id, _)| id).collect::<Vec<_>>()
        };
        let (ones, others) = (named(one), named(other));
        let pairs = ones.iter().flat_map(|one| others.iter().map(|other| (*one.min(other), *one.max(other))));
        let pairs: Vec<_> = pairs.filter(|(one, other)| one != other).collect();
        for pair in &pairs {
            if cut {
                state.cut.insert(*pair)
            } else {
                state.cut.remove(pair)
            };
        }
        let ways = pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]);
        let lost: Vec<Line> = match cut {
            true => ways.filter_map(|way| state.lines.remove(&way)).collect(),
            false => Vec::new(),
        };
        state.tell_matches();
        let news = state.news_between(&pairs, !cut);
        drop(state);
        // Outside of the lock: a request that is lost tells its client.
        drop(lost);
        news.tell();
        if !cut {
            self.0.send_kept_again(&pairs);
        }
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No callback runs under this lock, so nothing of it is half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether what `from` sends gets to `to`.
    pub(super) fn reach(&self, from: NodeId, to: NodeId) -> bool {
        let open = |node: NodeId| self.nodes.get(node).is_some_and(|node| node.open);
        open(from) && open(to) && !self.cut.contains(&(from.min(to), from.max(to)))
    }

    pub(super) fn delay(&mut self, from: NodeId, to: NodeId) -> Duration {
        if self.is_sound(from, to) { Duration::ZERO } else { self.faults.delay(&mut self.random) }
    }

    pub(super) fn ways(&mut self, from: NodeId, to: NodeId) -> Vec<Way> {
        if self.is_sound(from, to) { vec![Way::InLine(Duration::ZERO)] } else { self.faults.ways(&mut self.random) }
    }

    /// Whether nothing goes wrong between two processes.
    fn is_sound(&self, from: NodeId, to: NodeId) -> bool {
        let spared = |node: NodeId| self.nodes.get(node).is_some_and(|node| self.spared.contains(&node.name));
        from == to || spared(from) || spared(to)
    }

    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Tells publishers and clients whether somebody is there for them.
    pub(super) fn tell_matches(&self) {
        for (key, sources) in &self.sources {
            for source in sources.values() {
                let listeners = self.listeners.get(key).into_iter().flat_map(BTreeMap::values);
                let matched =
                    { listeners }.any(|there| there.node != source.node && self.reach(source.node, there.node));
                source.matched.store(matched, Ordering::Release);
            }
        }
        for (key, askers) in &self.askers {
            for asker in askers.values() {
                let servers = self.servers.get(key).into_iter().flat_map(BTreeMap::values);
                let matched = { servers }.any(|there| self.reach(asker.node, there.node));
                asker.matched.send_if_modified(|known| std::mem::replace(known, matched) != matched);
            }
        }
    }
}

/// The requests that a process waits for.
pub(super) type Calls = Arc<Mutex<Vec<Weak<Call>>>>;

/// A process in the network.
pub(crate) struct Memory {
    pub(super) node: NodeId,
    pub(super) network: Arc<Shared>,
    pub(super) closed: Arc<AtomicBool>,
    pub(super) calls: Calls,
}

impl Memory {
    pub(crate) fn id(&self) -> [u8; 16] {
        // Never all zeros, which means nobody.
        (self.node as u128 + 1).to_le_bytes()
    }

    pub(crate) fn random(&self) -> [u8; 16] {
        self.network.state().random.random()
    }

    pub(crate) fn close(&self) {
        if self.closed.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut state = self.network.state();
        let pairs: Vec<_> = (0..state.nodes.len()).map(|other| (self.node, other)).collect();
        let pairs: Vec<_> =
            pairs.into_iter().filter(|(node, other)| node != other && state.reach(*node, *other)).collect();
        let news = state.news_between(&pairs, false);
        if let Some(node) = state.nodes.get_mut(self.node) {
            node.open = false;
        }
        let lost: Vec<_> = state.lines.extract_if(.., |(from, to), _| *from == self.node || *to == self.node).collect();
        state.tell_matches();
        drop(state);
        // First, or those that wait for what is lost would hear of its loss instead.
        self.end_calls();
        drop(lost);
        news.tell();
    }

    /// Changes the network, unless this process has left it.
    pub(super) fn declare(&self, change: impl FnOnce(&mut State, u64)) -> Result<u64, LinkError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(LinkError::Closed);
        }
        let mut state = self.network.state();
        let number = state.number();
        change(&mut state, number);
        state.tell_matches();
        Ok(number)
    }
}

//! The endpoints that are known, by name. It grows and shrinks; nothing here waits.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{EndpointInfo, NodeInfo};
use crate::name::{Name, NodeName};
use crate::wire::{EndpointKind, WireProfile, read_node_token};

/// So many remote endpoints are remembered, and so many nodes; it bounds what strangers can make a process hold.
const MOST_REMOTE: usize = 65_536;

/// Topics, services and actions have names of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Space {
    Topic,
    Service,
    Action,
}

impl Space {
    pub(crate) fn of(kind: EndpointKind) -> Self {
        match kind {
            EndpointKind::Publisher | EndpointKind::Subscriber => Self::Topic,
            EndpointKind::ServiceServer | EndpointKind::ServiceClient => Self::Service,
            EndpointKind::ActionServer | EndpointKind::ActionClient => Self::Action,
        }
    }
}

/// An endpoint, and since when: an endpoint that went and came back has another number.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) info: Arc<EndpointInfo>,
    /// The number of the endpoint.
    pub(crate) id: u64,
    /// The number of its present life; `None` while its actor is down.
    pub(crate) life: Option<u64>,
}

type Place = (Space, Name);
type Bell = Arc<watch::Sender<()>>;

/// Everything that is known.
pub(crate) struct Book {
    state: Mutex<State>,
    /// Rung at every change.
    any: Bell,
}

#[derive(Default)]
struct State {
    places: BTreeMap<Place, Page>,
    /// Remote endpoints by their participants and tokens.
    remote: BTreeMap<(String, String), (Place, u64)>,
    /// Nodes by their participants, of which each has one.
    nodes: BTreeMap<String, Arc<NodeInfo>>,
    /// The tokens of this process: they come back to it, and are known already.
    own: HashSet<String>,
    numbers: u64,
    unread: u64,
    closed: bool,
}

/// The endpoints of one name.
struct Page {
    endpoints: Vec<Seen>,
    changed: Bell,
}

impl Default for Page {
    fn default() -> Self {
        Self { endpoints: Vec::new(), changed: bell() }
    }
}

fn bell() -> Bell {
    Arc::new(watch::Sender::new(()))
}

impl Book {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), any: bell() })
    }

    /// Notes an endpoint of this process, until what this returns is dropped.
    pub(crate) fn enter(self: &Arc<Self>, info: EndpointInfo) -> Entry {
        let info = Arc::new(info);
        let mut state = self.state();
        let id = state.number();
        let life = state.number();
        let place = (Space::of(info.kind), info.name.clone());
        let changed = state.add(&place, Seen { info: Arc::clone(&info), id, life: Some(life) });
        self.ring(state, [changed]);
        Entry { book: Arc::clone(self), place, id, info }
    }

    /// Knows a token for its own from now on, or not any more.
    pub(crate) fn own(&self, token: &str, own: bool) {
        let mut state = self.state();
        match own {
            true => state.own.insert(token.to_owned()),
            false => state.own.remove(token),
        };
    }

    /// Notes a node of this process, until what this returns is dropped.
    pub(crate) fn enter_node(self: &Arc<Self>, node: NodeInfo) -> NodeEntry {
        let entry = NodeEntry { book: Arc::clone(self), participant: node.participant.clone() };
        let mut state = self.state();
        state.nodes.insert(node.participant.clone(), Arc::new(node));
        self.ring(state, []);
        entry
    }

    /// Notes that the token of somebody's endpoint came or went.
    pub(crate) fn hear(&self, profile: &dyn WireProfile, token: &str, came: bool) {
        let heard = profile.read_token(token);
        let mut state = self.state();
        if state.own.contains(token) || (came && state.closed) {
            return;
        }
        let heard = match heard {
            Ok(Some(heard)) => heard,
            Ok(None) => return,
            Err(error) if came => return self.refuse(state, &error),
            Err(_) => return,
        };
        let key = (heard.participant.clone(), token.to_owned());
        if !came {
            let Some((place, id)) = state.remote.remove(&key) else { return };
            let changed = state.remove(&place, id);
            return self.ring(state, changed);
        }
        if state.remote.contains_key(&key) {
            return;
        }
        if state.remote.len() >= MOST_REMOTE {
            return self.refuse(state, &format_args!("the graph holds {MOST_REMOTE} of others already"));
        }
        let node = state.nodes.get(&heard.participant).map(|node| node.name.clone());
        let info = Arc::new(EndpointInfo::remote(heard, node));
        let place = (Space::of(info.kind), info.name.clone());
        let (id, life) = (state.number(), state.number());
        state.remote.insert(key, (place.clone(), id));
        let changed = state.add(&place, Seen { info, id, life: Some(life) });
        self.ring(state, [changed]);
    }

    /// Notes that the token of somebody's node came or went. It may come after the tokens of its endpoints.
    pub(crate) fn hear_node(&self, token: &str, came: bool) {
        let heard = read_node_token(token);
        let mut state = self.state();
        if state.own.contains(token) || (came && state.closed) {
            return;
        }
        let node = match heard {
            Ok(heard) => NodeInfo::remote(heard),
            Err(error) if came => return self.refuse(state, &error),
            Err(_) => return,
        };
        let known = state.nodes.get(&node.participant).map(|known| **known == node);
        let participant = node.participant.clone();
        let name = match (came, known) {
            (true, Some(true)) | (false, None | Some(false)) => return,
            (true, Some(false)) => {
                return self.refuse(state, &format_args!("the participant {participant} has another node already"));
            }
            (true, None) if state.nodes.len() >= MOST_REMOTE => {
                return self.refuse(state, &format_args!("the graph holds {MOST_REMOTE} nodes already"));
            }
            (true, None) => {
                let name = node.name.clone();
                state.nodes.insert(participant.clone(), Arc::new(node));
                Some(name)
            }
            (false, Some(true)) => {
                state.nodes.remove(&participant);
                None
            }
        };
        let changed = state.name_endpoints(&participant, name.as_ref());
        self.ring(state, changed);
    }

    fn refuse(&self, mut state: MutexGuard<'_, State>, error: &dyn fmt::Display) {
        state.unread += 1;
        let first = state.unread == 1;
        drop(state);
        // One line: whoever declares nonsense may declare much of it.
        if first {
            tracing::warn!("an announcement is not in the graph, as {error}; further ones are only counted");
        }
    }

    /// Notes that an actor of this process went down, or came up again.
    pub(crate) fn set_alive(&self, participant: &str, alive: bool) {
        let mut state = self.state();
        let State { places, numbers, .. } = &mut *state;
        let mut bells = Vec::new();
        for page in places.values_mut() {
            let of_actor = |seen: &&mut Seen| seen.info.is_local() && seen.info.participant == participant;
            let mut changed = false;
            for seen in page.endpoints.iter_mut().filter(of_actor).filter(|seen| seen.life.is_some() != alive) {
                *numbers += 1;
                seen.life = alive.then_some(*numbers);
                changed = true;
            }
            if changed {
                bells.push(Arc::clone(&page.changed));
            }
        }
        if !bells.is_empty() {
            self.ring(state, bells);
        }
    }

    /// Nothing changes from now on; who waits is released.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let bells: Vec<_> = state.places.values().map(|page| Arc::clone(&page.changed)).collect();
        self.ring(state, bells);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// The endpoints of one name.
    pub(crate) fn endpoints(&self, space: Space, name: &Name) -> Vec<Seen> {
        self.state().places.get(&(space, name.clone())).map(|page| page.endpoints.clone()).unwrap_or_default()
    }

    /// All endpoints.
    pub(crate) fn all(&self) -> Vec<Arc<EndpointInfo>> {
        let state = self.state();
        state.places.values().flat_map(|page| &page.endpoints).map(|seen| Arc::clone(&seen.info)).collect()
    }

    /// All nodes.
    pub(crate) fn nodes(&self) -> Vec<Arc<NodeInfo>> {
        self.state().nodes.values().map(Arc::clone).collect()
    }

    /// Tells of every change to a name, or of every change at all.
    pub(crate) fn changes(&self, place: Option<(Space, &Name)>) -> watch::Receiver<()> {
        match place {
            None => self.any.subscribe(),
            Some((space, name)) => self.state().places.entry((space, name.clone())).or_default().changed.subscribe(),
        }
    }

    /// How many tokens could not be read, or had no room.
    pub(crate) fn unread(&self) -> u64 {
        self.state().unread
    }

    /// Tells who waits, outside of the lock: it may be anybody's code that is woken.
    fn ring(&self, state: MutexGuard<'_, State>, bells: impl IntoIterator<Item = Bell>) {
        drop(state);
        for bell in bells {
            bell.send_replace(());
        }
        self.any.send_replace(());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is one step on plain collections, so a panic leaves no half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn add(&mut self, place: &Place, seen: Seen) -> Bell {
        let page = self.places.entry(place.clone()).or_default();
        page.endpoints.push(seen);
        Arc::clone(&page.changed)
    }

    fn remove(&mut self, place: &Place, id: u64) -> Option<Bell> {
        let page = self.places.get_mut(place)?;
        page.endpoints.retain(|seen| seen.id != id);
        let changed = Arc::clone(&page.changed);
        if page.endpoints.is_empty() && changed.receiver_count() == 0 {
            self.places.remove(place);
        }
        Some(changed)
    }

    /// Gives the remote endpoints of a participant the name of its node, or none. They stay what they are to those who
    /// compare them with others.
    fn name_endpoints(&mut self, participant: &str, node: Option<&NodeName>) -> Vec<Bell> {
        let begin = (participant.to_owned(), String::new());
        let own = self.remote.range(begin..).take_while(|((of, _), _)| of == participant);
        let mut bells = Vec::new();
        for (place, id) in own.map(|(_, at)| at) {
            let Some(page) = self.places.get_mut(place) else { continue };
            for seen in page.endpoints.iter_mut().filter(|seen| seen.id == *id) {
                Arc::make_mut(&mut seen.info).node = node.cloned();
                bells.push(Arc::clone(&page.changed));
            }
        }
        bells
    }
}

/// A node of this process in the book; it is struck out when dropped.
pub(crate) struct NodeEntry {
    book: Arc<Book>,
    participant: String,
}

impl Drop for NodeEntry {
    fn drop(&mut self) {
        let mut state = self.book.state();
        state.nodes.remove(&self.participant);
        self.book.ring(state, []);
    }
}

/// An endpoint of this process in the book; it is struck out when dropped.
pub(crate) struct Entry {
    book: Arc<Book>,
    place: Place,
    id: u64,
    pub(crate) info: Arc<EndpointInfo>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut state = self.book.state();
        let changed = state.remove(&self.place, self.id);
        self.book.ring(state, changed);
    }
}

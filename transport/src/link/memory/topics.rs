//! Samples between processes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use rosactor_messages::Payload;

use super::faults::Way;
use super::line::Parcel;
use super::network::{Memory, NodeId, Shared};
use crate::clock;
use crate::link::{Arrival, LinkError, Receive, Received};
use crate::mailbox::PublisherId;
use crate::qos::{Durability, Qos};

/// A publisher as the network knows it.
pub(super) struct Source {
    pub(super) node: NodeId,
    pub(super) matched: Arc<AtomicBool>,
    /// The last samples, for subscribers that come late, and how many.
    kept: Option<(usize, VecDeque<Letter>)>,
}

/// A subscriber as the network knows it.
pub(super) struct Listener {
    pub(super) node: NodeId,
    receive: Receive,
    wants_kept: bool,
}

/// One sample.
#[derive(Clone)]
struct Letter {
    bytes: Bytes,
    sequence: u32,
    publisher: PublisherId,
    date: SystemTime,
}

impl Letter {
    fn to(self, receive: Receive) -> Parcel {
        Box::new(move || {
            receive(Arrival {
                payload: Received::plain(&self.bytes),
                source_timestamp: Some(self.date),
                sequence: Some(u64::from(self.sequence)),
                publisher: Some(self.publisher),
            });
        })
    }
}

impl Memory {
    pub(crate) fn publisher(&self, key: &str, qos: &Qos) -> Result<MemoryPublisher, LinkError> {
        let matched = Arc::new(AtomicBool::new(false));
        let keeps = qos.durability == Durability::TransientLocal;
        let kept = keeps.then(|| (qos.history.depth(), VecDeque::new()));
        let source = Source { node: self.node, matched: Arc::clone(&matched), kept };
        let number = self
            .declare(|state, number| drop(state.sources.entry(key.to_owned()).or_default().insert(number, source)))?;
        let publisher = PublisherId { session: self.id(), entity: number as u32 };
        Ok(MemoryPublisher {
            network: Arc::clone(&self.network),
            closed: Arc::clone(&self.closed),
            node: self.node,
            key: key.to_owned(),
            number,
            publisher,
            matched,
            keeps,
        })
    }

    pub(crate) fn subscriber(&self, key: &str, qos: &Qos, receive: Receive) -> Result<MemorySubscriber, LinkError> {
        let wants_kept = qos.durability == Durability::TransientLocal;
        let listener = Listener { node: self.node, receive: Arc::clone(&receive), wants_kept };
        let mut kept = Vec::new();
        let number = self.declare(|state, number| {
            let sources = state.sources.get(key).into_iter().flat_map(|sources| sources.values());
            if wants_kept {
                let heard = sources.filter(|from| from.node != self.node && state.reach(from.node, self.node));
                kept.extend(heard.flat_map(Source::kept));
            }
            state.listeners.entry(key.to_owned()).or_default().insert(number, listener);
        })?;
        for (from, letter) in kept {
            self.network.send(from, self.node, letter.to(Arc::clone(&receive)));
        }
        Ok(MemorySubscriber { network: Arc::clone(&self.network), key: key.to_owned(), number })
    }
}

impl Source {
    fn kept(&self) -> impl Iterator<Item = (NodeId, Letter)> {
        let kept = self.kept.iter().flat_map(|(_, letters)| letters);
        kept.map(|letter| (self.node, letter.clone()))
    }
}

impl Shared {
    /// Gives subscribers what publishers keep that they can hear again, as for any late subscriber.
    pub(super) fn send_kept_again(self: &Arc<Self>, pairs: &[(NodeId, NodeId)]) {
        let state = self.state();
        let mut parcels = Vec::new();
        for (one, other) in pairs.iter().filter(|(one, other)| state.reach(*one, *other)) {
            for (key, sources) in &state.sources {
                let listeners = state.listeners.get(key).into_iter().flat_map(|listeners| listeners.values());
                for listener in listeners.filter(|listener| listener.wants_kept) {
                    let from = if listener.node == *one { *other } else { *one };
                    let is_end = listener.node == *one || listener.node == *other;
                    for source in sources.values().filter(|source| is_end && source.node == from) {
                        let letters = source.kept().map(|(_, letter)| letter.to(Arc::clone(&listener.receive)));
                        parcels.extend(letters.map(|parcel| (from, listener.node, parcel)));
                    }
                }
            }
        }
        drop(state);
        for (from, to, parcel) in parcels {
            self.send(from, to, parcel);
        }
    }
}

/// Sends samples to other processes.
pub(crate) struct MemoryPublisher {
    network: Arc<Shared>,
    closed: Arc<AtomicBool>,
    node: NodeId,
    key: String,
    number: u64,
    publisher: PublisherId,
    matched: Arc<AtomicBool>,
    keeps: bool,
}

impl MemoryPublisher {
    pub(crate) fn entity(&self) -> u32 {
        self.publisher.entity
    }

    pub(crate) fn is_matched(&self) -> bool {
        self.matched.load(Ordering::Acquire)
    }

    pub(crate) fn wants_samples(&self) -> bool {
        self.keeps || self.is_matched()
    }

    pub(crate) fn put(&self, payload: Payload, sequence: u32) -> Result<(), LinkError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(LinkError::Closed);
        }
        let bytes = payload.contiguous();
        let letter = Letter { bytes, sequence, publisher: self.publisher, date: clock::date() };
        let mut state = self.network.state();
        let source = state.sources.get_mut(&self.key).and_then(|sources| sources.get_mut(&self.number));
        if let Some((depth, kept)) = source.and_then(|source| source.kept.as_mut()) {
            if kept.len() >= *depth {
                kept.pop_front();
            }
            kept.push_back(letter.clone());
        }
        let listeners = state.listeners.get(&self.key).into_iter().flat_map(|listeners| listeners.values());
        let heard: Vec<_> = listeners
            .filter(|to| to.node != self.node && state.reach(self.node, to.node))
            .map(|to| (to.node, Arc::clone(&to.receive)))
            .collect();
        let copies: Vec<_> = heard.into_iter().map(|(to, receive)| (to, receive, state.ways(self.node, to))).collect();
        drop(state);
        for (to, receive, ways) in copies {
            for way in ways {
                let parcel = letter.clone().to(Arc::clone(&receive));
                match way {
                    Way::InLine(delay) => self.network.send_in_line(self.node, to, delay, parcel),
                    Way::Alone(delay) => self.network.send_alone(self.node, to, delay, parcel),
                }
            }
        }
        Ok(())
    }
}

impl Drop for MemoryPublisher {
    fn drop(&mut self) {
        let mut state = self.network.state();
        let gone = state.sources.get_mut(&self.key).and_then(|sources| sources.remove(&self.number));
        drop(state);
        drop(gone);
    }
}

/// Receives samples of other processes; ends when dropped.
pub(crate) struct MemorySubscriber {
    network: Arc<Shared>,
    key: String,
    number: u64,
}

impl Drop for MemorySubscriber {
    fn drop(&mut self) {
        let mut state = self.network.state();
        let gone = state.listeners.get_mut(&self.key).and_then(|listeners| listeners.remove(&self.number));
        state.tell_matches();
        drop(state);
        // What its callback holds may use the network when it goes.
        drop(gone);
    }
}

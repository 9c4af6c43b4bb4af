//! What an actor has open in the transport. It outlives the actor's restarts.
//!
//! Closing and opening an endpoint at each restart would lose what is queued, and is a burden on the whole graph: each
//! cycle leaks a DDS reader in bridges that run zenoh-plugin-ros2dds 1.10. So `setup` after a restart finds the endpoints
//! of the time before by kind, name, type and what is settled for good when they are opened, in the order it asks for them.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use rosactor_transport::mailbox::{Counters, Wake};
use rosactor_transport::{Alive, DeclareError, Name, Participant, TopicWatch};

use super::{EventMailbox, Lane, Ready};
use crate::board::{ActorBoard, MailboxKind, MailboxView};
use crate::watch::{Watchers, Watches};

/// The number of a port within its actor.
pub(crate) type PortId = usize;

/// The endpoints of one actor.
pub(crate) struct Endpoints {
    participant: Participant,
    ready: Arc<Ready>,
    board: Arc<ActorBoard>,
    others: Arc<Watches>,
    open: HashMap<String, (PortId, Rc<dyn Any>)>,
    /// How often each key was asked for since the last `rewind`.
    asked: BTreeMap<String, usize>,
    ports: usize,
    /// The ends of topics that this incarnation has.
    watches: Vec<Rc<TopicWatch>>,
    /// Where this incarnation wants to be told of a topic's events.
    listeners: Vec<(Name, Arc<EventMailbox>)>,
}

impl Endpoints {
    pub(crate) fn new(
        participant: Participant,
        ready: Arc<Ready>,
        board: Arc<ActorBoard>,
        others: Arc<Watches>,
    ) -> Self {
        Self {
            participant,
            ready,
            board,
            others,
            open: HashMap::new(),
            asked: BTreeMap::new(),
            ports: 0,
            watches: Vec::new(),
            listeners: Vec::new(),
        }
    }

    /// Those who watch the actor or program of this full name in the same deployment.
    pub(crate) fn watchers_of(&self, name: &str) -> Arc<Watchers> {
        self.others.of(name)
    }

    /// Begins anew: the next call for a key means its first endpoint again.
    pub(crate) fn rewind(&mut self) {
        self.asked.clear();
        self.watches.clear();
        self.listeners.clear();
    }

    /// Closes what was not asked for since the last `rewind`: by other parameters an actor may want other endpoints.
    pub(crate) fn close_unasked(&mut self) {
        let Self { open, asked, board, .. } = self;
        open.retain(|key, (port, _)| {
            let asked_for = key.rsplit_once(" #").is_some_and(|(key, n)| {
                n.parse::<usize>().is_ok_and(|n| asked.get(key).is_some_and(|asked| n <= *asked))
            });
            if !asked_for {
                board.hide(*port);
            }
            asked_for
        });
    }

    /// Notes that this incarnation has this end of a topic.
    pub(crate) fn watch(&mut self, watch: Option<Rc<TopicWatch>>) {
        self.watches.extend(watch);
    }

    /// Notes that this incarnation wants to be told of a topic's events.
    pub(crate) fn listen(&mut self, topic: Name, mailbox: Arc<EventMailbox>) {
        self.listeners.push((topic, mailbox));
    }

    /// Every end of a topic, with who wants to be told of it.
    pub(crate) fn take_watches(&mut self) -> Vec<(Rc<TopicWatch>, Vec<Arc<EventMailbox>>)> {
        let listeners = std::mem::take(&mut self.listeners);
        let of = |topic: &Name| {
            listeners.iter().filter(|(name, _)| name == topic).map(|(_, mailbox)| Arc::clone(mailbox)).collect()
        };
        self.watches.drain(..).map(|watch| (Rc::clone(&watch), of(watch.topic()))).collect()
    }

    /// Says that the actor runs, until what this returns is dropped.
    pub(crate) fn alive(&self) -> Alive {
        self.participant.alive()
    }

    /// The endpoint under this key, opened if it is not yet.
    pub(crate) fn handle<T: 'static>(
        &mut self,
        key: String,
        open: impl FnOnce(&Participant) -> Result<T, DeclareError>,
    ) -> Result<Rc<T>, DeclareError> {
        let key = self.nth(key);
        if let Some((_, known)) = self.known(&key) {
            return Ok(known);
        }
        let opened = Rc::new(open(&self.participant)?);
        self.open.insert(key, (PortId::MAX, Rc::<T>::clone(&opened)));
        Ok(opened)
    }

    /// The endpoint with a mailbox under this key, opened if it is not yet, and the number of its port.
    pub(crate) fn port<T: 'static>(
        &mut self,
        key: String,
        lane: Lane,
        open: impl FnOnce(&Participant, Wake) -> Result<T, DeclareError>,
    ) -> Result<(PortId, Rc<T>), DeclareError> {
        let key = self.nth(key);
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let port = self.ports;
        self.ports += 1;
        let ready = Arc::clone(&self.ready);
        let wake: Wake = Arc::new(move || ready.mark(port, lane));
        let opened = Rc::new(open(&self.participant, wake)?);
        self.open.insert(key, (port, Rc::<T>::clone(&opened)));
        Ok((port, opened))
    }

    /// Shows a mailbox in the report.
    pub(crate) fn show(
        &self,
        port: PortId,
        kind: MailboxKind,
        endpoint: &str,
        counters: impl Fn() -> Counters + Send + Sync + 'static,
    ) {
        self.board.show(port, MailboxView::new(kind, endpoint, counters));
    }

    /// What an earlier incarnation has opened under this key.
    fn known<T: 'static>(&self, key: &str) -> Option<(PortId, Rc<T>)> {
        let (port, known) = self.open.get(key)?;
        Some((*port, Rc::clone(known).downcast().ok()?))
    }

    fn nth(&mut self, key: String) -> String {
        let n = self.asked.entry(key.clone()).or_default();
        *n += 1;
        format!("{key} #{n}")
    }
}

//! The endpoints of one actor.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use rosactor_messages::{Action, Message, Service, TypeInfo};

use crate::action::{ActionClient, ActionServer};
use crate::clock;
use crate::graph::{Book, EndpointInfo, Entry, Graph, NodeEntry, NodeInfo};
use crate::hub::Shared;
use crate::link::{Link, LinkError, LinkToken};
use crate::local::TypeClash;
use crate::mailbox::{GoalMailbox, Monitored, RequestMailbox, TopicMailbox};
use crate::name::{Name, NameContext, NameError, NodeName};
use crate::qos::Qos;
use crate::service::{ServiceClient, ServiceServer};
use crate::topic::{Subscription, TopicPublisher, TopicWatch};
use crate::wire::{Announcement, EndpointKind, HeardNode, NodeKind, TokenError, node_token};

/// The part of a hub that belongs to one actor: it resolves names as the actor's node does, and announces each endpoint
/// as the actor's.
pub struct Participant {
    shared: Arc<Shared>,
    context: NameContext,
    id: String,
    node: Arc<OwnNode>,
    /// The tokens that are declared, by kind and name. Readers of tokens tell them apart by no more than that.
    tokens: Mutex<HashMap<(EndpointKind, Name), Weak<OwnToken>>>,
}

/// An endpoint that everybody is told of, until this is dropped.
pub(crate) struct Announced {
    // Dropped in this order: this process knows the endpoint for longer than the others do.
    _token: Option<Arc<OwnToken>>,
    entry: Entry,
    /// No endpoint outlives the name of its node.
    _node: Arc<OwnNode>,
}

/// A node that everybody is told of, until this is dropped.
struct OwnNode {
    // Dropped in this order, as above.
    _token: Option<OwnToken>,
    _entry: NodeEntry,
}

/// A token of this process.
struct OwnToken {
    token: Option<LinkToken>,
    key: String,
    book: Arc<Book>,
}

impl OwnToken {
    fn declare(link: &Link, book: &Arc<Book>, key: String) -> Result<Self, LinkError> {
        // Known before it comes back; should it fail, dropping this takes that back.
        book.own(&key, true);
        let mut own = Self { token: None, key, book: Arc::clone(book) };
        own.token = Some(link.declare_token(&own.key)?);
        Ok(own)
    }
}

impl Drop for OwnToken {
    fn drop(&mut self) {
        drop(self.token.take());
        self.book.own(&self.key, false);
    }
}

/// As long as this is held, the participant's publishers count as alive in this process.
pub struct Alive {
    book: Arc<Book>,
    participant: String,
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.book.set_alive(&self.participant, false);
    }
}

/// An endpoint could not be declared.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeclareError {
    /// The name breaks a rule of ROS.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The topic has another type in this process.
    #[error(
        "{name} has type {present} in this process already, but {requested} is asked for; use one type, or another name"
    )]
    TypeClash {
        /// The topic.
        name: Name,
        /// The type that the topic has.
        present: &'static str,
        /// The type that is asked for now.
        requested: &'static str,
    },
    /// The endpoint would disturb those who read its announcement.
    #[error(transparent)]
    Announcement(#[from] TokenError),
    /// The hub is closed.
    #[error("{name} cannot be declared, as the connection to the network is closed")]
    Closed {
        /// The endpoint's name.
        name: Name,
    },
    /// Zenoh refused.
    #[error("{name} could not be declared on Zenoh: {reason}")]
    Zenoh {
        /// The endpoint's name.
        name: Name,
        /// What Zenoh says.
        reason: String,
    },
}

impl DeclareError {
    pub(crate) fn link(name: &Name, error: LinkError) -> Self {
        match error {
            LinkError::Closed => Self::Closed { name: name.clone() },
            LinkError::Zenoh(reason) => Self::Zenoh { name: name.clone(), reason },
        }
    }

    pub(crate) fn clash<M: Message>(name: &Name, clash: TypeClash) -> Self {
        Self::TypeClash { name: name.clone(), present: clash.present, requested: M::TYPE_NAME }
    }
}

impl Participant {
    pub(crate) fn new(shared: Arc<Shared>, context: NameContext, number: u64) -> Self {
        let id = participant_id(shared.link.id(), &context, number);
        let node = Arc::new(OwnNode::announce(&shared, &id, context.node_name()));
        Self { shared, context, id, node, tokens: Mutex::default() }
    }

    /// How this participant's names are resolved.
    pub fn context(&self) -> &NameContext {
        &self.context
    }

    /// The graph that this participant is part of.
    pub fn graph(&self) -> Graph {
        self.shared.graph()
    }

    /// Says that the actor runs, until what this returns is dropped. Without ever calling it, the participant is alive.
    pub fn alive(&self) -> Alive {
        self.shared.book.set_alive(&self.id, true);
        Alive { book: Arc::clone(&self.shared.book), participant: self.id.clone() }
    }

    /// A publisher.
    pub fn publisher<M: Message>(&self, topic: &str, qos: Qos) -> Result<TopicPublisher<M>, DeclareError> {
        TopicPublisher::declare(self, self.context.resolve_topic(topic)?, qos, true)
    }

    /// Fills a mailbox with the samples of a topic, as long as the subscription lives. The mailbox takes lifespan,
    /// deadline and lease from `qos`.
    pub fn subscribe<M: Message>(
        &self,
        topic: &str,
        qos: Qos,
        mailbox: Arc<TopicMailbox<M>>,
    ) -> Result<Subscription, DeclareError> {
        if qos.lifespan.is_some() {
            mailbox.set_lifespan(qos.lifespan);
        }
        if qos.deadline.is_some() || qos.measured_lease().is_some() {
            mailbox.watch(qos.deadline, qos.measured_lease(), clock::now());
        }
        let name = self.context.resolve_topic(topic)?;
        let mut subscription = Subscription::declare(self, name, qos, Arc::clone(&mailbox) as _, true)?;
        subscription.monitored = Some(mailbox);
        Ok(subscription)
    }

    /// Watches a subscription. `None` for one of the hidden topics of an action.
    pub fn watch_subscription(&self, subscription: &Subscription) -> Option<TopicWatch> {
        subscription.parts_to_watch().map(|parts| self.watch(parts))
    }

    /// Watches a publisher. `None` for one of the hidden topics of an action.
    pub fn watch_publisher<M: Message>(&self, publisher: &TopicPublisher<M>) -> Option<TopicWatch> {
        publisher.parts_to_watch().map(|parts| self.watch(parts))
    }

    fn watch(&self, (announced, qos, monitored): (&Announced, Qos, Arc<dyn Monitored>)) -> TopicWatch {
        let own = &announced.entry.info;
        self.shared.listen_to(own.kind.opposite(), &own.name);
        TopicWatch::new(Arc::clone(own), qos, monitored, Arc::clone(&self.shared.book))
    }

    /// Fills a mailbox with the requests to a service, as long as the server lives.
    pub fn serve<S: Service>(
        &self,
        service: &str,
        mailbox: Arc<RequestMailbox<S>>,
    ) -> Result<ServiceServer, DeclareError> {
        ServiceServer::declare(self, self.context.resolve_service(service)?, mailbox)
    }

    /// A client of a service, whose calls wait at most `timeout` for an answer.
    pub fn client<S: Service>(&self, service: &str, timeout: Duration) -> Result<ServiceClient<S>, DeclareError> {
        ServiceClient::declare(self, self.context.resolve_service(service)?, timeout)
    }

    /// Fills a mailbox with the goals for an action, as long as the server lives.
    pub fn action_server<A: Action>(
        &self,
        action: &str,
        mailbox: Arc<GoalMailbox<A>>,
    ) -> Result<ActionServer<A>, DeclareError> {
        ActionServer::declare(self, self.context.resolve(action)?, mailbox)
    }

    /// A client of an action.
    pub fn action_client<A: Action>(&self, action: &str) -> Result<ActionClient<A>, DeclareError> {
        ActionClient::declare(self, self.context.resolve(action)?)
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Announces an endpoint, which must be declared already: a reader of the token may use it at once. Two endpoints
    /// of one kind and name share the token of the first.
    pub(crate) fn announce(
        &self,
        kind: EndpointKind,
        name: &Name,
        types: TypeInfo,
        qos: Option<&Qos>,
    ) -> Result<Announced, DeclareError> {
        let announcement =
            Announcement { participant: &self.id, kind, name, type_name: types.name, type_hash: types.hash, qos };
        let token = match self.shared.profile.token(&announcement)? {
            Some(key) => Some(self.token((kind, name.clone()), key)?),
            None => None,
        };
        let entry = self.shared.book.enter(EndpointInfo {
            kind,
            name: name.clone(),
            type_name: types.name.to_owned(),
            type_hash: types.hash.to_owned(),
            qos: qos.copied(),
            participant: self.id.clone(),
            node: Some(self.context.node_name()),
            local: true,
        });
        Ok(Announced { _token: token, entry, _node: Arc::clone(&self.node) })
    }

    /// The token of this kind and name, declared if it is not yet.
    fn token(&self, slot: (EndpointKind, Name), key: String) -> Result<Arc<OwnToken>, DeclareError> {
        let name = slot.1.clone();
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = tokens.entry(slot).or_default();
        if let Some(token) = slot.upgrade() {
            return Ok(token);
        }
        let declared = OwnToken::declare(&self.shared.link, &self.shared.book, key);
        let token = Arc::new(declared.map_err(|error| DeclareError::link(&name, error))?);
        *slot = Arc::downgrade(&token);
        Ok(token)
    }
}

impl OwnNode {
    /// A node that cannot be announced is none that cannot work: its endpoints are announced by themselves.
    fn announce(shared: &Shared, participant: &str, name: NodeName) -> Self {
        let book = &shared.book;
        let entry = book.enter_node(NodeInfo::local(participant, name.clone()));
        let heard = HeardNode { participant: participant.to_owned(), kind: NodeKind::Actor, name };
        let token = node_token(&heard)
            .map_err(|error| error.to_string())
            .and_then(|key| OwnToken::declare(&shared.link, book, key).map_err(|error| error.to_string()));
        let token = token.inspect_err(|error| {
            tracing::warn!("the node {} has no name for other processes: {error}", heard.name);
        });
        Self { _token: token.ok(), _entry: entry }
    }
}

/// An id that no other participant has, and no session: 1 to 32 hex digits without a leading zero. It must not be the
/// session's own id: a bridge takes that for itself, if it shares the session.
fn participant_id(session: [u8; 16], context: &NameContext, number: u64) -> String {
    let name = context.node_name().to_string();
    let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    for byte in session.iter().chain(name.as_bytes()).chain(&number.to_le_bytes()) {
        // FNV-1a with 128 bits: the id must be unique, not secret.
        hash = (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    // The set bit keeps the first digit from being 0.
    format!("{:032x}", hash | 1 << 127)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn participant_ids_differ_and_are_valid() {
        let a = NameContext::new("/", "a", vec![]).unwrap();
        let b = NameContext::new("/", "b", vec![]).unwrap();
        let ids = [
            participant_id([1; 16], &a, 0),
            participant_id([1; 16], &b, 0),
            participant_id([1; 16], &a, 1),
            participant_id([2; 16], &a, 0),
        ];
        for (i, id) in ids.iter().enumerate() {
            assert!(id.len() == 32 && !id.starts_with('0'), "{id}");
            assert!(!ids[..i].contains(id));
        }
    }
}

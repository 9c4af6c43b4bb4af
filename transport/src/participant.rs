//! The endpoints of one actor.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use rosactor_messages::{Action, Message, Service, TypeInfo};

use crate::action::{ActionClient, ActionServer};
use crate::hub::Shared;
use crate::link::{LinkError, LinkToken};
use crate::local::TypeClash;
use crate::mailbox::{GoalMailbox, RequestMailbox, TopicMailbox};
use crate::name::{Name, NameContext, NameError};
use crate::qos::Qos;
use crate::service::{ServiceClient, ServiceServer};
use crate::topic::{Subscription, TopicPublisher};
use crate::wire::{Announcement, EndpointKind, TokenError};

/// The part of a hub that belongs to one actor: it resolves names as the actor's node does, and announces each endpoint
/// as the actor's.
pub struct Participant {
    shared: Arc<Shared>,
    context: NameContext,
    id: String,
    /// The tokens that are declared, by kind and name. Readers of tokens tell them apart by no more than that.
    tokens: Mutex<HashMap<(EndpointKind, Name), Weak<LinkToken>>>,
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
        Self { shared, context, id, tokens: Mutex::default() }
    }

    /// How this participant's names are resolved.
    pub fn context(&self) -> &NameContext {
        &self.context
    }

    /// A publisher.
    pub fn publisher<M: Message>(&self, topic: &str, qos: Qos) -> Result<TopicPublisher<M>, DeclareError> {
        TopicPublisher::declare(self, self.context.resolve(topic)?, qos, true)
    }

    /// Fills a mailbox with the samples of a topic, as long as the subscription lives.
    pub fn subscribe<M: Message>(
        &self,
        topic: &str,
        qos: Qos,
        mailbox: Arc<TopicMailbox<M>>,
    ) -> Result<Subscription, DeclareError> {
        Subscription::declare(self, self.context.resolve(topic)?, qos, mailbox, true)
    }

    /// Fills a mailbox with the requests to a service, as long as the server lives.
    pub fn serve<S: Service>(
        &self,
        service: &str,
        mailbox: Arc<RequestMailbox<S>>,
    ) -> Result<ServiceServer, DeclareError> {
        ServiceServer::declare(self, self.context.resolve(service)?, mailbox)
    }

    /// A client of a service, whose calls wait at most `timeout` for an answer.
    pub fn client<S: Service>(&self, service: &str, timeout: Duration) -> Result<ServiceClient<S>, DeclareError> {
        ServiceClient::declare(self, self.context.resolve(service)?, timeout)
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
    ) -> Result<Option<Arc<LinkToken>>, DeclareError> {
        let announcement =
            Announcement { participant: &self.id, kind, name, type_name: types.name, type_hash: types.hash, qos };
        let Some(key) = self.shared.profile.token(&announcement)? else {
            return Ok(None);
        };
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = tokens.entry((kind, name.clone())).or_default();
        if let Some(token) = slot.upgrade() {
            return Ok(Some(token));
        }
        let token = self.shared.link.declare_token(&key).map_err(|error| DeclareError::link(name, error))?;
        let token = Arc::new(token);
        *slot = Arc::downgrade(&token);
        Ok(Some(token))
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

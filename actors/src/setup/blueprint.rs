//! The outcome of `setup`: endpoints to be opened, in the order they were declared.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::DeclareError;
use rosactor_transport::messages::{Action, Message, Service};
use rosactor_transport::name::{Name, Scope};
use rosactor_transport::qos::Qos;

use crate::clock::Clock;
use crate::lifecycle::Managed;
use crate::port::{Endpoints, Port, PortId, TickMailbox};

pub(crate) type PortPlan<A> = Box<dyn FnOnce(&mut Endpoints) -> Result<(PortId, Port<A>), DeclareError>>;
pub(crate) type HandlePlan = Box<dyn FnOnce(&mut Endpoints) -> Result<(), DeclareError>>;
pub(crate) type TimerPlan<A> =
    Box<dyn FnOnce(&mut Endpoints) -> Result<(PortId, Port<A>, Arc<TickMailbox>), DeclareError>>;

/// A timer to be started.
pub(crate) struct Timer<A> {
    pub(crate) clock: Clock,
    pub(crate) every: Duration,
    pub(crate) plan: TimerPlan<A>,
}

/// Everything that one `setup` declared.
pub(crate) struct Blueprint<A> {
    pub(crate) declared: Vec<Declared>,
    /// The full names of those it watches.
    pub(crate) watched: Vec<String>,
    /// Topics whose events a method wants.
    pub(crate) listened: Vec<Name>,
    pub(crate) ports: Vec<PortPlan<A>>,
    pub(crate) handles: Vec<HandlePlan>,
    pub(crate) timers: Vec<Timer<A>>,
    /// What the actor's work waits on.
    pub(crate) clock: Clock,
    /// Of a lifecycle actor.
    pub(crate) lifecycle: Option<Rc<Managed<A>>>,
}

impl<A> Default for Blueprint<A> {
    fn default() -> Self {
        Self {
            declared: Vec::new(),
            watched: Vec::new(),
            listened: Vec::new(),
            ports: Vec::new(),
            handles: Vec::new(),
            timers: Vec::new(),
            clock: Clock::default(),
            lifecycle: None,
        }
    }
}

/// What an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointKind {
    Publisher,
    Subscription,
    Server,
    Client,
    ActionServer,
    ActionClient,
}

impl EndpointKind {
    /// Which remap rules apply to its name.
    pub(crate) fn scope(self) -> Option<Scope> {
        match self {
            Self::Publisher | Self::Subscription => Some(Scope::Topic),
            Self::Server | Self::Client => Some(Scope::Service),
            Self::ActionServer | Self::ActionClient => None,
        }
    }
}

impl fmt::Display for EndpointKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Publisher => "the topic it publishes",
            Self::Subscription => "the topic it subscribes",
            Self::Server => "the service it serves",
            Self::Client => "the service it calls",
            Self::ActionServer => "the action it performs",
            Self::ActionClient => "the action it asks for",
        })
    }
}

/// One declared endpoint, as far as it can be checked before anything starts.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) kind: EndpointKind,
    /// The name as `setup` wrote it.
    pub(crate) written: String,
    /// The absolute name without the file's remapping.
    pub(crate) unmapped: String,
    /// The absolute name.
    pub(crate) resolved: String,
    pub(crate) type_name: &'static str,
    pub(crate) qos: Option<Qos>,
}

impl Declared {
    fn new(kind: EndpointKind, written: &str, type_name: &'static str, qos: Option<Qos>) -> Self {
        Self { kind, written: written.to_owned(), unmapped: String::new(), resolved: String::new(), type_name, qos }
    }

    pub(crate) fn topic<M: Message>(kind: EndpointKind, written: &str, qos: Qos) -> Self {
        Self::new(kind, written, M::TYPE_NAME, Some(qos))
    }

    pub(crate) fn service<S: Service>(kind: EndpointKind, written: &str) -> Self {
        Self::new(kind, written, S::TYPE_NAME, None)
    }

    pub(crate) fn action<G: Action>(kind: EndpointKind, written: &str) -> Self {
        Self::new(kind, written, G::TYPE_NAME, None)
    }
}

//! Carries services and actions between ROS nodes and actors; topics are the plugin's part.
//!
//! The plugin understands the requests of Cyclone DDS nodes alone. The gateway has a DDS participant of its own, which speaks
//! both conventions. Who serves what is known to the [`Census`]; what has to be carried because of it runs in [`Routes`].

mod across;
mod census;
mod convention;
mod endpoints;
mod names;
mod patience;
mod routes;
mod to_actor_server;
mod to_ros_server;
mod topics;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use rosactor_transport::{
    bridge_config::BridgeConfig,
    wire::{EndpointKind, HeardEndpoint, Ros2dds, WireProfile},
};
use rustdds::{DomainParticipant, RTPSEntity};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        watch,
    },
    task::JoinSet,
};
use zenoh::{Session, pubsub::Subscriber, sample::SampleKind};

use self::{
    across::{Across, Complaints, Matches},
    census::{Census, Kind},
    endpoints::Endpoints,
    names::Namespace,
    patience::Patience,
    routes::Routes,
};
use crate::{domain::Event, error::BridgeError};

/// The task that does it. Dropped, it ends, and with it everything that it carries.
pub(crate) struct Gateway {
    _task: JoinSet<()>,
    carries: watch::Receiver<Carried>,
}

impl Gateway {
    /// Begins. The `listeners` hear of the gateway's own endpoints.
    pub(crate) async fn begin(
        config: &BridgeConfig,
        session: &Session,
        participant: &DomainParticipant,
        events: UnboundedReceiver<Event>,
        listeners: Vec<UnboundedSender<Event>>,
    ) -> Result<Self, BridgeError> {
        let own_id = own_id(&participant.guid().to_bytes());
        let (sender, tokens) = unbounded_channel();
        let subscriber =
            hear(session, sender).await.map_err(|error| BridgeError::Zenoh(format!("no tokens are heard: {error}")))?;
        let endpoints = Endpoints::new(participant, listeners)
            .map_err(|error| BridgeError::NoDomain { domain: config.domain, reason: error.to_string() })?;
        let (known, matches) = watch::channel(Matches::new());
        let across =
            Across { endpoints, session: session.clone(), namespace: Namespace::new(&config.namespace), matches };
        let (carried, carries) = watch::channel(Carried::new());
        let state = State {
            carried,
            census: Census::new(config, participant.guid().to_bytes(), &own_id),
            routes: Routes::new(across, own_id, Patience::new(config)),
            known,
            told: BTreeSet::new(),
        };
        let mut task = JoinSet::new();
        task.spawn(live(state, events, tokens, subscriber));
        Ok(Self { _task: task, carries })
    }

    /// What is carried, as it changes.
    pub(crate) fn carried(&self) -> watch::Receiver<Carried> {
        self.carries.clone()
    }
}

/// The services and actions that are carried, by their servers' kind and the name among the ROS nodes.
pub(crate) type Carried = BTreeSet<(EndpointKind, String)>;

/// The id in the gateway's tokens: not that of the plugin, which overhears its own.
pub(crate) fn own_id(guid: &[u8; 16]) -> String {
    let mut hasher = DefaultHasher::new();
    guid.hash(&mut hasher);
    // No leading zero.
    format!("{:x}", hasher.finish() | 1 << 63)
}

/// A token, what it announces, and whether it came or went.
type Token = (String, HeardEndpoint, bool);

async fn hear(session: &Session, sender: UnboundedSender<Token>) -> zenoh::Result<Subscriber<()>> {
    let malformed = Complaints::default();
    let pattern = Ros2dds.token_pattern();
    let subscriber = session.liveliness().declare_subscriber(pattern).history(true).callback(move |sample| {
        let token = sample.key_expr().as_str();
        match Ros2dds.read_token(token) {
            // Nobody listens while the bridge ends.
            Ok(Some(endpoint)) => drop(sender.send((token.to_owned(), endpoint, sample.kind() == SampleKind::Put))),
            Ok(None) => (),
            Err(error) => malformed.note("tokens", &error.to_string()),
        }
    });
    subscriber.await
}

struct State {
    carried: watch::Sender<Carried>,
    census: Census,
    routes: Routes,
    known: watch::Sender<Matches>,
    /// The names that both sides serve, as far as they were told.
    told: BTreeSet<String>,
}

async fn live(
    mut state: State,
    mut events: UnboundedReceiver<Event>,
    mut tokens: UnboundedReceiver<Token>,
    _subscriber: Subscriber<()>,
) {
    loop {
        let changed = tokio::select! {
            Some(event) = events.recv() => {
                state.matches(&event);
                state.census.dds(&event)
            }
            Some((token, endpoint, came)) = tokens.recv() => state.census.token(&token, endpoint, came),
            else => return,
        };
        if changed {
            state.take_in(&mut events, &mut tokens);
            state.carry();
        }
    }
}

impl State {
    /// What came at the same time belongs together.
    fn take_in(&mut self, events: &mut UnboundedReceiver<Event>, tokens: &mut UnboundedReceiver<Token>) {
        while let Ok(event) = events.try_recv() {
            self.matches(&event);
            self.census.dds(&event);
        }
        while let Ok((token, endpoint, came)) = tokens.try_recv() {
            self.census.token(&token, endpoint, came);
        }
    }

    fn carry(&mut self) {
        let (wanted, both) = self.census.routes();
        for name in both.difference(&self.told) {
            tracing::warn!("{name} is served by a ROS node and elsewhere: ROS nodes ask their own, and actors both");
        }
        self.told.clone_from(&both);
        let of = |kind| if kind == Kind::Action { EndpointKind::ActionServer } else { EndpointKind::ServiceServer };
        let carried = wanted.iter().map(|route| (of(route.kind), route.name.clone())).collect();
        self.carried.send_replace(carried);
        self.routes.set(wanted);
    }

    fn matches(&self, event: &Event) {
        match event {
            Event::ReaderMatched { writer, reader } => {
                self.known.send_if_modified(|all| all.insert((*writer, *reader)));
            }
            Event::EndpointLost(guid) => {
                self.known.send_modify(|all| all.retain(|(writer, reader)| writer != guid && reader != guid));
            }
            Event::ParticipantLost(lost) => {
                self.known.send_modify(|all| all.retain(|(_, reader)| reader[..12] != lost[..12]));
            }
            Event::Endpoint { .. } => (),
        }
    }
}

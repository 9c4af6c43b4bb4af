//! Makes every actor a node of ROS, and every node of ROS known to the actors by name.
//!
//! On DDS, what actors have belongs to the bridge's participants. ROS takes from `ros_discovery_info` whose it is, and asks no
//! further: so this tells there, for each actor, which of the bridge's readers and writers are its own. What is decided is
//! in [`Roster`] and [`RosNodes`], which know neither DDS nor Zenoh; here is what joins them.

mod info;
pub(crate) mod names;
mod pace;
mod ros_nodes;
mod roster;

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use futures_util::StreamExt;
use rosactor_transport::{
    bridge_config::{BridgeConfig, Distro},
    wire::{HeardEndpoint, HeardNode, NODE_TOKENS, Ros2dds, WireProfile, read_node_token},
};
use rustdds::{
    DomainParticipant, QosPolicies, QosPolicyBuilder, RTPSEntity, TopicKind,
    no_key::{DataReader, DataWriter},
    policy::{Durability, History, Reliability},
};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};
use zenoh::{Session, liveliness::LivelinessToken, pubsub::Subscriber, sample::SampleKind};

pub(crate) use self::info::{Info, Node};
use self::{pace::Pace, ros_nodes::RosNodes, roster::Roster};
use crate::{
    dds,
    domain::{Event, Guid},
    error::BridgeError,
    raw::{Raw, RawAdapter},
};

/// How many messages of ROS nodes may wait to be read.
const DEPTH: i32 = 1_000;
/// How long ROS nodes may take to confirm that the actors are gone.
const GOODBYE: Duration = Duration::from_millis(300);

/// The task that does it.
pub(crate) struct Nodes {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Nodes {
    /// Begins. The plugin must have joined the domain.
    pub(crate) async fn begin(
        config: &BridgeConfig,
        session: &Session,
        participant: &DomainParticipant,
        events: UnboundedReceiver<Event>,
        listener: UnboundedSender<Heard>,
    ) -> Result<Self, BridgeError> {
        let ours = participant.guid().to_bytes();
        let plugins = dds::participants(config.domain);
        let (reader, writer) = topic(participant).map_err(|error| BridgeError::NoDomain {
            domain: config.domain,
            reason: format!("the topic {} cannot be used: {error}", info::TOPIC),
        })?;
        let (heard, hears) = unbounded_channel();
        let subscribers =
            hear(session, heard).await.map_err(|error| BridgeError::Zenoh(format!("no tokens are heard: {error}")))?;
        let state = State {
            distro: config.distro,
            ours,
            carriers: plugins.iter().copied().chain([ours]).collect(),
            roster: Roster::new(&config.namespace),
            ros: RosNodes::new(&config.namespace, &plugins, &session.zid().to_string()),
            told: Vec::new(),
            tokens: HashMap::new(),
            writer,
            session: session.clone(),
            listener,
        };
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let state = live(state, hears, events, reader, stopped).await;
            drop(subscribers);
            state.leave().await;
        });
        Ok(Self { stop, task })
    }

    /// Tells ROS that the actors are gone, in a limited time.
    pub(crate) async fn end(self) {
        drop(self.stop);
        if timeout(2 * GOODBYE, self.task).await.is_err() {
            tracing::warn!("ROS was not told in time that the actors are gone; it may list them for a while");
        }
    }
}

/// Who is there.
#[derive(Clone)]
pub(crate) enum Heard {
    /// A node told on Zenoh, and whether it came or went.
    Node(HeardNode, bool),
    /// The endpoint of a token on Zenoh, and whether it came or went.
    Endpoint(String, HeardEndpoint, bool),
    /// The nodes of a participant of ROS.
    Ros(Info),
}

/// Hears of actors and their endpoints.
async fn hear(session: &Session, heard: UnboundedSender<Heard>) -> zenoh::Result<[Subscriber<()>; 2]> {
    let of_nodes = heard.clone();
    let nodes = session.liveliness().declare_subscriber(NODE_TOKENS).history(true).callback(move |sample| {
        // What is no token of a node is counted by the graph of whoever looks at it, not here.
        if let Ok(node) = read_node_token(sample.key_expr().as_str()) {
            let _ = of_nodes.send(Heard::Node(node, sample.kind() == SampleKind::Put));
        }
    });
    let pattern = Ros2dds.token_pattern();
    let endpoints = session.liveliness().declare_subscriber(pattern).history(true).callback(move |sample| {
        let token = sample.key_expr().as_str();
        if let Ok(Some(endpoint)) = Ros2dds.read_token(token) {
            let _ = heard.send(Heard::Endpoint(token.to_owned(), endpoint, sample.kind() == SampleKind::Put));
        }
    });
    Ok([nodes.await?, endpoints.await?])
}

type Reader = DataReader<Raw, RawAdapter>;
type Writer = DataWriter<Raw, RawAdapter>;

/// The topic in which nodes are told, with the quality of service that ROS gives it.
fn topic(participant: &DomainParticipant) -> Result<(Reader, Writer), rustdds::dds::CreateError> {
    let qos = |depth: i32| -> QosPolicies {
        QosPolicyBuilder::new()
            .reliability(Reliability::Reliable { max_blocking_time: rustdds::Duration::from_millis(100) })
            .durability(Durability::TransientLocal)
            .history(History::KeepLast { depth })
            .build()
    };
    let (written, read) = (qos(1), qos(DEPTH));
    let topic = participant.create_topic(info::TOPIC.to_owned(), info::TYPE.to_owned(), &written, TopicKind::NoKey)?;
    let writer = participant.create_publisher(&written)?.create_datawriter_no_key(&topic, Some(written))?;
    let reader = participant.create_subscriber(&read)?.create_datareader_no_key(&topic, Some(read))?;
    Ok((reader, writer))
}

struct State {
    distro: Distro,
    /// Our participant.
    ours: Guid,
    /// The participants whose endpoints may belong to actors.
    carriers: Vec<Guid>,
    roster: Roster,
    ros: RosNodes,
    /// What ROS was told last.
    told: Vec<info::Node>,
    tokens: HashMap<String, LivelinessToken>,
    writer: Writer,
    session: Session,
    /// Hears all that is heard here.
    listener: UnboundedSender<Heard>,
}

async fn live(
    mut state: State,
    mut heard: UnboundedReceiver<Heard>,
    mut events: UnboundedReceiver<Event>,
    reader: Reader,
    mut stopped: oneshot::Receiver<()>,
) -> State {
    let mut samples = reader.async_bare_sample_stream();
    let (mut to_ros, mut to_actors) = (Pace::default(), Pace::default());
    loop {
        let now = Instant::now();
        tokio::select! {
            _ = &mut stopped => return state,
            () = sleep_until(to_ros.due().unwrap_or(now)), if to_ros.due().is_some() => {
                to_ros.done();
                state.tell_ros().await;
            }
            () = sleep_until(to_actors.due().unwrap_or(now)), if to_actors.due().is_some() => {
                to_actors.done();
                state.tell_actors().await;
            }
            Some(heard) = heard.recv() => to_ros.touch_if(state.hear(heard), now),
            Some(event) = events.recv() => {
                let (ros, actors) = state.event(event);
                to_ros.touch_if(ros, now);
                to_actors.touch_if(actors, now);
            }
            Some(sample) = samples.next() => match sample {
                Ok(Raw(bytes)) => to_actors.touch_if(state.read(&bytes), now),
                Err(error) => tracing::debug!("a message in {} was not read: {error}", info::TOPIC),
            },
        }
    }
}

impl State {
    fn hear(&mut self, heard: Heard) -> bool {
        // Nobody listens while the bridge ends.
        let _ = self.listener.send(heard.clone());
        match heard {
            Heard::Ros(_) => false,
            Heard::Node(node, came) => self.roster.node(node, came),
            Heard::Endpoint(token, endpoint, came) => self.roster.endpoint(&token, &endpoint, came),
        }
    }

    /// Says whether ROS, and whether the actors, have to be told something.
    fn event(&mut self, event: Event) -> (bool, bool) {
        match event {
            Event::Endpoint { guid, side, topic, .. } => {
                let ours = self.carriers.iter().any(|carrier| carrier[..12] == guid[..12]);
                (ours && self.roster.carrier(guid, side, &topic), false)
            }
            Event::ReaderMatched { .. } => (false, false),
            Event::EndpointLost(guid) => (self.roster.lost(guid), false),
            Event::ParticipantLost(participant) => (false, self.ros.lost(participant)),
        }
    }

    fn read(&mut self, bytes: &[u8]) -> bool {
        match Info::decode(bytes, self.distro) {
            Ok(info) if info.participant == self.ours => false,
            Ok(info) => {
                let changed = self.ros.told(&info);
                let _ = self.listener.send(Heard::Ros(info));
                changed
            }
            Err(error) => {
                tracing::debug!("a message in {} is none of {}: {error}", info::TOPIC, self.distro);
                false
            }
        }
    }

    /// The plugin remembers each message in which it finds endpoints that it does not know, and those of actors it does not:
    /// none is sent but for a change.
    async fn tell_ros(&mut self) {
        let nodes = self.roster.nodes();
        if nodes != self.told {
            self.told = nodes;
            self.write().await;
        }
    }

    async fn write(&self) {
        let info = Info { participant: self.ours, nodes: self.told.clone() };
        let written = match info.encode(self.distro) {
            Ok(bytes) => self.writer.async_write(Raw(bytes), None).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = written {
            tracing::warn!("ROS is not told of the actors: {error}");
        }
    }

    async fn tell_actors(&mut self) {
        let wanted: BTreeSet<String> = self.ros.tokens();
        self.tokens.retain(|token, _| wanted.contains(token));
        for token in wanted {
            if self.tokens.contains_key(&token) {
                continue;
            }
            match self.session.liveliness().declare_token(token.clone()).await {
                Ok(declared) => drop(self.tokens.insert(token, declared)),
                Err(error) => tracing::warn!("actors are not told of a node of ROS: {error}"),
            }
        }
    }

    /// Takes back what was told. ROS nodes would not notice that the participant is gone: Fast DDS takes such news only with the
    /// hash of its key, which RustDDS leaves out.
    async fn leave(mut self) {
        self.told.clear();
        self.write().await;
        let _ = timeout(GOODBYE, self.writer.async_wait_for_acknowledgments()).await;
    }
}

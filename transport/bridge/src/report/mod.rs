//! Tells how the bridge is: in the log, as soon as two ends that should come together do not, and on Zenoh to whoever asks, as
//! `rosactor doctor` does.

pub(crate) mod document;
mod ends;
mod interfaces;
mod judge;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rosactor_transport::{bridge_config::BridgeConfig, wire::EndpointKind};
use rustdds::{DomainParticipant, RTPSEntity};
use serde_json::Value;
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, unbounded_channel},
        watch,
    },
    task::{JoinSet, spawn_blocking},
    time::{Instant, sleep_until},
};
use zenoh::{
    Session,
    query::{Query, Queryable},
};

use self::{
    document::{Kind, Report, key},
    ends::{Ends, Pair},
};
use crate::{
    dds,
    domain::Event,
    error::BridgeError,
    gateway::{self, Carried},
    nodes::Heard,
};

/// Between a change and what is told of it.
const SETTLING: Duration = Duration::from_millis(500);
/// How long a warning waits for the names of nodes. ROS nodes that were there before the bridge tell theirs three seconds after
/// their endpoints.
const NAMES_PATIENCE: Duration = Duration::from_secs(6);
/// How long the plugin may take to tell its routes.
const ROUTES_PATIENCE: Duration = Duration::from_secs(2);

/// What the bridge is built with; a test compares them with the workspace's.
const VERSIONS: [(&str, &str); 3] = [("zenoh", "1.10.2"), ("zenoh-plugin-ros2dds", "1.10.2"), ("rustdds", "0.15.1")];

/// Where the news come from.
pub(crate) struct Sources {
    pub(crate) events: UnboundedReceiver<Event>,
    pub(crate) heard: UnboundedReceiver<Heard>,
    pub(crate) carried: watch::Receiver<Carried>,
}

/// The task that tells, until it is dropped.
pub(crate) struct Reporter {
    _task: JoinSet<()>,
}

impl Reporter {
    /// Begins. The plugin must have joined the domain.
    pub(crate) async fn begin(
        config: &BridgeConfig,
        session: &Session,
        participant: &DomainParticipant,
        sources: Sources,
    ) -> Result<Self, BridgeError> {
        let ours = participant.guid().to_bytes();
        let carriers = dds::participants(config.domain).into_iter().chain([ours]).collect();
        let id = session.zid().to_string();
        let (sender, queries) = unbounded_channel();
        let queryable = session.declare_queryable(key(&id)).callback(move |query| {
            // Nobody listens while the bridge ends.
            let _ = sender.send(query);
        });
        let queryable =
            queryable.await.map_err(|error| BridgeError::Zenoh(format!("no report can be asked for: {error}")))?;
        let state = State {
            ends: Ends::new(config, carriers, vec![id, gateway::own_id(&ours)]),
            config: config.clone(),
            session: session.clone(),
            carried: sources.carried.clone(),
            told: BTreeSet::new(),
            nameless: BTreeMap::new(),
        };
        let mut task = JoinSet::new();
        task.spawn(live(state, sources, queries, queryable));
        Ok(Self { _task: task })
    }
}

struct State {
    config: BridgeConfig,
    session: Session,
    ends: Ends,
    carried: watch::Receiver<Carried>,
    /// The pairs that were warned of.
    told: BTreeSet<Pair>,
    /// Those that wait for the names of their nodes, and since when.
    nameless: BTreeMap<Pair, Instant>,
}

async fn live(mut state: State, mut sources: Sources, mut queries: UnboundedReceiver<Query>, _open: Queryable<()>) {
    let mut due: Option<Instant> = None;
    // Ended with this task.
    let mut answers = JoinSet::new();
    loop {
        let now = Instant::now();
        tokio::select! {
            Some(event) = sources.events.recv() => state.ends.event(event),
            Some(heard) = sources.heard.recv() => state.ends.hear(heard),
            Some(query) = queries.recv() => {
                drop(answers.spawn(state.answer(query)));
                continue;
            }
            Some(_) = answers.join_next() => continue,
            () = sleep_until(due.unwrap_or(now)), if due.is_some() => {
                due = state.warn(now).then(|| now + SETTLING);
                continue;
            }
            else => return,
        }
        due.get_or_insert(now + SETTLING);
    }
}

impl State {
    /// Warns of each pair once, with the names of both ends if they come in time. Says whether some wait for them.
    fn warn(&mut self, now: Instant) -> bool {
        let apart = self.ends.apart();
        self.told.retain(|pair| apart.contains_key(pair));
        self.nameless.retain(|pair, _| apart.contains_key(pair));
        for (pair, (problem, named)) in apart {
            if self.told.contains(&pair) {
                continue;
            }
            let since = *self.nameless.entry(pair.clone()).or_insert(now);
            if named || now >= since + NAMES_PATIENCE {
                self.nameless.remove(&pair);
                self.told.insert(pair);
                tracing::warn!("{}", problem.text);
            }
        }
        !self.nameless.is_empty()
    }

    /// Answers with the state of this moment.
    fn answer(&self, query: Query) -> impl Future<Output = ()> + Send + 'static {
        let (session, config, carried) = (self.session.clone(), self.config.clone(), self.carried.borrow().clone());
        let participants = self.ends.participants();
        let links = self.ends.links(|_, _| true);
        async move {
            let id = session.zid().to_string();
            let topics = active_topics(&session, &id).await;
            let of_host = config.clone();
            let Ok(dds) = spawn_blocking(move || interfaces::dds(&of_host, participants)).await else { return };
            let mut report = Report { versions: versions(), id, config, dds, links };
            for link in &mut report.links {
                link.active &= match link.kind {
                    Kind::Topic => topics.contains(&link.name),
                    Kind::Service => carried.contains(&(EndpointKind::ServiceServer, link.name.clone())),
                    Kind::Action => carried.contains(&(EndpointKind::ActionServer, link.name.clone())),
                };
            }
            let answered = match serde_json::to_vec(&report) {
                Ok(bytes) => query.reply(key(&report.id), bytes).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = answered {
                tracing::warn!("a report was asked for, but could not be given: {error}");
            }
        }
    }
}

fn versions() -> BTreeMap<String, String> {
    let own = [("rosactor", env!("CARGO_PKG_VERSION"))];
    own.into_iter().chain(VERSIONS).map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}

/// The topics that the plugin has a ROS node at one end of and somebody on Zenoh at the other.
async fn active_topics(session: &Session, id: &str) -> BTreeSet<String> {
    let key = format!("@/{id}/ros2/route/topic/**");
    let mut topics = BTreeSet::new();
    let Ok(replies) = session.get(&key).timeout(ROUTES_PATIENCE).await else { return topics };
    while let Ok(reply) = replies.recv_async().await {
        let Ok(sample) = reply.result() else { continue };
        let route: Value = serde_json::from_slice(&sample.payload().to_bytes()).unwrap_or_default();
        let has = |key: &str| route[key].as_array().is_some_and(|list| !list.is_empty());
        if has("local_nodes") && has("remote_routes") {
            topics.extend(route["ros2_name"].as_str().map(str::to_owned));
        }
    }
    topics
}

//! What a run did, as JSON: `configs/report.schema.json` describes it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use rosactor_transport::host::{HostStatus, Hosts};
use serde::Serialize;
use serde_json::Value;

use crate::board::{ActorBoard, ActorState, MailboxReport};

/// The report of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The deployment's name.
    pub deployment: String,
    /// How long it ran, in seconds.
    pub duration_s: f64,
    /// Whether neither an actor nor the bridge failed for good.
    pub ok: bool,
    /// The actors, in file order.
    pub actors: Vec<ActorReport>,
    /// The bridge, if the deployment has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<BridgeReport>,
    /// The hosts of the deployment as this one sees them, in file order; empty if it has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostReport>,
    /// The last picture that an actor drew.
    #[serde(skip)]
    pub picture: Option<String>,
}

/// One actor in the report.
#[derive(Clone, Debug, Serialize)]
pub struct ActorReport {
    /// Its name; with its namespace unless that is the root.
    pub name: String,
    /// Its type, or `exec` for a program.
    #[serde(rename = "type")]
    pub kind: String,
    /// The host that runs it.
    pub host: String,
    /// Its state; in a final report as it was when the stop began.
    pub state: ActorState,
    /// How often it was restarted.
    pub restarts: u64,
    /// Where it is in ROS's lifecycle, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<LifecycleReport>,
    /// What the actor itself says of its run.
    pub outcome: BTreeMap<String, Value>,
    /// Its mailboxes.
    pub mailboxes: Vec<MailboxReport>,
}

/// A lifecycle actor's lifecycle in the report.
#[derive(Clone, Debug, Serialize)]
pub struct LifecycleReport {
    /// Its state, as ROS writes it.
    pub state: &'static str,
    /// Messages that its lifecycle publishers did not send, as it was not active.
    pub held_back: u64,
}

/// The bridge in the report.
#[derive(Clone, Debug, Serialize)]
pub struct BridgeReport {
    /// Its state.
    pub state: ActorState,
    /// How often its process was restarted.
    pub restarts: u64,
}

/// A host in the report.
#[derive(Clone, Debug, Serialize)]
pub struct HostReport {
    /// Its name in the file.
    pub name: String,
    /// Whether it is there.
    pub present: bool,
    /// How often it went.
    pub lost: u64,
    /// How far its clock is ahead of this host's, in milliseconds; negative: behind. `None`: unknown yet.
    pub clock_offset_ms: Option<f64>,
    /// How long a question and its answer are on their way; the offset is wrong by half of that at most.
    pub round_trip_ms: Option<f64>,
}

impl HostReport {
    fn of(status: HostStatus) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "clocks are not compared to the nanosecond")]
        let ms = |ns: i64| (ns as f64 / 1e3).round() / 1e3;
        Self {
            name: status.name,
            present: status.present,
            lost: status.lost,
            clock_offset_ms: status.clock.map(|clock| ms(clock.offset_ns)),
            round_trip_ms: status.clock.map(|clock| ms(clock.delay_ns)),
        }
    }
}

/// An actor or program that the report covers.
pub(crate) struct Covered {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) host: String,
    pub(crate) board: Arc<ActorBoard>,
}

/// Everything that reports are made of. Shared with the threads that run the deployment.
pub(crate) struct Reporter {
    deployment: String,
    begin: Instant,
    actors: Vec<Covered>,
    bridge: Option<Arc<ActorBoard>>,
    hosts: Option<Hosts>,
}

impl Reporter {
    pub(crate) fn new(deployment: String, actors: Vec<Covered>, bridge: Option<Arc<ActorBoard>>) -> Self {
        Self { deployment, begin: Instant::now(), actors, bridge, hosts: None }
    }

    /// Lets it report hosts, too.
    pub(crate) fn with_hosts(self, hosts: Option<Hosts>) -> Self {
        Self { hosts, ..self }
    }

    /// The present states, in file order.
    pub(crate) fn states(&self) -> Vec<ActorState> {
        self.actors.iter().map(|actor| actor.board.state()).collect()
    }

    /// Whether nobody runs any more.
    pub(crate) fn all_ended(&self) -> bool {
        self.states().iter().all(|state| *state != ActorState::Running)
    }

    /// The bridge is down and stays so.
    pub(crate) fn bridge_has_failed(&self) {
        if let Some(bridge) = &self.bridge {
            bridge.set_state(ActorState::Failed);
        }
    }

    /// The report of this moment.
    pub(crate) fn report(&self) -> Report {
        self.report_with(&self.states())
    }

    /// The report of this moment, with the states of an earlier one.
    pub(crate) fn report_with(&self, states: &[ActorState]) -> Report {
        let actors: Vec<ActorReport> =
            self.actors.iter().zip(states).map(|(actor, state)| actor.report(*state)).collect();
        let bridge =
            self.bridge.as_ref().map(|board| BridgeReport { state: board.state(), restarts: board.restarts() });
        Report {
            deployment: self.deployment.clone(),
            duration_s: self.begin.elapsed().as_secs_f64(),
            ok: actors
                .iter()
                .map(|actor| actor.state)
                .chain(bridge.iter().map(|bridge| bridge.state))
                .all(|state| state != ActorState::Failed),
            picture: self.actors.iter().rev().find_map(|actor| actor.board.outcome.last_picture()),
            actors,
            bridge,
            hosts: self.hosts.iter().flat_map(Hosts::statuses).map(HostReport::of).collect(),
        }
    }
}

impl Covered {
    fn report(&self, state: ActorState) -> ActorReport {
        ActorReport {
            name: self.name.clone(),
            kind: self.kind.clone(),
            host: self.host.clone(),
            state,
            restarts: self.board.restarts(),
            lifecycle: self
                .board
                .gate
                .state()
                .map(|state| LifecycleReport { state: state.label(), held_back: self.board.gate.held_back() }),
            outcome: self.board.outcome.values(),
            mailboxes: self.board.mailboxes(),
        }
    }
}

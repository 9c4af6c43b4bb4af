//! What a run did, as JSON: `configs/report.schema.json` describes it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rosactor_transport::host::{HostStatus, Hosts};
use serde::Serialize;
use serde_json::Value;

use crate::board::{ActorBoard, ActorState, MailboxReport};
use crate::deployment::{ActorEntry, ActorKind};
use crate::shell::ShellAddr;

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
    /// The actor's shell; `None` for a program.
    pub(crate) shell: Option<ShellAddr>,
}

/// Whom reports are about.
#[derive(Default)]
pub(crate) struct Everybody {
    /// In file order.
    pub(crate) actors: Vec<Covered>,
    pub(crate) bridge: Option<Arc<ActorBoard>>,
}

/// Everything that reports are made of. Shared with the threads that run the deployment.
pub(crate) struct Reporter {
    deployment: String,
    begin: Instant,
    everybody: Mutex<Everybody>,
    hosts: Option<Hosts>,
}

impl Reporter {
    pub(crate) fn new(deployment: String) -> Self {
        Self { deployment, begin: Instant::now(), everybody: Mutex::default(), hosts: None }
    }

    /// Lets it report hosts, too.
    pub(crate) fn with_hosts(self, hosts: Option<Hosts>) -> Self {
        Self { hosts, ..self }
    }

    /// Reports of these from now on.
    pub(crate) fn cover(&self, everybody: Everybody) {
        *self.everybody() = everybody;
    }

    /// The shell of the actor of this name in the report.
    pub(crate) fn shell(&self, name: &str) -> Option<ShellAddr> {
        let everybody = self.everybody();
        everybody.actors.iter().find(|actor| actor.name == name).and_then(|actor| actor.shell.clone())
    }

    /// The present states, in file order.
    pub(crate) fn states(&self) -> Vec<ActorState> {
        self.everybody().actors.iter().map(|actor| actor.board.state()).collect()
    }

    /// Whether nobody runs any more.
    pub(crate) fn all_ended(&self) -> bool {
        self.states().iter().all(|state| *state != ActorState::Running)
    }

    /// The bridge is down and stays so.
    pub(crate) fn bridge_has_failed(&self) {
        if let Some(bridge) = &self.everybody().bridge {
            bridge.set_state(ActorState::Failed);
        }
    }

    /// The report of this moment.
    pub(crate) fn report(&self) -> Report {
        let everybody = self.everybody();
        let states: Vec<_> = everybody.actors.iter().map(|actor| actor.board.state()).collect();
        self.report_of(&everybody, &states)
    }

    /// The report of this moment, with the states of an earlier one.
    pub(crate) fn report_with(&self, states: &[ActorState]) -> Report {
        self.report_of(&self.everybody(), states)
    }

    fn report_of(&self, everybody: &Everybody, states: &[ActorState]) -> Report {
        let Everybody { actors: covered, bridge } = everybody;
        let actors: Vec<ActorReport> = covered.iter().zip(states).map(|(actor, state)| actor.report(*state)).collect();
        let bridge = bridge.as_ref().map(|board| BridgeReport { state: board.state(), restarts: board.restarts() });
        Report {
            deployment: self.deployment.clone(),
            duration_s: self.begin.elapsed().as_secs_f64(),
            ok: actors
                .iter()
                .map(|actor| actor.state)
                .chain(bridge.iter().map(|bridge| bridge.state))
                .all(|state| state != ActorState::Failed),
            picture: covered.iter().rev().find_map(|actor| actor.board.outcome.last_picture()),
            actors,
            bridge,
            hosts: self.hosts.iter().flat_map(Hosts::statuses).map(HostReport::of).collect(),
        }
    }

    fn everybody(&self) -> MutexGuard<'_, Everybody> {
        // Every change is one step, so a panic elsewhere leaves no half of one.
        self.everybody.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Covered {
    pub(crate) fn new(entry: &ActorEntry, board: &Arc<ActorBoard>, shell: Option<ShellAddr>) -> Self {
        let kind = match &entry.kind {
            ActorKind::Type(kind) => kind.value.clone(),
            ActorKind::Exec(_) => "exec".to_owned(),
        };
        Self {
            name: entry.full_name().trim_start_matches('/').to_owned(),
            kind,
            host: entry.host.clone().unwrap_or_else(|| "localhost".to_owned()),
            board: Arc::clone(board),
            shell,
        }
    }

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

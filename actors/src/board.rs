//! What is known of each actor from outside its thread: state, restarts, mailboxes, its own words.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rosactor_transport::mailbox::Counters;
use serde::Serialize;

use crate::Outcome;
use crate::clock::SimTime;
use crate::lifecycle::Gate;
use crate::watch::{Change, Watchers};

/// Where an actor is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorState {
    /// It handles what arrives; also while a restart is under way.
    Running,
    /// It ended by its own wish.
    Finished,
    /// It was stopped from outside, or has not begun.
    Stopped,
    /// It failed, and its supervisor gave up.
    Failed,
}

impl fmt::Display for ActorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        })
    }
}

/// What a mailbox holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailboxKind {
    /// Samples of a topic.
    Topic,
    /// Requests to a service.
    Request,
    /// Goals of an action.
    Goal,
    /// Beats of a timer.
    Timer,
    /// What happens to an actor that is watched.
    Watch,
    /// Events of a topic.
    Event,
}

/// A mailbox as the report shows it.
pub(crate) struct MailboxView {
    kind: MailboxKind,
    endpoint: String,
    counters: Box<dyn Fn() -> Counters + Send + Sync>,
}

impl MailboxView {
    pub(crate) fn new(
        kind: MailboxKind,
        endpoint: &str,
        counters: impl Fn() -> Counters + Send + Sync + 'static,
    ) -> Self {
        Self { kind, endpoint: endpoint.to_owned(), counters: Box::new(counters) }
    }
}

/// A mailbox's counters at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct MailboxReport {
    /// The topic, service or action it belongs to; the period of a timer.
    pub endpoint: String,
    /// What it holds.
    pub kind: MailboxKind,
    /// How much went through it, and how long it waited.
    #[serde(flatten)]
    pub counters: Counters,
}

/// One actor's board. Its shell writes, the report reads.
pub(crate) struct ActorBoard {
    name: String,
    watchers: Arc<Watchers>,
    /// Whether somebody already watched the name when this one came to have it: its beginning is news then.
    pub(crate) awaited: bool,
    pub(crate) gate: Arc<Gate>,
    /// What `/clock` says, for an actor on simulated time.
    pub(crate) time: Arc<SimTime>,
    state: Mutex<Written>,
    pub(crate) outcome: Outcome,
}

struct Written {
    state: ActorState,
    restarts: u64,
    mailboxes: BTreeMap<usize, MailboxView>,
}

impl ActorBoard {
    /// The board of the actor or program of this full name, which nobody watches.
    pub(crate) fn new(name: String) -> Self {
        Self::watched_by(Arc::default(), name)
    }

    /// The board of the actor or program of this full name, watched by these.
    pub(crate) fn watched_by(watchers: Arc<Watchers>, name: String) -> Self {
        let state = Mutex::new(Written { state: ActorState::Stopped, restarts: 0, mailboxes: BTreeMap::new() });
        Self {
            name,
            awaited: watchers.anybody(),
            watchers,
            gate: Arc::default(),
            time: Arc::default(),
            state,
            outcome: Outcome::default(),
        }
    }

    /// Tells those who watch this actor.
    pub(crate) fn tell(&self, change: Change) {
        self.watchers.tell(&self.name, change);
    }

    pub(crate) fn set_state(&self, state: ActorState) {
        self.written().state = state;
    }

    pub(crate) fn state(&self) -> ActorState {
        self.written().state
    }

    pub(crate) fn count_restart(&self) {
        self.written().restarts += 1;
    }

    pub(crate) fn restarts(&self) -> u64 {
        self.written().restarts
    }

    pub(crate) fn show(&self, port: usize, view: MailboxView) {
        self.written().mailboxes.insert(port, view);
    }

    pub(crate) fn hide(&self, port: usize) {
        self.written().mailboxes.remove(&port);
    }

    pub(crate) fn mailboxes(&self) -> Vec<MailboxReport> {
        let written = self.written();
        let report = |view: &MailboxView| MailboxReport {
            endpoint: view.endpoint.clone(),
            kind: view.kind,
            counters: (view.counters)(),
        };
        written.mailboxes.values().map(report).collect()
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        // Every write is one step, so a panic elsewhere leaves no half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

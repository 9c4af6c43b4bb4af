//! Everybody who was started: how they are taken down, brought up again, and stopped.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::Hub;
use tokio::time::Instant;
use tracing::{error, warn};

use super::Report;
use super::presence::HostPresence;
use super::program::Supervised;
use super::report::Reporter;
use super::running::Started;
use crate::board::{ActorBoard, ActorState};
use crate::clock;
use crate::deployment::RestartPolicy;
use crate::shell::ShellAddr;

/// How long a stop may take altogether. ROS tools expect a node to be gone two seconds after Ctrl-C.
pub(crate) const STOP_WITHIN: Duration = Duration::from_millis(1_500);

/// What everybody may take even if one who did not return has used up the time: those who are well need far less for their
/// `on_stop`. The whole stop gets longer by [`EXTRA`] at most, as many actors may share the thread that hangs.
const GRACE: Duration = Duration::from_millis(100);
const EXTRA: Duration = Duration::from_millis(400);

/// How long to wait for one of those who stop until `deadline`.
fn patience(deadline: Instant) -> Duration {
    let now = clock::now();
    let until = |end: Instant| end.saturating_duration_since(now);
    until(deadline).max(GRACE.min(until(deadline + EXTRA)))
}

/// An entry of the file, started.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) restart: RestartPolicy,
    pub(crate) board: Arc<ActorBoard>,
    pub(crate) runs: Runs,
}

/// What an entry runs.
pub(crate) enum Runs {
    Actor(ShellAddr),
    Program(Supervised),
}

/// All members in file order, and what they share.
pub(crate) struct Crew {
    pub(crate) hub: Hub,
    pub(crate) members: Vec<Member>,
    pub(crate) bridge: Option<Supervised>,
    pub(crate) presence: Option<HostPresence>,
    pub(crate) reporter: Arc<Reporter>,
}

impl Crew {
    pub(crate) fn started(&self) -> Started {
        let shells: HashMap<_, _> = self
            .members
            .iter()
            .filter_map(|member| match &member.runs {
                Runs::Actor(shell) => Some((member.name.trim_start_matches('/').to_owned(), shell.clone())),
                Runs::Program(_) => None,
            })
            .collect();
        Started { reporter: Arc::clone(&self.reporter), shells, locators: self.hub.locators() }
    }

    /// Takes members down for a restart, in reverse order. Returns the one that cannot be taken down, if there is one.
    pub(crate) async fn take_down(&self, range: Range<usize>) -> Option<usize> {
        let deadline = clock::now() + STOP_WITHIN;
        let mut stuck = None;
        for (place, member) in range.clone().zip(&self.members[range]).rev() {
            match &member.runs {
                Runs::Program(program) => program.suspend(deadline).await,
                Runs::Actor(shell) => {
                    let patience = patience(deadline);
                    let down = match member.restart {
                        RestartPolicy::Never => shell.stop(patience).await,
                        RestartPolicy::OnFailure | RestartPolicy::Always => shell.suspend(patience).await,
                    };
                    if down.is_err() {
                        error!("{} cannot be restarted: a handler of it has not returned", member.name);
                        // The first is to blame: those after it had less time.
                        stuck.get_or_insert(place);
                    }
                }
            }
            if member.restart == RestartPolicy::Never && member.board.state() == ActorState::Running {
                member.board.set_state(ActorState::Stopped);
            }
        }
        stuck
    }

    /// Builds a member anew, unless it must not be. Whether that could be tried.
    pub(crate) async fn bring_up(&self, place: usize) -> bool {
        let member = &self.members[place];
        match &member.runs {
            _ if member.restart == RestartPolicy::Never => true,
            Runs::Actor(shell) => shell.revive(&self.hub).await.is_ok(),
            Runs::Program(program) => {
                program.revive();
                true
            }
        }
    }

    /// A member has failed for good; a place beyond them is the bridge.
    pub(crate) async fn give_up(&self, place: usize) {
        let Some(member) = self.members.get(place) else { return self.reporter.bridge_has_failed() };
        member.board.set_state(ActorState::Failed);
        if let Runs::Actor(shell) = &member.runs {
            // Closes its endpoints, so that callers hear of it. Nobody waits: a handler may not return.
            let _ = shell.stop(Duration::ZERO).await;
        }
    }

    /// Stops in reverse order: the bridge last, so that what actors say in `on_stop` still reaches the DDS graph.
    pub(crate) async fn stop(&mut self) -> Report {
        let states = self.reporter.states();
        let deadline = clock::now() + STOP_WITHIN;
        for member in self.members.drain(..).rev() {
            match member.runs {
                Runs::Actor(shell) => {
                    if shell.stop(patience(deadline)).await.is_err() {
                        warn!("{} did not stop in time: a handler of it has not returned", member.name);
                    }
                }
                Runs::Program(program) => program.stop(deadline).await,
            }
        }
        if let Some(bridge) = self.bridge.take() {
            bridge.stop(deadline).await;
        }
        let report = self.reporter.report_with(&states);
        if let Some(presence) = self.presence.take() {
            presence.end().await;
        }
        let hub = self.hub.clone();
        // Closing waits for the network; a link that hangs must not keep the process from ending.
        let closing = tokio::task::spawn_blocking(move || hub.close());
        if tokio::time::timeout_at(deadline + Duration::from_millis(300), closing).await.is_err() {
            warn!("the transport did not close in time");
        }
        report
    }
}

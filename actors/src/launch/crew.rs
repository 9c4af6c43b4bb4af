//! Everybody who was started: how they are taken down, brought up again, and stopped.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::Hub;
use rosactor_transport::security::Security;
use tokio::time::Instant;
use tracing::{error, warn};

use super::changes::End;
use super::member::{Maker, Member, Runs};
use super::presence::{HostPresence, host_entries};
use super::program::Supervised;
use super::report::{Everybody, Reporter};
use super::running::Started;
use super::{Report, bridge};
use crate::board::{ActorBoard, ActorState};
use crate::clock;
use crate::deployment::{Deployment, RestartPolicy};
use crate::shell::MemberId;

/// How long a stop may take altogether. ROS tools expect a node to be gone two seconds after Ctrl-C.
pub(crate) const STOP_WITHIN: Duration = Duration::from_millis(1_500);

/// What everybody may take even if one who did not return has used up the time: those who are well need far less for their
/// `on_stop`. The whole stop gets longer by [`EXTRA`] at most, as many actors may share the thread that hangs.
const GRACE: Duration = Duration::from_millis(100);
const EXTRA: Duration = Duration::from_millis(400);

/// How long to wait for one of those who stop until `deadline`.
pub(super) fn patience(deadline: Instant) -> Duration {
    let now = clock::now();
    let until = |end: Instant| end.saturating_duration_since(now);
    until(deadline).max(GRACE.min(until(deadline + EXTRA)))
}

/// The bridge. It is not among the members: no failure of an actor takes it down, and none of its own takes an actor down.
pub(crate) struct Bridge {
    pub(crate) id: MemberId,
    pub(crate) board: Arc<ActorBoard>,
    pub(crate) program: Supervised,
}

/// All members in file order, and what they share.
pub(crate) struct Crew {
    pub(crate) hub: Hub,
    /// What the hub was opened with.
    pub(crate) security: Security,
    pub(crate) members: Vec<Member>,
    pub(crate) bridge: Option<Bridge>,
    pub(crate) presence: Option<HostPresence>,
    pub(crate) reporter: Arc<Reporter>,
}

impl Crew {
    pub(crate) fn started(&self) -> Started {
        Started { reporter: Arc::clone(&self.reporter), locators: self.hub.locators() }
    }

    /// Where a member stands in the file; beyond them all for the bridge. `None`: it is gone, or no longer what it was.
    pub(crate) fn place_of(&self, id: MemberId) -> Option<usize> {
        let bridge = self.bridge.as_ref().filter(|bridge| bridge.id == id).map(|_| self.members.len());
        bridge.or_else(|| self.members.iter().position(|member| member.id == id))
    }

    /// Starts the bridge's program, if the deployment has one.
    pub(super) fn start_bridge(&mut self, program: Option<PathBuf>, deployment: &Deployment, maker: &mut Maker<'_>) {
        let Some((path, section)) = program.zip(deployment.bridge.as_ref()) else { return };
        // A client cannot be connected to, so its bridge goes where it went itself.
        let here = Some(self.hub.locators()).filter(|locators| !locators.is_empty());
        let connect = here.unwrap_or_else(|| deployment.transport.connect.clone());
        let program = bridge::program(path, section, &connect, &self.security);
        let (id, board) = (maker.next_id(), Arc::new(ActorBoard::new("bridge".to_owned())));
        let program = maker.at_rest(id, program, Some(deployment.supervision.clone()), &board);
        program.begin();
        self.bridge = Some(Bridge { id, board, program });
    }

    /// Reports of all who are there now, and tells other hosts of them.
    pub(super) fn cover(&self, deployment: &Deployment) {
        let actors = self.members.iter().zip(&deployment.actors).map(|(member, entry)| member.cover(entry)).collect();
        let bridge = self.bridge.as_ref().map(|bridge| Arc::clone(&bridge.board));
        self.reporter.cover(Everybody { actors, bridge });
        if let Some(presence) = &self.presence {
            presence.hosts().set_entries(host_entries(&deployment.actors));
        }
    }

    /// Takes down whom an edited file changes or has no more, in reverse order. They stay among the members, so that a stop meanwhile finds
    /// them. Returns those whose handler has not returned: they go down when it does.
    pub(super) async fn take_away(&self, ends: &[End], bridge: bool) -> Vec<MemberId> {
        let deadline = clock::now() + STOP_WITHIN;
        let mut held_up = Vec::new();
        for (member, end) in self.members.iter().zip(ends).rev() {
            let down = match (&member.runs, end) {
                (_, End::No) => Ok(()),
                (Runs::Program(program), _) => {
                    program.suspend(deadline).await;
                    Ok(())
                }
                (Runs::Actor(shell), End::Suspended) => shell.suspend(patience(deadline)).await,
                (Runs::Actor(shell), End::Stopped) => shell.stop(patience(deadline)).await,
            };
            if down.is_err() {
                warn!("{} did not stop in time: a handler of it has not returned", member.name);
                if let Runs::Actor(shell) = &member.runs {
                    shell.stop_later(*end == End::Stopped);
                }
                held_up.push(member.id);
            }
        }
        if let Some(bridge) = self.bridge.as_ref().filter(|_| bridge) {
            bridge.program.suspend(deadline).await;
        }
        held_up
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
            bridge.program.stop(deadline).await;
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

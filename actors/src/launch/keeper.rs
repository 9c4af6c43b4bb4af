//! What keeps a deployment running: it hears of failures, asks the supervisors, and carries out what they order; and it takes over an
//! edited file (`apply.rs`).

use std::collections::{BTreeSet, VecDeque};

use tokio::sync::{mpsc, watch};
use tracing::{error, warn};

use super::crew::Crew;
use super::member::Maker;
use super::run::{Command, Request};
use super::supervisor::{Order, Supervisors};
use crate::clock;
use crate::deployment::Deployment;
use crate::shell::{Fault, MemberId, ShellEvent};

/// Keeps a deployment running.
pub(crate) struct Keeper<'c> {
    pub(super) crew: &'c mut Crew,
    pub(super) maker: Maker<'c>,
    /// What runs.
    pub(super) deployment: Deployment,
    pub(super) supervisors: Supervisors,
    /// Members whose back-off is over and that come up one after the other, in file order.
    pub(super) rising: BTreeSet<usize>,
    pub(super) ended: &'c watch::Sender<bool>,
}

impl<'c> Keeper<'c> {
    pub(crate) fn new(
        crew: &'c mut Crew,
        maker: Maker<'c>,
        deployment: Deployment,
        supervisors: Supervisors,
        ended: &'c watch::Sender<bool>,
    ) -> Self {
        Self { crew, maker, deployment, supervisors, rising: BTreeSet::new(), ended }
    }

    /// Keeps everybody running until the owner wants the deployment to stop.
    pub(crate) async fn keep(
        mut self,
        inbox: &mut mpsc::UnboundedReceiver<Command>,
        events: &mut mpsc::UnboundedReceiver<(MemberId, ShellEvent)>,
    ) {
        let mut waiting = VecDeque::new();
        loop {
            while let Some(Request { deployment, dry, done }) = waiting.pop_front() {
                let outcome = tokio::select! {
                    outcome = self.apply(deployment, dry) => outcome,
                    // Whatever of it is done by then is stopped with the others.
                    () = stop_is_wanted(inbox, &mut waiting) => return,
                };
                // Whoever asked may be gone.
                let _ = done.send(outcome);
            }
            let due = self.supervisors.due();
            tokio::select! {
                // All that is known goes before the next step: a member must not come up among others that have failed.
                biased;
                // A dropped owner means stop, too.
                command = inbox.recv() => match command {
                    Some(Command::Apply(request)) => waiting.push_back(*request),
                    Some(Command::Stop) | None => return,
                },
                Some((member, event)) = events.recv() => match event {
                    ShellEvent::Finished => self.look_whether_all_ended(),
                    ShellEvent::Failed(fault) => self.failed(member, fault).await,
                },
                () = clock::sleep_until(due.unwrap_or_else(clock::now)), if due.is_some() => {
                    self.rising.extend(self.supervisors.rise(clock::now()).into_iter().flatten());
                }
                () = std::future::ready(()), if !self.rising.is_empty() => tokio::select! {
                    () = self.bring_up_next() => {}
                    // A `setup` that does not return must not hold up the stop.
                    () = stop_is_wanted(inbox, &mut waiting) => return,
                },
            }
        }
    }

    async fn failed(&mut self, member: MemberId, fault: Fault) {
        let Some(member) = self.crew.place_of(member) else { return };
        // Nobody can bring up what is no member: the bridge has tried all it could.
        let fault = if member < self.crew.members.len() { fault } else { Fault::Hopeless };
        match self.supervisors.failed(member, fault, clock::now()) {
            Some(Order::Down(range)) => {
                let names: Vec<_> =
                    self.crew.members[range.clone()].iter().map(|member| member.name.as_str()).collect();
                warn!("restarts together: {}", names.join(", "));
                self.rising.retain(|place| !range.contains(place));
                if let Some(stuck) = self.crew.take_down(range).await {
                    self.fail(stuck).await;
                }
                self.look_whether_all_ended();
            }
            Some(Order::Fail) => self.fail(member).await,
            None if self.supervisors.gave_up() => self.crew.give_up(member).await,
            None => {}
        }
    }

    async fn bring_up_next(&mut self) {
        let Some(member) = self.rising.pop_first() else { return };
        if !self.crew.bring_up(member).await {
            error!("{} cannot be restarted: its thread has ended", self.crew.members[member].name);
            self.fail(member).await;
        }
    }

    /// The deployment has failed, by this member.
    async fn fail(&mut self, member: usize) {
        self.supervisors.give_up();
        self.rising.clear();
        self.crew.give_up(member).await;
        let name = self.crew.members.get(member).map_or("the bridge", |member| &member.name);
        if !self.ended.send_replace(true) {
            error!("{name} has failed for good, so the deployment ends");
        }
    }

    pub(super) fn look_whether_all_ended(&self) {
        if self.crew.reporter.all_ended() {
            self.ended.send_replace(true);
        }
    }
}

/// Ends when the owner wants the deployment to stop, or is gone. What else it asks for waits.
async fn stop_is_wanted(inbox: &mut mpsc::UnboundedReceiver<Command>, waiting: &mut VecDeque<Request>) {
    while let Some(Command::Apply(request)) = inbox.recv().await {
        waiting.push_back(*request);
    }
}

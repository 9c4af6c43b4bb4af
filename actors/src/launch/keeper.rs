//! What keeps a deployment running: it hears of failures, asks the supervisors, and carries out what they order.

use std::collections::BTreeSet;

use tokio::sync::{mpsc, watch};
use tracing::{error, warn};

use super::crew::Crew;
use super::run::Command;
use super::supervisor::{Order, Supervisors};
use crate::clock;
use crate::shell::{Fault, ShellEvent};

/// Keeps a deployment running.
pub(crate) struct Keeper<'c> {
    crew: &'c mut Crew,
    supervisors: Supervisors,
    /// Members whose back-off is over and that come up one after the other, in file order.
    rising: BTreeSet<usize>,
    ended: &'c watch::Sender<bool>,
}

impl<'c> Keeper<'c> {
    pub(crate) fn new(crew: &'c mut Crew, supervisors: Supervisors, ended: &'c watch::Sender<bool>) -> Self {
        Self { crew, supervisors, rising: BTreeSet::new(), ended }
    }

    /// Keeps everybody running until the owner wants the deployment to stop.
    pub(crate) async fn keep(
        mut self,
        inbox: &mut mpsc::UnboundedReceiver<Command>,
        events: &mut mpsc::UnboundedReceiver<(usize, ShellEvent)>,
    ) {
        loop {
            let due = self.supervisors.due();
            tokio::select! {
                // All that is known goes before the next step: a member must not come up among others that have failed.
                biased;
                // A dropped owner means stop, too.
                command = inbox.recv() => match command {
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
                    _ = inbox.recv() => return,
                },
            }
        }
    }

    async fn failed(&mut self, member: usize, fault: Fault) {
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

    fn look_whether_all_ended(&self) {
        if self.crew.reporter.all_ended() {
            self.ended.send_replace(true);
        }
    }
}

//! The decisions of all supervisors of a deployment: who goes down and comes up again after a failure.
//!
//! A pure state machine: failures and the time go in, orders come out. A member is an entry of the file by its place. The
//! members of a group stand together in the file, so what an order is about is always a range.

use std::collections::HashMap;
use std::ops::Range;

use crate::clock::Instant;
use crate::deployment::{Deployment, Strategy, Supervision};
use crate::shell::{Fault, RestartHistory};

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Take these down, the last first, each by its `on_stop`; [`Supervisors::due`] says when they come up again.
    Down(Range<usize>),
    /// No restart can mend this: the deployment has failed.
    Fail,
}

/// Supervises the members of one group; the outermost one is the deployment itself.
struct Supervisor {
    name: String,
    parent: Option<usize>,
    members: Range<usize>,
    supervision: Supervision,
}

/// Members that are down until their back-off is over.
struct Resting {
    members: Range<usize>,
    until: Instant,
}

/// All supervisors of a deployment.
pub(crate) struct Supervisors {
    /// The outer ones before the inner ones.
    all: Vec<Supervisor>,
    /// By supervisor and the first member of what was restarted: with `one_for_one` each child has a history of its own.
    histories: HashMap<(usize, usize), RestartHistory>,
    resting: Vec<Resting>,
    failed: bool,
}

impl Supervisors {
    pub(crate) fn new(deployment: &Deployment) -> Self {
        let root = Supervisor {
            name: String::new(),
            parent: None,
            members: 0..deployment.actors.len(),
            supervision: deployment.supervision.clone(),
        };
        let groups = deployment.groups.iter().map(|group| Supervisor {
            name: group.name.value.clone(),
            parent: Some(group.parent.map_or(0, |parent| parent + 1)),
            members: group.actors.clone(),
            supervision: group.supervision.clone(),
        });
        let all = std::iter::once(root).chain(groups).collect();
        Self { all, histories: HashMap::new(), resting: Vec::new(), failed: false }
    }

    /// By which rules a member may restart alone, without asking; `None` if every failure concerns its group.
    pub(crate) fn alone(&self, member: usize) -> Option<Supervision> {
        let supervision = &self.all[self.of(member)].supervision;
        (supervision.strategy == Strategy::OneForOne).then(|| supervision.clone())
    }

    /// Says what follows a failure that a member could not mend alone.
    pub(crate) fn failed(&mut self, member: usize, fault: Fault, now: Instant) -> Option<Order> {
        // Who is down already comes up again with those it went down with.
        if self.failed || self.is_resting(member) {
            return None;
        }
        let order = match fault {
            Fault::Failed => self.restart_around(member, now),
            Fault::Hopeless => None,
        };
        if order.is_none() {
            self.give_up();
        }
        Some(order.unwrap_or(Order::Fail))
    }

    /// Asks one supervisor after the other for a restart, from the innermost outwards.
    fn restart_around(&mut self, member: usize, now: Instant) -> Option<Order> {
        let mut supervisor = self.of(member);
        let mut child = member..member + 1;
        // A member of a `one_for_one` group has used up what it may restart alone.
        let mut spent = self.alone(member).is_some();
        loop {
            if !spent && let Some(order) = self.restart(supervisor, &child, now) {
                return Some(order);
            }
            spent = false;
            child = self.all[supervisor].members.clone();
            supervisor = self.all[supervisor].parent?;
        }
    }

    /// Starts nobody again: the deployment has failed.
    pub(crate) fn give_up(&mut self) {
        self.failed = true;
        self.resting.clear();
    }

    /// Whether the deployment has failed.
    pub(crate) fn gave_up(&self) -> bool {
        self.failed
    }

    /// When the next members come up again.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.resting.iter().map(|resting| resting.until).min()
    }

    /// The members whose back-off is over, in the order they come up in.
    pub(crate) fn rise(&mut self, now: Instant) -> Option<Range<usize>> {
        let due = self.resting.iter().position(|resting| resting.until <= now)?;
        Some(self.resting.swap_remove(due).members)
    }

    /// Restarts a child of a supervisor as its strategy says, unless its limit is reached.
    fn restart(&mut self, supervisor: usize, child: &Range<usize>, now: Instant) -> Option<Order> {
        let Supervisor { name, members, supervision, .. } = &self.all[supervisor];
        let (counted, down) = match supervision.strategy {
            Strategy::OneForOne => (child.start, child.clone()),
            Strategy::OneForAll => (members.start, members.clone()),
            Strategy::RestForOne => (members.start, child.start..members.end),
        };
        let history = self
            .histories
            .entry((supervisor, counted))
            .or_insert_with(|| RestartHistory::new(supervision.clone(), &format!("{name} {counted}")));
        let until = now + history.next(now)?;
        // Supervisors that are restarted themselves begin anew.
        self.histories.retain(|(other, _), _| *other <= supervisor || !down.contains(&self.all[*other].members.start));
        self.resting.retain(|resting| !down.contains(&resting.members.start));
        self.resting.push(Resting { members: down.clone(), until });
        Some(Order::Down(down))
    }

    pub(crate) fn is_resting(&self, member: usize) -> bool {
        self.resting.iter().any(|resting| resting.members.contains(&member))
    }

    /// The innermost supervisor of a member.
    fn of(&self, member: usize) -> usize {
        self.all.iter().rposition(|supervisor| supervisor.members.contains(&member)).unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;

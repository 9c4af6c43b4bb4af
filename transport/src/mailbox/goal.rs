//! The mailbox of one action: its goals, before they are accepted or rejected.

use rosactor_messages::Action;

use super::queue::Queue;
use super::{Counters, Wake};
use crate::action::IncomingGoal;

/// How many goals wait at most, where nothing else is said.
pub const DEFAULT_GOALS: usize = 64;

/// What an action server does with a goal that comes while others execute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoalPolicy {
    /// One executes; a new one is rejected meanwhile.
    RejectNew,
    /// The newest wins: the executing one is asked to cancel, and the new one waits, accepted, until that has ended. A goal
    /// that still waits when a newer one comes is canceled.
    Preempt,
    /// One executes, and this many wait, accepted, for their turn; further ones are rejected.
    Queue(usize),
    /// This many execute side by side; further ones are rejected.
    Parallel(usize),
}

/// A bounded queue of goals. It keeps the oldest; the newest is rejected, as an action server in ROS would.
pub struct GoalMailbox<A: Action> {
    queue: Queue<IncomingGoal<A>>,
}

impl<A: Action> GoalMailbox<A> {
    /// An empty mailbox for [`DEFAULT_GOALS`] goals. `wake` is called when a goal comes into it while it is empty,
    /// outside of any lock.
    pub fn new(wake: Wake) -> Self {
        Self::with_capacity(DEFAULT_GOALS, wake)
    }

    /// An empty mailbox for `capacity` goals.
    pub fn with_capacity(capacity: usize, wake: Wake) -> Self {
        Self { queue: Queue::new(capacity, wake) }
    }

    /// Puts a goal in, or rejects it if the mailbox is full or closed.
    pub fn push(&self, goal: IncomingGoal<A>) {
        if let Err((goal, _)) = self.queue.push(goal, |_, _| Ok::<(), ()>(())) {
            goal.reject();
        }
    }

    /// Takes the oldest goal out.
    pub fn pop(&self) -> Option<IncomingGoal<A>> {
        self.queue.pop(None).next.map(|(_, goal)| goal)
    }

    /// Takes the oldest goal out and rejects it, which counts as dropped. False if no goal waits.
    pub fn reject_oldest(&self) -> bool {
        self.queue.drop_oldest().map(IncomingGoal::reject).is_some()
    }

    /// Rejects all goals that wait, which count as dropped.
    pub fn reject_all(&self) {
        self.queue.clear().for_each(IncomingGoal::reject);
    }

    /// How many goals wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether no goal waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The counters of this instant; a goal rejected by the mailbox or unseen by its owner counts as dropped.
    pub fn counters(&self) -> Counters {
        self.queue.counters()
    }

    /// Counts a goal that could not be decoded.
    pub fn malformed(&self) {
        self.queue.malformed();
    }

    /// Takes no goal any more, and rejects those that wait.
    pub fn close(&self) {
        self.queue.close().for_each(IncomingGoal::reject);
    }
}

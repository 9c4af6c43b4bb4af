//! The mailbox of one action: its goals, before they are accepted or rejected.

use rosactor_messages::Action;

use super::request::Queue;
use super::{Counters, Wake};
use crate::action::IncomingGoal;

/// How many goals wait at most, where nothing else is said.
pub const DEFAULT_GOALS: usize = 64;

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
        if let Err((goal, _)) = self.queue.push(goal) {
            goal.reject();
        }
    }

    /// Takes the oldest goal out.
    pub fn pop(&self) -> Option<IncomingGoal<A>> {
        self.queue.pop()
    }

    /// How many goals wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether no goal waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The counters of this instant; a goal rejected because the mailbox was full counts as dropped.
    pub fn counters(&self) -> Counters {
        self.queue.counters()
    }

    /// Counts a goal that could not be decoded.
    pub fn malformed(&self) {
        self.queue.malformed();
    }

    /// Takes no goal any more, and rejects those that wait.
    pub fn close(&self) {
        for goal in self.queue.close() {
            goal.reject();
        }
    }
}

//! Goals of an action, as their handler sees them.

use std::ops::Deref;

use rosactor_transport::messages::Action;
use rosactor_transport::{Chain, ExecutingGoal, GoalControl, GoalId, IncomingGoal};

use crate::work::{Work, run};

/// A goal that somebody asks for: accept it, or reject it. One that is dropped is rejected.
///
/// Under the policies `preempt` and `queue` the client was told already that its goal is accepted: to reject or drop it then
/// aborts it. [`Setup::perform_if`](crate::Setup::perform_if) rejects before that.
///
/// It dereferences to the goal message.
#[must_use = "a goal that is dropped is rejected"]
pub struct GoalRequest<G: Action>(Asked<G>);

enum Asked<G: Action> {
    Incoming(IncomingGoal<G>),
    /// Accepted when it came.
    Begun(ExecutingGoal<G>),
}

impl<G: Action> GoalRequest<G> {
    pub(super) fn incoming(goal: IncomingGoal<G>) -> Self {
        Self(Asked::Incoming(goal))
    }

    pub(super) fn begun(goal: ExecutingGoal<G>) -> Self {
        Self(Asked::Begun(goal))
    }

    /// Takes the goal on.
    pub fn accept(self) -> Goal<G> {
        Goal(match self.0 {
            Asked::Incoming(goal) => goal.accept(),
            Asked::Begun(goal) => goal,
        })
    }

    /// Refuses the goal.
    pub fn reject(self) -> Work<GoalEnd<G>> {
        // Being dropped is what refuses it.
        drop(self);
        run(async { GoalEnd(std::marker::PhantomData) })
    }

    pub(super) fn chain(&self) -> &Chain {
        match &self.0 {
            Asked::Incoming(goal) => goal.chain(),
            Asked::Begun(goal) => goal.chain(),
        }
    }

    pub(super) fn control(&self) -> GoalControl<G> {
        match &self.0 {
            Asked::Incoming(goal) => goal.control(),
            Asked::Begun(goal) => goal.control(),
        }
    }
}

impl<G: Action> Deref for GoalRequest<G> {
    type Target = G::Goal;

    fn deref(&self) -> &G::Goal {
        match &self.0 {
            Asked::Incoming(goal) => goal.goal(),
            Asked::Begun(goal) => goal.goal(),
        }
    }
}

/// A goal that executes. Its ending methods consume it, so it ends exactly once; one that is dropped, also by a panic
/// or a restart, is aborted.
///
/// It dereferences to the goal message.
#[must_use = "a goal that is dropped is aborted"]
pub struct Goal<G: Action>(ExecutingGoal<G>);

impl<G: Action> Goal<G> {
    /// What distinguishes the goal from every other.
    pub fn goal_id(&self) -> GoalId {
        self.0.goal_id()
    }

    /// Tells the client how far it is. With a limit of the rate the newest is told when it is time, or before the end.
    #[doc(alias = "publish_feedback")]
    pub fn feedback(&self, feedback: G::Feedback) {
        self.0.feedback(feedback);
    }

    /// Whether the goal is to stop: the client asked to cancel, a newer goal preempts it, or its time is over. It does not pass through a mailbox, so no flood delays it.
    #[must_use]
    #[doc(alias = "is_cancel_requested")]
    pub fn cancel_requested(&self) -> bool {
        self.0.cancel_requested()
    }

    /// Waits until the goal is to stop.
    pub async fn canceled(&self) {
        self.0.canceled().await;
    }

    /// Ends the goal as succeeded.
    pub fn succeed(self, result: G::Result) -> GoalEnd<G> {
        self.0.succeed(result);
        GoalEnd(std::marker::PhantomData)
    }

    /// Ends the goal as canceled. If nobody asked for that, it is canceling for a moment before, as ROS knows no other way.
    pub fn cancel(self, result: G::Result) -> GoalEnd<G> {
        self.0.cancel(result);
        GoalEnd(std::marker::PhantomData)
    }

    /// Ends the goal as failed.
    pub fn abort(self, result: G::Result) -> GoalEnd<G> {
        self.0.abort(result);
        GoalEnd(std::marker::PhantomData)
    }
}

impl<G: Action> Deref for Goal<G> {
    type Target = G::Goal;

    fn deref(&self) -> &G::Goal {
        self.0.goal()
    }
}

/// Proof that a goal has ended: only the ending methods make one.
#[derive(Debug)]
pub struct GoalEnd<G>(std::marker::PhantomData<G>);

/// What a goal's handler may return: `Work<GoalEnd<G>>`, or [`GoalEnd`] if the goal ends at once.
#[diagnostic::on_unimplemented(
    message = "the handler of action `{G}` cannot return `{Self}`",
    note = "it returns `Work<GoalEnd<G>>` (that is `run(..)` whose future ends with `goal.succeed(..)`) or `GoalEnd<G>`"
)]
pub trait IntoGoalWork<G> {
    /// The work, if the goal has not ended yet.
    fn into_goal_work(self) -> Option<Work<GoalEnd<G>>>;
}

impl<G> IntoGoalWork<G> for GoalEnd<G> {
    fn into_goal_work(self) -> Option<Work<GoalEnd<G>>> {
        None
    }
}

impl<G> IntoGoalWork<G> for Work<GoalEnd<G>> {
    fn into_goal_work(self) -> Option<Work<GoalEnd<G>>> {
        Some(self)
    }
}

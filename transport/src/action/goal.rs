//! The server's side of one goal. The types make a second end, or none, impossible.

use std::future::Future;
use std::sync::Arc;

use rosactor_messages::Action;
use rosactor_messages::builtin_interfaces::Time;
use tokio::sync::watch;

use super::GoalId;
use super::book::Book;
use super::status::Event;
use crate::service::Chain;

/// A goal that arrived, to be accepted or rejected. Dropped, it is rejected.
pub struct IncomingGoal<A: Action> {
    goal: A::Goal,
    id: GoalId,
    book: Arc<Book<A>>,
    chain: Chain,
    reply: Option<AcceptReply>,
}

/// Tells the client whether its goal is accepted, and when.
type AcceptReply = Box<dyn FnOnce(bool, Time) + Send>;

impl<A: Action> IncomingGoal<A> {
    pub(super) fn new(goal: A::Goal, id: GoalId, book: Arc<Book<A>>, chain: Chain, reply: AcceptReply) -> Self {
        Self { goal, id, book, chain, reply: Some(reply) }
    }

    /// What is to be done.
    pub fn goal(&self) -> &A::Goal {
        &self.goal
    }

    /// The goal's id.
    pub fn goal_id(&self) -> GoalId {
        self.id
    }

    /// For whom the work on this goal is done, to run it [along](Chain::along).
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// What can be done to the goal from beside its work.
    pub fn control(&self) -> GoalControl<A> {
        GoalControl { id: self.id, book: Arc::clone(&self.book) }
    }

    /// Accepts the goal: it is executing from now on.
    pub fn accept(self) -> ExecutingGoal<A> {
        self.accepted(true)
    }

    /// Accepts the goal, to begin it later.
    pub fn accept_waiting(self) -> WaitingGoal<A> {
        WaitingGoal(self.accepted(false))
    }

    fn accepted(mut self, begins: bool) -> ExecutingGoal<A> {
        let (stamp, cancel_requested) = self.book.accept(self.id, begins);
        if let Some(reply) = self.reply.take() {
            reply(true, stamp);
        }
        ExecutingGoal {
            goal: std::mem::take(&mut self.goal),
            id: self.id,
            book: Arc::clone(&self.book),
            chain: std::mem::take(&mut self.chain),
            cancel_requested,
            ended: false,
        }
    }

    /// Rejects the goal.
    pub fn reject(self) {
        // By being dropped.
    }
}

impl<A: Action> Drop for IncomingGoal<A> {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            self.book.reject(self.id);
            reply(false, Time::default());
        }
    }
}

/// A goal that is accepted and waits for its turn. Dropped, it is aborted with a default result. A client's cancel ends it
/// where it is.
pub struct WaitingGoal<A: Action>(ExecutingGoal<A>);

impl<A: Action> WaitingGoal<A> {
    /// Whether it still waits: false if it was canceled.
    pub fn waits(&self) -> bool {
        self.0.book.waits(self.0.id)
    }

    /// Its turn has come: it is executing from now on, unless it was canceled.
    pub fn begin(self) -> Option<ExecutingGoal<A>> {
        // What was canceled has ended, and does not mind being dropped.
        self.0.book.begin(self.0.id).then_some(self.0)
    }

    /// Ends the goal: its turn will not come.
    pub fn cancel(self) {
        self.0.cancel(A::Result::default());
    }
}

/// What can be done to a goal from beside its work. It does not keep the goal from ending.
pub struct GoalControl<A: Action> {
    id: GoalId,
    book: Arc<Book<A>>,
}

impl<A: Action> GoalControl<A> {
    /// Asks the goal to stop, if it executes, as a client would.
    pub fn request_cancel(&self) {
        self.book.request_cancel(self.id);
    }

    /// Sends feedback that was held back, if it is time.
    pub fn flush_feedback(&self) {
        self.book.flush_feedback(self.id);
    }
}

/// A goal in work, to be ended. Dropped, it is aborted with a default result.
pub struct ExecutingGoal<A: Action> {
    goal: A::Goal,
    id: GoalId,
    book: Arc<Book<A>>,
    chain: Chain,
    cancel_requested: watch::Receiver<bool>,
    ended: bool,
}

impl<A: Action> ExecutingGoal<A> {
    /// What is to be done.
    pub fn goal(&self) -> &A::Goal {
        &self.goal
    }

    /// The goal's id.
    pub fn goal_id(&self) -> GoalId {
        self.id
    }

    /// For whom the work on this goal is done, to run it [along](Chain::along).
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// What can be done to the goal from beside its work.
    pub fn control(&self) -> GoalControl<A> {
        GoalControl { id: self.id, book: Arc::clone(&self.book) }
    }

    /// Tells the client how far the work is. With a limit of its rate, the newest goes out when it is time, or at the end.
    pub fn feedback(&self, feedback: A::Feedback) {
        self.book.feedback(self.id, feedback);
    }

    /// Whether somebody asked for the goal to be stopped. It may still be ended in any way.
    pub fn cancel_requested(&self) -> bool {
        *self.cancel_requested.borrow()
    }

    /// Resolves when somebody asks for the goal to be stopped; never, if nobody does.
    pub fn canceled(&self) -> impl Future<Output = ()> + Send + 'static + use<A> {
        let mut cancel_requested = self.cancel_requested.clone();
        async move {
            if cancel_requested.wait_for(|requested| *requested).await.is_err() {
                // The goal ended, and nobody will ask any more.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Ends the goal: it is done.
    pub fn succeed(self, result: A::Result) {
        self.end(Event::Succeed, result);
    }

    /// Ends the goal: it was stopped.
    pub fn cancel(self, result: A::Result) {
        self.end(Event::Cancel, result);
    }

    /// Ends the goal: it is given up.
    pub fn abort(self, result: A::Result) {
        self.end(Event::Abort, result);
    }

    fn end(mut self, event: Event, result: A::Result) {
        self.ended = true;
        self.book.end(self.id, event, result);
    }
}

impl<A: Action> Drop for ExecutingGoal<A> {
    fn drop(&mut self) {
        if !self.ended {
            self.book.end(self.id, Event::Abort, A::Result::default());
        }
    }
}

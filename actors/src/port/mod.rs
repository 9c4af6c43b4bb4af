//! An endpoint's mailbox seen from the actor: what to do with its next item, and how much may be in work at once.

mod desk;
mod endpoints;
mod event;
mod goal;
mod jump;
mod ready;
mod request;
mod start;
mod tick;
mod topic;
mod turn;
mod watch;

pub use goal::{Goal, GoalEnd, GoalRequest, IntoGoalWork};
pub use request::{IntoReply, ReplyNext};
pub use topic::{ByValue, FromSample, Shared};

pub(crate) use desk::goal_port;
pub(crate) use endpoints::{Endpoints, PortId};
pub(crate) use event::{EventMailbox, event_port, observe};
pub(crate) use jump::jump_port;
pub(crate) use ready::{Lane, Ready};
pub(crate) use request::{NodeService, request_port};
pub(crate) use start::start_port;
pub(crate) use tick::{TickMailbox, beat, tick_port};
pub(crate) use topic::topic_port;
pub(crate) use turn::{Turn, turn};
pub(crate) use watch::watch_port;

use crate::Error;
use crate::work::{Continuation, LocalFuture, Next};

/// How a piece of work ended.
pub(crate) enum End<A> {
    Done,
    Continue(Continuation<A>),
    Failed(Error),
}

/// What came of one item.
pub(crate) enum Step<A> {
    Done,
    Work(LocalFuture<End<A>>),
    Failed(Error),
}

impl<A: 'static> From<Next<A>> for Step<A> {
    fn from(next: Next<A>) -> Self {
        match next {
            Next::Done => Self::Done,
            Next::Failed(error) => Self::Failed(error),
            Next::Work(then) => Self::Work(Box::pin(async move { End::Continue(then.0.await) })),
        }
    }
}

/// One item that was handed to the actor.
pub(crate) struct Delivered<A> {
    pub(crate) step: Step<A>,
    /// Whether the mailbox may hold more. If not, the next item that comes into it marks the port.
    pub(crate) more: bool,
}

/// Hands the next item to the actor; `None` if the mailbox is empty.
type Deliver<A> = Box<dyn FnMut(&mut A) -> Option<Delivered<A>>>;

/// One endpoint's way from its mailbox to the actor's handler.
pub(crate) struct Port<A> {
    /// What the user knows it by: "topic /scan".
    pub(crate) label: String,
    pub(crate) lane: Lane,
    limit: usize,
    working: usize,
    deliver: Deliver<A>,
}

impl<A> Port<A> {
    fn new(label: String, lane: Lane, limit: usize, deliver: Deliver<A>) -> Self {
        Self { label, lane, limit, working: 0, deliver }
    }

    /// Whether so much is in work that the mailbox has to wait.
    pub(crate) fn held(&self) -> bool {
        self.working >= self.limit
    }

    /// Hands one item to the actor, unless the port is held or its mailbox empty.
    pub(crate) fn step(&mut self, actor: &mut A) -> Option<Delivered<A>> {
        if self.held() {
            return None;
        }
        (self.deliver)(actor)
    }

    /// Counts a piece of work that has begun.
    pub(crate) fn hold(&mut self) {
        self.working += 1;
    }

    /// Counts a piece of work that has ended.
    pub(crate) fn release(&mut self) {
        self.working = self.working.saturating_sub(1);
    }
}

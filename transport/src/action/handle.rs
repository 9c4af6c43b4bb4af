//! The client's side of one goal.

use std::future::Future;
use std::sync::Arc;

use rosactor_messages::Action;
use rosactor_messages::action_msgs::{CancelGoalResponse, GoalInfo};
use rosactor_messages::action_wire::{GetResultRequest, GetResultResponse};
use rosactor_messages::builtin_interfaces::Time;
use rosactor_messages::unique_identifier_msgs::UUID;
use tokio::sync::watch;

use super::client::Inner;
use super::feedback::Route;
use super::{GoalError, GoalId, GoalStatus, cancel};
use crate::service::CallError;

/// A goal that the server accepted. Dropping the handle does not stop the goal.
pub struct GoalHandle<A: Action> {
    id: GoalId,
    client: Arc<Inner<A>>,
    route: Route<A>,
    outcome: watch::Receiver<Option<Outcome<A>>>,
}

type Outcome<A> = Result<(GoalStatus, <A as Action>::Result), GoalError>;

/// What a server says to a request to stop a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The goal is being stopped; its end says how that went.
    Canceling,
    /// The server does not stop it.
    Rejected,
    /// The server does not know the goal (any more).
    UnknownGoal,
    /// The goal has ended already.
    AlreadyEnded,
}

impl<A: Action> GoalHandle<A> {
    /// Asks for the result right away: a server may forget it later, and its arrival is the end of the feedback.
    pub(super) fn new(id: GoalId, client: Arc<Inner<A>>, route: Route<A>) -> Self {
        let (sender, outcome) = watch::channel(None);
        let queue = Arc::clone(route.queue());
        let done = move |response: Result<GetResultResponse<A>, CallError>| {
            let outcome = response.map(|response| (GoalStatus::from(response.status), response.result));
            sender.send_replace(Some(outcome.map_err(GoalError::Call)));
            queue.end();
        };
        client.get_result.send(&GetResultRequest { goal_id: id }, done);
        Self { id, client, route, outcome }
    }

    /// The goal's id.
    pub fn goal_id(&self) -> GoalId {
        self.id
    }

    /// The next feedback; `None` when the goal has ended. If it is not read in time, the oldest is dropped.
    pub fn feedback(&mut self) -> impl Future<Output = Option<A::Feedback>> + Send {
        self.route.queue().next()
    }

    /// Asks the server to stop the goal, now; the future yields what the server says.
    pub fn cancel(&self) -> impl Future<Output = Result<CancelOutcome, GoalError>> + Send + 'static + use<A> {
        let goal_info = GoalInfo { goal_id: UUID { uuid: self.id }, stamp: Time::default() };
        let answer = Inner::cancel(&self.client, goal_info);
        let id = self.id;
        async move { Ok(CancelOutcome::of(&answer.await?, id)) }
    }

    /// How the goal ended, as soon as it has. It may be asked for again.
    pub fn result(&self) -> impl Future<Output = Result<(GoalStatus, A::Result), GoalError>> + Send + 'static + use<A> {
        let mut outcome = self.outcome.clone();
        let client = Arc::clone(&self.client);
        async move {
            let ended = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
            let closed = || CallError::Closed { service: client.get_result.service().clone() };
            ended.unwrap_or_else(|| Err(closed().into()))
        }
    }
}

impl CancelOutcome {
    fn of(response: &CancelGoalResponse, id: GoalId) -> Self {
        let is_canceling = response.goals_canceling.iter().any(|goal| goal.goal_id.uuid == id);
        match response.return_code {
            cancel::NONE if is_canceling => Self::Canceling,
            cancel::UNKNOWN_GOAL_ID => Self::UnknownGoal,
            cancel::GOAL_TERMINATED => Self::AlreadyEnded,
            // The code for it, codes that ROS does not define, and no error without our goal being stopped.
            _ => Self::Rejected,
        }
    }
}

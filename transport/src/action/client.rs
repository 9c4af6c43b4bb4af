//! Action clients.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rosactor_messages::action_msgs::{CancelGoalRequest, CancelGoalResponse, GoalInfo};
use rosactor_messages::action_wire::{SendGoalRequest, SendGoalResponse};
use rosactor_messages::builtin_interfaces::Time;
use rosactor_messages::unique_identifier_msgs::UUID;
use rosactor_messages::{Action, TypeInfo};
use tokio::sync::oneshot;

use super::feedback::FeedbackRouter;
use super::{CANCEL_GOAL, GoalHandle, GoalId, Parts};
use crate::hub::Shared;
use crate::link::Link;
use crate::name::Name;
use crate::participant::{Announced, DeclareError, Participant};
use crate::qos::Qos;
use crate::service::{CallError, Requester};
use crate::topic::Subscription;
use crate::wire::EndpointKind;

/// How long a server may take to accept, reject or cancel a goal.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a goal may take: a day. A server that ends before it answers ends the wait anyway.
const RESULT_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Sends goals for one action. Clones are the same client.
pub struct ActionClient<A: Action> {
    inner: Arc<Inner<A>>,
}

pub(super) struct Inner<A: Action> {
    // Withdrawn before what it announces.
    _announced: Announced,
    _feedback: Subscription,
    pub(super) send_goal: Requester,
    pub(super) cancel_goal: Requester,
    pub(super) get_result: Requester,
    pub(super) router: Arc<FeedbackRouter<A>>,
    pub(super) action: Name,
    shared: Arc<Shared>,
}

/// A goal did not come to a result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoalError {
    /// The client's owner has not been connected yet.
    #[error("no goal was sent to {action}, as nothing is connected yet; send it after the setup")]
    NotConnected {
        /// The action, as its client names it.
        action: String,
    },
    /// The server does not want it.
    #[error("the server of {action} rejected the goal")]
    Rejected {
        /// The action.
        action: Name,
    },
    /// The server could not be asked, or did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl<A: Action> ActionClient<A> {
    pub(crate) fn declare(participant: &Participant, action: Name) -> Result<Self, DeclareError> {
        let shared = Arc::clone(participant.shared());
        let parts = Parts::of(&action);
        let router = FeedbackRouter::new();
        let types = TypeInfo { name: A::TYPE_NAME, hash: A::TYPE_HASH };
        let feedback =
            Subscription::declare(participant, parts.feedback, Qos::default(), Arc::clone(&router) as _, false)?;
        let send_goal = Requester::declare(&shared, parts.send_goal, A::SEND_GOAL, ANSWER_TIMEOUT)?;
        let get_result = Requester::declare(&shared, parts.get_result, A::GET_RESULT, RESULT_TIMEOUT)?;
        let cancel_goal = Requester::declare(&shared, parts.cancel_goal, CANCEL_GOAL, ANSWER_TIMEOUT)?;
        let announced = participant.announce(EndpointKind::ActionClient, &action, types, None)?;
        let inner = Inner {
            _announced: announced,
            _feedback: feedback,
            send_goal,
            cancel_goal,
            get_result,
            router,
            action,
            shared,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends a goal now; the future yields a handle if the server accepts it.
    pub fn send_goal(
        &self,
        goal: A::Goal,
    ) -> impl Future<Output = Result<GoalHandle<A>, GoalError>> + Send + 'static + use<A> {
        let goal_id = new_goal_id(&self.inner.shared.link);
        // Before the goal goes out: its first feedback may come before the answer.
        let route = self.inner.router.route(goal_id);
        let (sender, receiver) = oneshot::channel();
        let request = SendGoalRequest::<A> { goal_id, goal };
        self.inner.send_goal.send(&request, move |outcome: Result<SendGoalResponse, CallError>| {
            // Nobody receives it if the caller has lost interest.
            let _ = sender.send(outcome);
        });
        let inner = Arc::clone(&self.inner);
        async move {
            let closed = || CallError::Closed { service: inner.send_goal.service().clone() };
            let response = receiver.await.unwrap_or_else(|_| Err(closed()))?;
            if !response.accepted {
                return Err(GoalError::Rejected { action: inner.action.clone() });
            }
            Ok(GoalHandle::new(goal_id, inner, route))
        }
    }

    /// Asks the server to stop all goals of the action, whoever sent them; the future yields the ids of those that it stops.
    pub fn cancel_all(&self) -> impl Future<Output = Result<Vec<GoalId>, GoalError>> + Send + 'static + use<A> {
        self.cancel_some(Some(Time::default()))
    }

    /// Asks the server to stop the goals that it accepted at this time or before, by its own clock, whoever sent them; the
    /// future yields the ids of those that it stops.
    pub fn cancel_before(
        &self,
        time: SystemTime,
    ) -> impl Future<Output = Result<Vec<GoalId>, GoalError>> + Send + 'static + use<A> {
        // The beginning of the epoch would mean all goals; no goal is that old.
        self.cancel_some((time > UNIX_EPOCH).then(|| Time::from(time)))
    }

    fn cancel_some(
        &self,
        stamp: Option<Time>,
    ) -> impl Future<Output = Result<Vec<GoalId>, GoalError>> + Send + 'static + use<A> {
        let answer = stamp.map(|stamp| Inner::cancel(&self.inner, GoalInfo { goal_id: UUID::default(), stamp }));
        async move {
            let Some(answer) = answer else { return Ok(Vec::new()) };
            Ok(answer.await?.goals_canceling.into_iter().map(|goal| goal.goal_id.uuid).collect())
        }
    }

    /// Whether a server is known now.
    pub fn available(&self) -> bool {
        let inner = &self.inner;
        inner.send_goal.available() && inner.cancel_goal.available() && inner.get_result.available()
    }

    /// Resolves as soon as a server is known; also when the hub is closed, as then none will come.
    pub fn wait_available(&self) -> impl Future<Output = ()> + Send + 'static + use<A> {
        let inner = Arc::clone(&self.inner);
        async move {
            inner.cancel_goal.wait_available().await;
            inner.get_result.wait_available().await;
            inner.send_goal.wait_available().await;
        }
    }

    /// The action.
    pub fn action(&self) -> &Name {
        &self.inner.action
    }
}

impl<A: Action> Inner<A> {
    /// Asks the server to stop the goals that `goal_info` means.
    pub(super) fn cancel(
        self: &Arc<Self>,
        goal_info: GoalInfo,
    ) -> impl Future<Output = Result<CancelGoalResponse, CallError>> + Send + 'static + use<A> {
        let (sender, receiver) = oneshot::channel();
        self.cancel_goal.send(&CancelGoalRequest { goal_info }, move |outcome| {
            // Nobody receives it if the caller has lost interest.
            let _ = sender.send(outcome);
        });
        let inner = Arc::clone(self);
        async move {
            let closed = || CallError::Closed { service: inner.cancel_goal.service().clone() };
            receiver.await.unwrap_or_else(|_| Err(closed()))
        }
    }
}

impl<A: Action> Clone for ActionClient<A> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

/// A random id (UUID version 4).
fn new_goal_id(link: &Link) -> GoalId {
    let mut id = link.random();
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    id
}

//! Action clients.

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rosactor_messages::action_wire::{SendGoalRequest, SendGoalResponse};
use rosactor_messages::{Action, TypeInfo};
use tokio::sync::oneshot;

use super::feedback::FeedbackRouter;
use super::{CANCEL_GOAL, GoalHandle, GoalId, Parts};
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
        let shared = participant.shared();
        let parts = Parts::of(&action);
        let router = FeedbackRouter::new();
        let types = TypeInfo { name: A::TYPE_NAME, hash: A::TYPE_HASH };
        let feedback =
            Subscription::declare(participant, parts.feedback, Qos::default(), Arc::clone(&router) as _, false)?;
        let send_goal = Requester::declare(shared, parts.send_goal, A::SEND_GOAL, ANSWER_TIMEOUT)?;
        let get_result = Requester::declare(shared, parts.get_result, A::GET_RESULT, RESULT_TIMEOUT)?;
        let cancel_goal = Requester::declare(shared, parts.cancel_goal, CANCEL_GOAL, ANSWER_TIMEOUT)?;
        let announced = participant.announce(EndpointKind::ActionClient, &action, types, None)?;
        let inner =
            Inner { _announced: announced, _feedback: feedback, send_goal, cancel_goal, get_result, router, action };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends a goal now; the future yields a handle if the server accepts it.
    pub fn send_goal(
        &self,
        goal: A::Goal,
    ) -> impl Future<Output = Result<GoalHandle<A>, GoalError>> + Send + 'static + use<A> {
        let goal_id = new_goal_id();
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

impl<A: Action> Clone for ActionClient<A> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

/// A random id (UUID version 4). The standard library's hasher is keyed with the system's randomness: hashes of a
/// counter are as good as random here, and need no further crate.
fn new_goal_id() -> GoalId {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let keyed = RandomState::new();
    let mut id = [0; 16];
    id[..8].copy_from_slice(&keyed.hash_one((count, 0)).to_le_bytes());
    id[8..].copy_from_slice(&keyed.hash_one((count, 1, std::process::id())).to_le_bytes());
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    id
}

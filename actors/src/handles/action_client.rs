//! The handle of an action's client.

use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use rosactor_transport::messages::Action;
use rosactor_transport::{GoalError, GoalHandle, GoalId};

use super::Late;
use crate::work::{Work, run};

/// Sends goals to one action.
#[doc(alias = "create_action_client")]
pub struct ActionClient<G: Action> {
    action: Arc<str>,
    late: Late<rosactor_transport::ActionClient<G>>,
}

impl<G: Action> ActionClient<G> {
    pub(crate) fn new(action: &str, late: Late<rosactor_transport::ActionClient<G>>) -> Self {
        Self { action: action.into(), late }
    }

    /// Sends a goal. The work ends when the server has accepted or rejected it; the handle then gives feedback and
    /// result.
    #[doc(alias = "send_goal_async")]
    pub fn send_goal(&self, goal: G::Goal) -> Work<Result<GoalHandle<G>, GoalError>> {
        let sent = self.late.get().map(|client| client.send_goal(goal));
        let action = self.action.to_string();
        run(async move {
            match sent {
                Some(sent) => sent.await,
                None => Err(GoalError::NotConnected { action }),
            }
        })
    }

    /// Asks the server to stop all goals of the action, whoever sent them. The work ends with the ids of those that it stops.
    #[doc(alias = "async_cancel_all_goals")]
    pub fn cancel_all(&self) -> Work<Result<Vec<GoalId>, GoalError>> {
        self.canceled(self.late.get().map(rosactor_transport::ActionClient::cancel_all))
    }

    /// Asks the server to stop the goals that it accepted at this time or before, by its own clock, whoever sent them. The
    /// work ends with the ids of those that it stops.
    #[doc(alias = "async_cancel_goals_before")]
    pub fn cancel_before(&self, time: SystemTime) -> Work<Result<Vec<GoalId>, GoalError>> {
        self.canceled(self.late.get().map(|client| client.cancel_before(time)))
    }

    fn canceled(
        &self,
        asked: Option<impl Future<Output = Result<Vec<GoalId>, GoalError>> + 'static>,
    ) -> Work<Result<Vec<GoalId>, GoalError>> {
        let action = self.action.to_string();
        run(async move {
            match asked {
                Some(asked) => asked.await,
                None => Err(GoalError::NotConnected { action }),
            }
        })
    }

    /// Whether a server is there.
    #[must_use]
    #[doc(alias = "server_is_ready")]
    pub fn available(&self) -> bool {
        self.late.get().is_some_and(rosactor_transport::ActionClient::available)
    }

    /// Ends when a server is there.
    #[doc(alias = "wait_for_server")]
    pub fn wait_available(&self) -> Work<()> {
        let wait = self.late.get().map(rosactor_transport::ActionClient::wait_available);
        run(async move {
            match wait {
                Some(wait) => wait.await,
                None => std::future::pending().await,
            }
        })
    }
}

impl<G: Action> Clone for ActionClient<G> {
    fn clone(&self) -> Self {
        Self { action: Arc::clone(&self.action), late: self.late.clone() }
    }
}

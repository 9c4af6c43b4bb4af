//! Goals of an action.

use std::ops::Deref;
use std::sync::Arc;

use rosactor_transport::mailbox::GoalMailbox;
use rosactor_transport::messages::Action;
use rosactor_transport::{ActionServer, DeclareError, ExecutingGoal, IncomingGoal};

use super::{Delivered, End, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::setup::ActionName;
use crate::work::{Work, run};

/// A goal that somebody asks for: accept it, or reject it. One that is dropped is rejected.
///
/// It dereferences to the goal message.
#[must_use = "a goal that is dropped is rejected"]
pub struct GoalRequest<G: Action>(IncomingGoal<G>);

impl<G: Action> GoalRequest<G> {
    /// Takes the goal on.
    pub fn accept(self) -> Goal<G> {
        Goal(self.0.accept())
    }

    /// Refuses the goal.
    pub fn reject(self) -> Work<GoalEnd<G>> {
        self.0.reject();
        run(async { GoalEnd(std::marker::PhantomData) })
    }
}

impl<G: Action> Deref for GoalRequest<G> {
    type Target = G::Goal;

    fn deref(&self) -> &G::Goal {
        self.0.goal()
    }
}

/// A goal that executes. Its ending methods consume it, so it ends exactly once; one that is dropped, also by a panic
/// or a restart, is aborted.
///
/// It dereferences to the goal message.
#[must_use = "a goal that is dropped is aborted"]
pub struct Goal<G: Action>(ExecutingGoal<G>);

impl<G: Action> Goal<G> {
    /// Tells the client how far it is.
    #[doc(alias = "publish_feedback")]
    pub fn feedback(&self, feedback: G::Feedback) {
        self.0.feedback(feedback);
    }

    /// Whether the client asked to cancel. It does not pass through a mailbox, so no flood delays it.
    #[must_use]
    #[doc(alias = "is_cancel_requested")]
    pub fn cancel_requested(&self) -> bool {
        self.0.cancel_requested()
    }

    /// Waits until the client asks to cancel.
    pub async fn canceled(&self) {
        self.0.canceled().await;
    }

    /// Ends the goal as succeeded.
    pub fn succeed(self, result: G::Result) -> GoalEnd<G> {
        self.0.succeed(result);
        GoalEnd(std::marker::PhantomData)
    }

    /// Ends the goal as canceled, if the client asked for it; otherwise as aborted, since ROS knows no other way.
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

struct Performed<G: Action> {
    mailbox: Arc<GoalMailbox<G>>,
    server: ActionServer<G>,
}

/// Opens an action and its port.
pub(crate) fn goal_port<A: 'static, G: Action>(
    endpoints: &mut Endpoints,
    name: &ActionName,
    handler: impl Fn(&mut A, GoalRequest<G>) -> Option<Work<GoalEnd<G>>> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let key = format!("action {} {}", name.name, G::TYPE_NAME);
    let (port, performed) = endpoints.port(key, Lane::Requests, |participant, wake| {
        let mailbox = Arc::new(GoalMailbox::<G>::new(wake));
        let server = participant.action_server(&name.name, Arc::clone(&mailbox))?;
        Ok(Performed { mailbox, server })
    })?;
    let mailbox = Arc::clone(&performed.mailbox);
    endpoints.show(port, MailboxKind::Goal, performed.server.action().as_str(), {
        let mailbox = Arc::clone(&mailbox);
        move || mailbox.counters()
    });
    let label = format!("action {}", performed.server.action());
    let deliver = move |actor: &mut A| {
        let goal = GoalRequest(mailbox.pop()?);
        let step = handler(actor, goal).map_or(Step::Done, |work| {
            Step::Work(Box::pin(async move {
                work.await;
                End::Done
            }))
        });
        Some(Delivered { step, more: true })
    };
    Ok((port, Port::new(label, Lane::Requests, name.parallel, Box::new(deliver))))
}

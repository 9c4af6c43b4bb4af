//! An action's port: which goals are taken, which wait, and which execute.

use std::collections::VecDeque;
use std::future::{IntoFuture, pending};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::mailbox::{GoalMailbox, GoalPolicy};
use rosactor_transport::messages::Action;
use rosactor_transport::{ActionServer, DeclareError, GoalControl, IncomingGoal, WaitingGoal};

use super::goal::{GoalEnd, GoalRequest};
use super::{Delivered, End, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::clock;
use crate::setup::ActionName;
use crate::work::Work;

/// How long a goal has, after it was asked to stop because its time is over, until its work is dropped.
const GRACE: Duration = Duration::from_secs(1);

/// What stays open across restarts.
struct Performed<G: Action> {
    mailbox: Arc<GoalMailbox<G>>,
    server: ActionServer<G>,
}

impl<G: Action> Drop for Performed<G> {
    fn drop(&mut self) {
        // Whoever still waits hears of the end now: the report keeps the mailbox itself.
        self.mailbox.close();
    }
}

/// The goals of one incarnation of the actor. When it goes, those that wait are aborted, and those that were not looked at
/// yet are rejected.
struct Desk<G: Action> {
    mailbox: Arc<GoalMailbox<G>>,
    policy: GoalPolicy,
    /// Accepted, the next one first.
    waiting: VecDeque<WaitingGoal<G>>,
    /// Those with work; the work holds the other end.
    working: Vec<Weak<GoalControl<G>>>,
}

impl<G: Action> Desk<G> {
    /// The goal whose turn it is, of those that wait.
    fn next_turn(&mut self) -> Option<GoalRequest<G>> {
        if self.working() > 0 {
            return None;
        }
        // What was canceled while it waited is passed over.
        let begun = std::iter::from_fn(|| self.waiting.pop_front()).find_map(WaitingGoal::begin);
        begun.map(GoalRequest::begun)
    }

    /// Whether a new goal can be taken.
    fn has_room(&mut self) -> bool {
        self.waiting.retain(WaitingGoal::waits);
        match self.policy {
            GoalPolicy::RejectNew => self.working() == 0,
            GoalPolicy::Parallel(most) => self.working() < most,
            GoalPolicy::Queue(most) => self.working() == 0 || self.waiting.len() < most,
            GoalPolicy::Preempt => true,
        }
    }

    /// Takes a goal, for which there is room; gives it back if it is its turn.
    fn take(&mut self, goal: IncomingGoal<G>) -> Option<GoalRequest<G>> {
        let idle = self.working() == 0;
        match self.policy {
            GoalPolicy::RejectNew | GoalPolicy::Parallel(_) => return Some(GoalRequest::incoming(goal)),
            _ if idle => return Some(GoalRequest::begun(goal.accept())),
            GoalPolicy::Queue(_) => self.waiting.push_back(goal.accept_waiting()),
            GoalPolicy::Preempt => {
                let newest = goal.accept_waiting();
                self.waiting.drain(..).for_each(WaitingGoal::cancel);
                self.working.iter().filter_map(Weak::upgrade).for_each(|control| control.request_cancel());
                self.waiting.push_back(newest);
            }
        }
        None
    }

    fn working(&mut self) -> usize {
        self.working.retain(|control| control.strong_count() > 0);
        self.working.len()
    }
}

impl<G: Action> Drop for Desk<G> {
    fn drop(&mut self) {
        self.mailbox.reject_all();
    }
}

/// Opens an action and its port.
pub(crate) fn goal_port<A: 'static, G: Action>(
    endpoints: &mut Endpoints,
    name: &ActionName,
    admit: impl Fn(&mut A, &G::Goal) -> bool + 'static,
    handler: impl Fn(&mut A, GoalRequest<G>) -> Option<Work<GoalEnd<G>>> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let key = format!("action {} {}", name.name, G::TYPE_NAME);
    let (port, performed) = endpoints.port(key, Lane::Requests, |participant, wake| {
        let mailbox = Arc::new(GoalMailbox::<G>::new(wake));
        let server = participant.action_server(&name.name, Arc::clone(&mailbox))?;
        Ok(Performed { mailbox, server })
    })?;
    let limits = Limits { timeout: name.timeout, feedback_period: name.feedback_period.unwrap_or_default() };
    performed.server.set_keep_results(name.keep_results);
    performed.server.set_feedback_period(limits.feedback_period);
    let mailbox = Arc::clone(&performed.mailbox);
    endpoints.show(port, MailboxKind::Goal, performed.server.action().as_str(), {
        let mailbox = Arc::clone(&mailbox);
        move || mailbox.counters()
    });
    let label = format!("action {}", performed.server.action());
    let mut desk = Desk { mailbox, policy: name.policy, waiting: VecDeque::new(), working: Vec::new() };
    let mut next = move |actor: &mut A| {
        let goal = match desk.next_turn() {
            Some(goal) => Some(goal),
            None if !desk.has_room() => return desk.mailbox.reject_oldest().then_some(Step::Done),
            None => {
                let goal = desk.mailbox.pop()?;
                let admitted = goal.chain().within(|| admit(actor, goal.goal()));
                // A goal that is dropped here is rejected.
                admitted.then_some(goal).and_then(|goal| desk.take(goal))
            }
        };
        let Some(goal) = goal else { return Some(Step::Done) };
        let (chain, control) = (goal.chain().clone(), Rc::new(goal.control()));
        let Some(work) = chain.within(|| handler(actor, goal)) else { return Some(Step::Done) };
        desk.working.push(Rc::downgrade(&control));
        Some(Step::Work(Box::pin(chain.along(async move {
            limits.hold(work, &control).await;
            End::Done
        }))))
    };
    let deliver = move |actor: &mut A| Some(Delivered { step: next(actor)?, more: true });
    // The policy says how many goals are in work, and looks at each that comes.
    Ok((port, Port::new(label, Lane::Requests, usize::MAX, Box::new(deliver))))
}

/// What the work on a goal is held to.
#[derive(Clone, Copy)]
struct Limits {
    timeout: Option<Duration>,
    feedback_period: Duration,
}

impl Limits {
    /// Does the work, unless that takes too long: it is dropped then, which aborts the goal.
    async fn hold<G: Action>(self, work: Work<GoalEnd<G>>, control: &GoalControl<G>) {
        tokio::select! {
            biased;
            _ = work.into_future() => {}
            () = self.overtime(control) => {
                tracing::warn!("a goal did not end within {GRACE:?} of being asked to, as its time was over: it is aborted");
            }
            () = self.flush(control) => {}
        }
    }

    /// Ends when the goal's time, and its grace, are over.
    async fn overtime<G: Action>(self, control: &GoalControl<G>) {
        let Some(timeout) = self.timeout else { return pending().await };
        clock::sleep(timeout).await;
        control.request_cancel();
        clock::sleep(GRACE).await;
    }

    /// Sends what was held back of the feedback, for ever.
    async fn flush<G: Action>(self, control: &GoalControl<G>) {
        if self.feedback_period.is_zero() {
            return pending().await;
        }
        loop {
            clock::sleep(self.feedback_period).await;
            control.flush_feedback();
        }
    }
}

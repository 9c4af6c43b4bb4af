//! Feedback on its way to the clients' handles.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rosactor_messages::Action;
use rosactor_messages::action_wire::FeedbackMessage;
use tokio::sync::Notify;

use super::GoalId;
use crate::local::Sink;
use crate::mailbox::{Due, PushError, Sample};

/// How much feedback of one goal waits at most; the oldest is dropped.
const DEPTH: usize = 64;

/// Sorts an action's feedback by goal. Feedback for goals of other clients is passed over.
pub(super) struct FeedbackRouter<A: Action> {
    queues: Mutex<HashMap<GoalId, Arc<FeedbackQueue<A::Feedback>>>>,
}

impl<A: Action> FeedbackRouter<A> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { queues: Mutex::new(HashMap::new()) })
    }

    /// Begins to collect the feedback of a goal, until the route is dropped.
    pub(super) fn route(self: &Arc<Self>, id: GoalId) -> Route<A> {
        let queue = Arc::new(FeedbackQueue::new());
        self.lock().insert(id, Arc::clone(&queue));
        Route { router: Arc::clone(self), id, queue }
    }

    fn deliver(&self, sample: Sample<FeedbackMessage<A>>) {
        let queue = self.lock().get(&sample.goal_id).cloned();
        if let Some(queue) = queue {
            queue.push(sample.into_message().feedback);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<GoalId, Arc<FeedbackQueue<A::Feedback>>>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Action> Sink<FeedbackMessage<A>> for FeedbackRouter<A> {
    fn local(&self, sample: Sample<FeedbackMessage<A>>) -> Result<bool, PushError> {
        self.deliver(sample);
        Ok(false)
    }

    fn wake(&self) {}

    fn remote(&self, sample: Sample<FeedbackMessage<A>>) -> Result<Due, Sample<FeedbackMessage<A>>> {
        self.deliver(sample);
        Ok(Due::Nothing)
    }

    fn remote_waiting(&self, sample: Sample<FeedbackMessage<A>>, _given_up: &AtomicBool) {
        self.deliver(sample);
    }

    fn look_again(&self) {}

    fn malformed(&self) {}
}

/// The feedback of one goal, as long as somebody is interested.
pub(super) struct Route<A: Action> {
    router: Arc<FeedbackRouter<A>>,
    id: GoalId,
    queue: Arc<FeedbackQueue<A::Feedback>>,
}

impl<A: Action> Route<A> {
    pub(super) fn queue(&self) -> &Arc<FeedbackQueue<A::Feedback>> {
        &self.queue
    }
}

impl<A: Action> Drop for Route<A> {
    fn drop(&mut self) {
        self.router.lock().remove(&self.id);
    }
}

/// A bounded queue with one reader.
pub(super) struct FeedbackQueue<F> {
    state: Mutex<(VecDeque<F>, bool)>,
    changed: Notify,
}

impl<F> FeedbackQueue<F> {
    fn new() -> Self {
        Self { state: Mutex::new((VecDeque::new(), false)), changed: Notify::new() }
    }

    fn push(&self, feedback: F) {
        let (queue, _) = &mut *self.lock();
        if queue.len() == DEPTH {
            queue.pop_front();
        }
        queue.push_back(feedback);
        self.changed.notify_one();
    }

    /// Says that no more will come.
    pub(super) fn end(&self) {
        self.lock().1 = true;
        self.changed.notify_one();
    }

    /// The oldest feedback, as soon as there is one; `None` after the last.
    pub(super) async fn next(&self) -> Option<F> {
        loop {
            match &mut *self.lock() {
                (queue, _) if !queue.is_empty() => return queue.pop_front(),
                (_, true) => return None,
                _ => {}
            }
            // A change between the look and this wait is remembered, so none is missed.
            self.changed.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, (VecDeque<F>, bool)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

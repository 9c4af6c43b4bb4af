//! The mailbox of one service: its requests.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rosactor_messages::Service;

use super::counters::Tally;
use super::{Counters, Wake};
use crate::clock;
use crate::service::Refusal;

/// How many requests wait at most, where nothing else is said.
pub const DEFAULT_REQUESTS: usize = 64;

/// A bounded queue of requests. Unlike a topic's mailbox it keeps the oldest and refuses the newest, as every request
/// is somebody who waits: the refused client gets an error reply at once.
pub struct RequestMailbox<S: Service> {
    queue: Queue<IncomingRequest<S>>,
}

impl<S: Service> RequestMailbox<S> {
    /// An empty mailbox for [`DEFAULT_REQUESTS`] requests. `wake` is called when a request comes into it while it is
    /// empty, outside of any lock.
    pub fn new(wake: Wake) -> Self {
        Self::with_capacity(DEFAULT_REQUESTS, wake)
    }

    /// An empty mailbox for `capacity` requests.
    pub fn with_capacity(capacity: usize, wake: Wake) -> Self {
        Self { queue: Queue::new(capacity, wake) }
    }

    /// Puts a request in, or answers it with an error reply if the mailbox is full or closed.
    pub fn push(&self, request: IncomingRequest<S>) {
        if let Err((request, reason)) = self.queue.push(request) {
            request.refuse(reason);
        }
    }

    /// Takes the oldest request out.
    pub fn pop(&self) -> Option<IncomingRequest<S>> {
        self.queue.pop()
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The counters of this instant; a refused request counts as dropped.
    pub fn counters(&self) -> Counters {
        self.queue.counters()
    }

    /// Counts a request that could not be decoded.
    pub fn malformed(&self) {
        self.queue.malformed();
    }

    /// Takes no request any more, and answers those that wait with an error reply.
    pub fn close(&self) {
        for request in self.queue.close() {
            request.refuse(CLOSED);
        }
    }
}

/// The answer to what arrives at the mailbox of an actor that has ended.
const CLOSED: &str = "the server has ended";

/// One request, waiting for its one answer. Dropped without an answer, it answers with an error reply, so that the
/// client does not wait in vain.
pub struct IncomingRequest<S: Service> {
    request: S::Request,
    reply: Option<Reply<S>>,
}

/// Where the answer goes.
type Reply<S> = Box<dyn FnOnce(Result<<S as Service>::Response, Refusal>) + Send>;

impl<S: Service> IncomingRequest<S> {
    /// A request whose answer goes to `reply`, which is called exactly once.
    pub fn new(request: S::Request, reply: impl FnOnce(Result<S::Response, Refusal>) + Send + 'static) -> Self {
        Self { request, reply: Some(Box::new(reply)) }
    }

    /// What is asked.
    pub fn request(&self) -> &S::Request {
        &self.request
    }

    /// Takes what is asked out of here, and leaves a default request behind.
    pub fn take_request(&mut self) -> S::Request {
        std::mem::take(&mut self.request)
    }

    /// Answers.
    pub fn respond(mut self, response: S::Response) {
        if let Some(reply) = self.reply.take() {
            reply(Ok(response));
        }
    }

    /// Answers with an error: the client gets `CallError::Refused` with this reason.
    pub fn refuse(mut self, reason: &str) {
        if let Some(reply) = self.reply.take() {
            reply(Err(Refusal::Refused(reason.to_owned())));
        }
    }
}

impl<S: Service> Drop for IncomingRequest<S> {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            reply(Err(Refusal::Dropped));
        }
    }
}

/// A bounded first-in-first-out queue that refuses the newest: what requests and goals wait in.
pub(super) struct Queue<T> {
    state: Mutex<QueueState<T>>,
    capacity: usize,
    wake: Wake,
}

struct QueueState<T> {
    waiting: VecDeque<(Instant, T)>,
    tally: Tally,
    closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize, wake: Wake) -> Self {
        let state = QueueState { waiting: VecDeque::new(), tally: Tally::default(), closed: false };
        Self { state: Mutex::new(state), capacity: capacity.max(1), wake }
    }

    /// Gives the item back, with the reason, if it is refused: answering it is the caller's, outside of the lock.
    pub(super) fn push(&self, item: T) -> Result<(), (T, &'static str)> {
        let mut state = self.lock();
        state.tally.received += 1;
        let refusal = if state.closed {
            Some(CLOSED)
        } else if state.waiting.len() >= self.capacity {
            Some("the server's mailbox is full")
        } else {
            None
        };
        if let Some(reason) = refusal {
            state.tally.dropped += 1;
            return Err((item, reason));
        }
        state.waiting.push_back((clock::now(), item));
        let was_empty = state.waiting.len() == 1;
        drop(state);
        if was_empty {
            (self.wake)();
        }
        Ok(())
    }

    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        let (arrived, item) = state.waiting.pop_front()?;
        state.tally.deliver(clock::now().saturating_duration_since(arrived));
        Some(item)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    pub(super) fn counters(&self) -> Counters {
        let state = self.lock();
        state.tally.counters(state.waiting.len())
    }

    pub(super) fn malformed(&self) {
        self.lock().tally.malformed += 1;
    }

    /// Returns what waited, which counts as dropped now.
    pub(super) fn close(&self) -> impl Iterator<Item = T> + use<T> {
        let mut state = self.lock();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        state.tally.dropped += waiting.len() as u64;
        drop(state);
        waiting.into_iter().map(|(_, item)| item)
    }

    fn lock(&self) -> MutexGuard<'_, QueueState<T>> {
        // Nothing under this lock can leave the state half changed, so a poisoned one is still consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::{Arc, mpsc};
    use std::thread;

    use rosactor_messages::example_interfaces::{AddTwoInts, AddTwoIntsRequest, AddTwoIntsResponse};

    use super::*;

    type Answer = Result<AddTwoIntsResponse, Refusal>;

    fn request(a: i64, answers: &mpsc::Sender<(i64, Answer)>) -> IncomingRequest<AddTwoInts> {
        let answers = answers.clone();
        let request = AddTwoIntsRequest { a, b: 1, ..Default::default() };
        IncomingRequest::new(request, move |answer| drop(answers.send((a, answer))))
    }

    #[test]
    fn the_newest_is_refused_and_every_request_is_answered_once() {
        let (sender, answers) = mpsc::channel();
        let mailbox = RequestMailbox::<AddTwoInts>::with_capacity(2, Arc::new(|| {}));
        (0..3).for_each(|a| mailbox.push(request(a, &sender)));
        let (refused, answer) = answers.try_recv().unwrap();
        assert_eq!(refused, 2);
        assert!(matches!(answer, Err(Refusal::Refused(reason)) if reason.contains("full")));

        let mut first = mailbox.pop().unwrap();
        assert_eq!(first.request().a, 0);
        assert_eq!(first.take_request().a, 0);
        first.respond(AddTwoIntsResponse { sum: 7, ..Default::default() });
        assert_eq!(answers.try_recv().unwrap().1.unwrap().sum, 7);

        drop(mailbox.pop().unwrap());
        assert_eq!(answers.try_recv().unwrap(), (1, Err(Refusal::Dropped)));

        let counters = mailbox.counters();
        assert_eq!((counters.received, counters.delivered, counters.dropped, counters.queued), (3, 2, 1, 0));
        assert!(answers.try_recv().is_err());
    }

    #[test]
    fn a_closed_mailbox_answers_what_waits_and_what_comes() {
        let (sender, answers) = mpsc::channel();
        let mailbox = RequestMailbox::<AddTwoInts>::new(Arc::new(|| {}));
        mailbox.push(request(0, &sender));
        mailbox.close();
        mailbox.push(request(1, &sender));
        for expected in 0..2 {
            let (a, answer) = answers.try_recv().unwrap();
            assert_eq!(a, expected);
            assert!(matches!(answer, Err(Refusal::Refused(_))));
        }
        let counters = mailbox.counters();
        assert_eq!((counters.received, counters.dropped, counters.queued), (2, 2, 0));
    }

    #[test]
    fn requests_left_in_a_mailbox_that_goes_are_answered() {
        let (sender, answers) = mpsc::channel();
        let mailbox = RequestMailbox::<AddTwoInts>::new(Arc::new(|| {}));
        mailbox.push(request(0, &sender));
        drop(mailbox);
        assert_eq!(answers.try_recv().unwrap().1, Err(Refusal::Dropped));
    }

    #[test]
    fn a_flood_is_answered_exactly_once_each_and_the_counters_add_up() {
        const EACH: i64 = 5_000;
        let (sender, answers) = mpsc::channel();
        let mailbox = RequestMailbox::<AddTwoInts>::with_capacity(4, Arc::new(|| {}));
        let served = thread::scope(|scope| {
            for _ in 0..3 {
                let sender = sender.clone();
                let mailbox = &mailbox;
                scope.spawn(move || (0..EACH).for_each(|a| mailbox.push(request(a, &sender))));
            }
            let mut served = 0;
            while mailbox.counters().received < 3 * EACH as u64 || !mailbox.is_empty() {
                if let Some(request) = mailbox.pop() {
                    request.respond(AddTwoIntsResponse::default());
                    served += 1;
                }
                let c = mailbox.counters();
                assert_eq!(c.received, c.delivered + c.dropped + c.queued);
            }
            served
        });
        drop(sender);
        let answers: Vec<_> = answers.into_iter().collect();
        assert_eq!(answers.len() as i64, 3 * EACH);
        assert_eq!(answers.iter().filter(|(_, answer)| answer.is_ok()).count(), served);
        assert_eq!(mailbox.counters().delivered as usize, served);
    }
}

//! The mailbox of one service: its requests.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rosactor_messages::Service;

use super::queue::{Popped, Queue};
use super::{Counters, Wake};
use crate::clock;
use crate::name::Name;
use crate::service::{Chain, Refusal, RequestId};

/// How many requests wait at most, where nothing else is said.
pub const DEFAULT_REQUESTS: usize = 64;

/// A bounded queue of requests. Unlike a topic's mailbox it keeps the oldest and refuses the newest, as every request
/// is somebody who waits: the refused client gets an error reply at once.
pub struct RequestMailbox<S: Service> {
    queue: Queue<IncomingRequest<S>>,
    in_work: Arc<InWork>,
    deadline: Mutex<Option<Duration>>,
}

impl<S: Service> RequestMailbox<S> {
    /// An empty mailbox for [`DEFAULT_REQUESTS`] requests. `wake` is called when a request comes into it while it is
    /// empty, outside of any lock.
    pub fn new(wake: Wake) -> Self {
        Self::with_capacity(DEFAULT_REQUESTS, wake)
    }

    /// An empty mailbox for `capacity` requests.
    pub fn with_capacity(capacity: usize, wake: Wake) -> Self {
        Self { queue: Queue::new(capacity, wake), in_work: Arc::default(), deadline: Mutex::default() }
    }

    /// Says how many requests its owner has in work at once: so many hold the mailbox, and further ones wait. A request is
    /// refused as a cycle when all that hold the mailbox wait for what would have to wait in it. Not said: nothing holds it.
    pub fn set_concurrency(&self, n: usize) {
        self.in_work.lock().limit = n.max(1);
    }

    /// Within what time of its arrival a request is to be answered. One that waited longer is answered with an error reply
    /// and counts as expired; the owner looks after those in work, see [`IncomingRequest::remaining`]. `None`: any time.
    pub fn set_deadline(&self, deadline: Option<Duration>) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    }

    /// Puts a request in, or answers it with an error reply if the mailbox is full or closed, or if the request would wait
    /// for itself.
    pub fn push(&self, request: IncomingRequest<S>) {
        let pushed = self.queue.push(request, |request, waiting| {
            let waiting = waiting.map(|request| &request.chain);
            match self.in_work.is_cycle(&request.chain, waiting) {
                Some(chain) => Err(chain),
                None => Ok(()),
            }
        });
        if let Err((mut request, refusal)) = pushed {
            request.answer(Err(match refusal.reason() {
                Ok(reason) => Refusal::Refused(reason.to_owned()),
                Err(chain) => Refusal::Cycle(chain),
            }));
        }
    }

    /// Takes the oldest request out. Those that waited beyond the deadline are answered and skipped.
    pub fn pop(&self) -> Option<IncomingRequest<S>> {
        let deadline = *self.deadline.lock().unwrap_or_else(PoisonError::into_inner);
        let Popped { expired, next } = self.queue.pop(deadline);
        expired.into_iter().for_each(|request| request.expire(deadline.unwrap_or_default()));
        let (arrived, mut request) = next?;
        request.due = deadline.and_then(|deadline| Some((arrived.checked_add(deadline)?, deadline)));
        request.in_work = Some(self.in_work.enter(request.id));
        Some(request)
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether no request waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The counters of this instant; a refused request counts as dropped, one that waited beyond the deadline as expired.
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
            request.refuse("the server has ended");
        }
    }
}

/// The requests that were taken out and are not answered yet.
struct InWork {
    state: Mutex<InWorkState>,
}

struct InWorkState {
    ids: BTreeSet<RequestId>,
    limit: usize,
}

impl Default for InWork {
    fn default() -> Self {
        Self { state: Mutex::new(InWorkState { ids: BTreeSet::new(), limit: usize::MAX }) }
    }
}

impl InWork {
    fn enter(self: &Arc<Self>, id: RequestId) -> InWorkEntry {
        self.lock().ids.insert(id);
        InWorkEntry { all: Arc::clone(self), id }
    }

    /// Whether everything that holds the mailbox would wait for something in it, if a request with this chain came to those
    /// that wait: the services of the circle in order then.
    fn is_cycle<'c>(&self, newest: &'c Chain, waiting: impl Iterator<Item = &'c Chain>) -> Option<Vec<String>> {
        let state = self.lock();
        let held = state.ids.len() >= state.limit;
        if !held || !state.ids.iter().any(|id| newest.has(*id)) {
            return None;
        }
        let chains: Vec<&Chain> = waiting.chain([newest]).collect();
        let all_wait = state.ids.iter().all(|id| chains.iter().any(|chain| chain.has(*id)));
        all_wait.then(|| newest.names_from(|id| state.ids.contains(&id)))
    }

    fn lock(&self) -> MutexGuard<'_, InWorkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request's stay among those in work.
struct InWorkEntry {
    all: Arc<InWork>,
    id: RequestId,
}

impl Drop for InWorkEntry {
    fn drop(&mut self) {
        self.all.lock().ids.remove(&self.id);
    }
}

/// One request, waiting for its one answer. Dropped without an answer, it answers with an error reply, so that the
/// client does not wait in vain.
pub struct IncomingRequest<S: Service> {
    request: S::Request,
    id: RequestId,
    reply: Option<Reply<S>>,
    chain: Chain,
    in_work: Option<InWorkEntry>,
    /// When it should be answered, and how long after its arrival that is.
    due: Option<(Instant, Duration)>,
}

/// Where the answer goes.
type Reply<S> = Box<dyn FnOnce(Result<<S as Service>::Response, Refusal>) + Send>;

impl<S: Service> IncomingRequest<S> {
    /// A request whose answer goes to `reply`, which is called exactly once.
    pub fn new(request: S::Request, reply: impl FnOnce(Result<S::Response, Refusal>) + Send + 'static) -> Self {
        let id = RequestId::new();
        Self { request, id, reply: Some(Box::new(reply)), chain: Chain::default(), in_work: None, due: None }
    }

    /// The same request, to `service`, made by work with this chain.
    pub(crate) fn made_by(mut self, chain: &Chain, service: Name) -> Self {
        self.chain = chain.with(self.id, service);
        self
    }

    /// What is asked.
    pub fn request(&self) -> &S::Request {
        &self.request
    }

    /// Takes what is asked out of here, and leaves a default request behind.
    pub fn take_request(&mut self) -> S::Request {
        std::mem::take(&mut self.request)
    }

    /// For whom the work on this request is done, to run it [along](Chain::along).
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// How much time is left until the mailbox's deadline; `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.due.map(|(due, _)| due.saturating_duration_since(clock::now()))
    }

    /// Answers.
    pub fn respond(mut self, response: S::Response) {
        self.answer(Ok(response));
    }

    /// Answers with an error: the client gets `CallError::Refused` with this reason.
    pub fn refuse(mut self, reason: &str) {
        self.answer(Err(Refusal::Refused(reason.to_owned())));
    }

    /// Answers that the deadline has passed: the client gets `CallError::Expired`.
    pub fn expire_in_work(self) {
        let deadline = self.due.map(|(_, deadline)| deadline).unwrap_or_default();
        self.expire(deadline);
    }

    fn expire(mut self, deadline: Duration) {
        self.answer(Err(Refusal::Expired(format!("not answered within {deadline:?}"))));
    }

    fn answer(&mut self, answer: Result<S::Response, Refusal>) {
        // Before the answer: whoever gets it may ask again at once.
        self.in_work = None;
        if let Some(reply) = self.reply.take() {
            reply(answer);
        }
    }
}

impl<S: Service> Drop for IncomingRequest<S> {
    fn drop(&mut self) {
        self.answer(Err(Refusal::Dropped));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::mpsc;
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

    /// A request to `service` made by the work on others.
    fn made_by(chain: &Chain, service: &str, answers: &mpsc::Sender<(i64, Answer)>) -> IncomingRequest<AddTwoInts> {
        request(0, answers).made_by(chain, Name::new(service).unwrap())
    }

    fn names(names: &[&str]) -> Answer {
        Err(Refusal::Cycle(names.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn a_request_that_would_wait_for_itself_is_refused_by_name() {
        let (sender, answers) = mpsc::channel();
        let (a, b) = [(), ()].map(|()| RequestMailbox::<AddTwoInts>::new(Arc::new(|| {}))).into();
        [&a, &b].iter().for_each(|mailbox| mailbox.set_concurrency(1));
        let outside = Chain::default().with(RequestId::new(), Name::new("/outside").unwrap());
        a.push(made_by(&outside, "/a", &sender));
        let in_a = a.pop().unwrap();
        b.push(made_by(in_a.chain(), "/b", &sender));
        let in_b = b.pop().unwrap();
        a.push(made_by(in_b.chain(), "/a", &sender));
        assert_eq!(answers.try_recv().unwrap().1, names(&["/a", "/b", "/a"]));
        // Another that has nothing to do with it waits as ever, and a cycle is one only as long as its work lasts.
        a.push(made_by(&outside, "/a", &sender));
        assert!(answers.try_recv().is_err());
        in_a.respond(AddTwoIntsResponse::default());
        assert!(answers.try_recv().unwrap().1.is_ok());
        a.push(made_by(in_b.chain(), "/a", &sender));
        assert_eq!(a.len(), 2);
        let counters = a.counters();
        assert_eq!((counters.received, counters.delivered, counters.dropped, counters.queued), (4, 1, 1, 2));
    }

    #[test]
    fn with_room_for_more_it_is_a_cycle_when_all_that_hold_the_mailbox_wait_for_it() {
        let (sender, answers) = mpsc::channel();
        let mailbox = RequestMailbox::<AddTwoInts>::new(Arc::new(|| {}));
        mailbox.set_concurrency(2);
        let begin = |chain: &Chain| {
            mailbox.push(made_by(chain, "/a", &sender));
            mailbox.pop().unwrap()
        };
        let first = begin(&Chain::default());
        let second = begin(first.chain());
        drop(second);
        assert_eq!(answers.try_recv().unwrap().1, Err(Refusal::Dropped));
        let other = begin(&Chain::default());
        // The other one may end, and then it is this one's turn.
        mailbox.push(made_by(first.chain(), "/a", &sender));
        assert!(answers.try_recv().is_err());
        mailbox.push(made_by(other.chain(), "/a", &sender));
        assert_eq!(answers.try_recv().unwrap().1, names(&["/a", "/a"]));
    }

    #[test]
    fn a_request_that_waited_beyond_the_deadline_expires_and_the_others_know_what_is_left() {
        let (sender, answers) = mpsc::channel();
        let mailbox = RequestMailbox::<AddTwoInts>::new(Arc::new(|| {}));
        let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        paused.block_on(async {
            mailbox.set_deadline(Some(Duration::from_secs(2)));
            mailbox.push(request(0, &sender));
            tokio::time::advance(Duration::from_millis(1_500)).await;
            mailbox.push(request(1, &sender));
            tokio::time::advance(Duration::from_secs(1)).await;
            let next = mailbox.pop().unwrap();
            assert_eq!((next.request().a, next.remaining()), (1, Some(Duration::from_secs(1))));
            let (expired, answer) = answers.try_recv().unwrap();
            assert_eq!((expired, answer), (0, Err(Refusal::Expired("not answered within 2s".to_owned()))));
            let counters = mailbox.counters();
            assert_eq!((counters.received, counters.delivered, counters.expired, counters.queued), (2, 1, 1, 0));
        });
    }
}

//! The mailbox of one topic.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::counters::Tally;
use super::{Counters, Pulse, PulseReport, Sample, Wake};
use crate::clock;
use crate::sync::{Condvar, Mutex, MutexGuard};

/// What a topic's mailbox does when it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicPolicy {
    /// Keeps the last so many samples; drops the oldest.
    KeepLast(usize),
    /// Keeps the newest sample only.
    Latest,
    /// Keeps everything up to this many samples, then holds publishers back.
    KeepAll(usize),
}

impl TopicPolicy {
    fn capacity(self) -> usize {
        match self {
            Self::Latest => 1,
            Self::KeepLast(depth) | Self::KeepAll(depth) => depth.max(1),
        }
    }
}

/// Why a mailbox did not take a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// A `keep_all` mailbox is full.
    #[error("the mailbox keeps all samples and holds {capacity} already; publish slower or give it more room")]
    Full {
        /// How many samples it holds.
        capacity: usize,
    },
    /// The mailbox is closed: its actor has ended for good.
    #[error("the mailbox is closed, as its actor has ended")]
    Closed,
}

/// An end of a topic whose deadline and leases can be looked at.
pub(crate) trait Monitored: Send + Sync {
    /// Begins to wait anew.
    fn begin(&self, now: Instant);

    /// What has come to light by now.
    fn look(&self, now: Instant) -> PulseReport;

    /// Counts a publisher that is not alive any more.
    fn count_lost(&self);

    /// Counts an opposite end that does not fit.
    fn count_incompatible(&self);
}

/// What is to follow a sample that was put in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    Wake,
    /// To wake once those have come that come together with it: nothing is lost if the reader begins a little later, and it is not woken
    /// for each of them.
    WakeSoon,
}

/// A bounded queue of samples between the transport and one actor. It outlives restarts of the actor and of the
/// subscription that fills it.
pub struct TopicMailbox<M> {
    state: Mutex<State<M>>,
    /// Signalled when a waiting publisher should look again.
    room: Condvar,
    wake: Wake,
}

struct State<M> {
    queue: VecDeque<Sample<M>>,
    policy: TopicPolicy,
    /// Samples older than this are not delivered.
    lifespan: Option<Duration>,
    /// Set if there is a deadline or a lease to watch.
    pulse: Option<Box<Pulse>>,
    tally: Tally,
    /// How many publishers wait for room: a signal that nobody waits for would cost a system call for each sample.
    waiting: usize,
    closed: bool,
}

impl<M> TopicMailbox<M> {
    /// An empty mailbox. `wake` is called when a sample comes into it while it is empty, outside of any lock.
    pub fn new(policy: TopicPolicy, wake: Wake) -> Self {
        Self {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                policy,
                lifespan: None,
                tally: Tally::default(),
                waiting: 0,
                pulse: None,
                closed: false,
            }),
            room: Condvar::new(),
            wake,
        }
    }

    /// Puts a sample in, without waiting. Of a full mailbox the oldest sample goes, unless it keeps all: then the
    /// sample stays out, and counts as dropped.
    pub fn push(&self, sample: Sample<M>) -> Result<(), PushError> {
        if self.push_silently(sample)? {
            (self.wake)();
        }
        Ok(())
    }

    /// Like `push`, but leaves it to the caller to call `wake`, if this returns true.
    pub(crate) fn push_silently(&self, sample: Sample<M>) -> Result<bool, PushError> {
        let mut state = self.lock();
        state.hear(&sample);
        state.push(sample)
    }

    pub(crate) fn wake(&self) {
        (self.wake)();
    }

    /// Puts a sample in, or gives it back if the mailbox keeps all and is full: see [`Self::push_waiting`]. It leaves it to the caller to
    /// call `wake`.
    pub(crate) fn offer(&self, sample: Sample<M>) -> Result<Due, Sample<M>> {
        let mut state = self.lock();
        // Before a wait: it is not the publisher that is late then.
        state.hear(&sample);
        if state.must_wait() {
            return Err(sample);
        }
        let keeps_all = matches!(state.policy, TopicPolicy::KeepAll(_));
        // A sample that does not get in is counted; there is nobody here to tell.
        Ok(match state.push(sample) {
            Ok(true) if keeps_all => Due::WakeSoon,
            Ok(true) => Due::Wake,
            Ok(false) | Err(_) => Due::Nothing,
        })
    }

    /// Puts a sample in that was given back, and waits for room; that is how a link is held back. The wait ends
    /// when there is room, when the mailbox is closed, or when `given_up` is set and [`Self::look_again`] is called.
    pub(crate) fn push_waiting(&self, sample: Sample<M>, given_up: &AtomicBool) -> Result<(), PushError> {
        let mut state = self.lock();
        while state.must_wait() && !given_up.load(Ordering::Acquire) {
            state.waiting += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        let wake = state.push(sample);
        drop(state);
        if wake? {
            (self.wake)();
        }
        Ok(())
    }

    /// Makes every waiting push look at its `given_up` flag.
    pub(crate) fn look_again(&self) {
        // The lock orders this after the waiter's look at its flag: without it the signal could come in between.
        let _state = self.lock();
        self.room.notify_all();
    }

    /// Takes the oldest sample out. Samples that outlived the lifespan are skipped.
    pub fn pop(&self) -> Option<Sample<M>> {
        self.pop_at(clock::now()).map(|(sample, _)| sample)
    }

    /// Like [`pop`](Self::pop), and whether anything is left. If nothing is, the next sample that comes in calls `wake`.
    pub fn take(&self) -> Option<(Sample<M>, bool)> {
        self.pop_at(clock::now())
    }

    fn pop_at(&self, now: Instant) -> Option<(Sample<M>, bool)> {
        let mut state = self.lock();
        let taken = state.pop(now);
        let more = !state.queue.is_empty();
        let is_awaited = state.waiting > 0 && state.queue.len() < state.policy.capacity();
        drop(state);
        if is_awaited {
            self.room.notify_all();
        }
        taken.map(|sample| (sample, more))
    }

    /// How many samples wait.
    pub fn len(&self) -> usize {
        self.lock().queue.len()
    }

    /// Whether no sample waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The counters of this instant: they always add up.
    pub fn counters(&self) -> Counters {
        let state = self.lock();
        let missed_deadlines = state.pulse.as_ref().map_or(0, |pulse| pulse.missed());
        Counters { missed_deadlines, ..state.tally.counters(state.queue.len()) }
    }

    /// Counts a payload that could not be decoded.
    pub fn malformed(&self) {
        self.lock().tally.malformed += 1;
    }

    /// Changes the policy; if the mailbox holds more than the new policy keeps, the oldest are dropped.
    pub fn set_policy(&self, policy: TopicPolicy) {
        let mut state = self.lock();
        state.policy = policy;
        state.make_room(policy.capacity());
        drop(state);
        self.room.notify_all();
    }

    /// Sets how old a sample may be, from its arrival, when its turn comes. `None`: any age.
    pub fn set_lifespan(&self, lifespan: Option<Duration>) {
        self.lock().lifespan = lifespan;
    }

    /// Watches from `now` on whether samples come within `deadline`, and whether every publisher that was heard is heard
    /// again within `lease`. Missed deadlines are counted exactly, whether or not anybody looks.
    pub(crate) fn watch(&self, deadline: Option<Duration>, lease: Option<Duration>, now: Instant) {
        let watched = deadline.is_some() || lease.is_some();
        self.lock().pulse = watched.then(|| Box::new(Pulse::new(deadline, lease, now)));
    }

    /// Takes no sample any more and releases every waiting publisher. What waits can still be taken out.
    pub fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // No code of a user runs under this lock, so a poisoned state is still a consistent one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Send + Sync> Monitored for TopicMailbox<M> {
    fn begin(&self, now: Instant) {
        if let Some(pulse) = &mut self.lock().pulse {
            pulse.begin(now);
        }
    }

    fn look(&self, now: Instant) -> PulseReport {
        self.lock().pulse.as_mut().map(|pulse| pulse.look(now)).unwrap_or_default()
    }

    fn count_lost(&self) {
        self.lock().tally.liveliness_lost += 1;
    }

    fn count_incompatible(&self) {
        self.lock().tally.incompatible += 1;
    }
}

impl<M> State<M> {
    fn must_wait(&self) -> bool {
        matches!(self.policy, TopicPolicy::KeepAll(_)) && !self.closed && self.queue.len() >= self.policy.capacity()
    }

    fn hear(&mut self, sample: &Sample<M>) {
        if let Some(pulse) = &mut self.pulse {
            pulse.heard(sample.publisher(), sample.received_at());
        }
    }

    /// Returns whether the mailbox was empty.
    fn push(&mut self, sample: Sample<M>) -> Result<bool, PushError> {
        self.tally.received += 1;
        if self.closed {
            self.tally.dropped += 1;
            return Err(PushError::Closed);
        }
        if self.must_wait() {
            self.tally.dropped += 1;
            return Err(PushError::Full { capacity: self.policy.capacity() });
        }
        self.make_room(self.policy.capacity() - 1);
        self.queue.push_back(sample);
        Ok(self.queue.len() == 1)
    }

    /// Drops the oldest samples until at most `room` are left.
    fn make_room(&mut self, room: usize) {
        while self.queue.len() > room {
            self.queue.pop_front();
            self.tally.dropped += 1;
        }
    }

    fn pop(&mut self, now: Instant) -> Option<Sample<M>> {
        loop {
            let sample = self.queue.pop_front()?;
            let age = now.saturating_duration_since(sample.received_at());
            if sample.is_expired(now) || self.lifespan.is_some_and(|lifespan| age > lifespan) {
                self.tally.expired += 1;
                continue;
            }
            self.tally.deliver(age);
            return Some(sample);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::super::Origin;
    use super::*;

    fn mailbox(policy: TopicPolicy) -> TopicMailbox<u64> {
        TopicMailbox::new(policy, Arc::new(|| {}))
    }

    /// Taken or not.
    fn push(mailbox: &TopicMailbox<u64>, n: u64) {
        let _ = mailbox.push(Sample::new(n));
    }

    fn drain(mailbox: &TopicMailbox<u64>) -> Vec<u64> {
        std::iter::from_fn(|| mailbox.pop()).map(Sample::into_message).collect()
    }

    fn assert_adds_up(mailbox: &TopicMailbox<u64>) {
        let c = mailbox.counters();
        assert_eq!(c.received, c.delivered + c.dropped + c.expired + c.queued, "{c:?}");
    }

    #[test]
    fn each_policy_keeps_what_it_says() {
        let table = [
            (TopicPolicy::KeepLast(3), vec![7, 8, 9], 7),
            (TopicPolicy::KeepLast(0), vec![9], 9),
            (TopicPolicy::Latest, vec![9], 9),
            (TopicPolicy::KeepAll(4), vec![0, 1, 2, 3], 6),
            (TopicPolicy::KeepAll(20), (0..10).collect(), 0),
        ];
        for (policy, kept, dropped) in table {
            let mailbox = mailbox(policy);
            (0..10).for_each(|n| push(&mailbox, n));
            let counters = mailbox.counters();
            assert_eq!((counters.received, counters.dropped), (10, dropped), "{policy:?}");
            assert_eq!(counters.queued as usize, kept.len(), "{policy:?}");
            assert_eq!(drain(&mailbox), kept, "{policy:?}");
            assert_adds_up(&mailbox);
        }
    }

    #[test]
    fn a_full_mailbox_that_keeps_all_says_so() {
        let mailbox = mailbox(TopicPolicy::KeepAll(1));
        assert_eq!(mailbox.push(Sample::new(1)), Ok(()));
        assert_eq!(mailbox.push(Sample::new(2)), Err(PushError::Full { capacity: 1 }));
        assert_eq!(drain(&mailbox), [1]);
        assert_eq!(mailbox.push(Sample::new(3)), Ok(()));
    }

    #[test]
    fn the_owner_is_woken_when_something_comes_into_an_empty_mailbox() {
        let wakes = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&wakes);
        let wake: Wake = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let mailbox = TopicMailbox::new(TopicPolicy::KeepLast(2), wake);
        for n in 0..5 {
            mailbox.push(Sample::new(n)).unwrap();
        }
        assert_eq!(wakes.load(Ordering::SeqCst), 1);
        assert_eq!(drain(&mailbox), [3, 4]);
        mailbox.push(Sample::new(9)).unwrap();
        assert_eq!(wakes.load(Ordering::SeqCst), 2);
        let latest = TopicMailbox::new(TopicPolicy::Latest, Arc::clone(&mailbox.wake));
        latest.push(Sample::new(1)).unwrap();
        latest.pop().unwrap();
        latest.push(Sample::new(1)).unwrap();
        assert_eq!(wakes.load(Ordering::SeqCst), 4);
    }

    #[test]
    fn who_takes_a_sample_learns_whether_to_come_again() {
        let mailbox = mailbox(TopicPolicy::KeepLast(10));
        (0..3).for_each(|n| push(&mailbox, n));
        let taken: Vec<_> = std::iter::from_fn(|| mailbox.take()).map(|(sample, more)| (*sample, more)).collect();
        assert_eq!(taken, [(0, true), (1, true), (2, false)]);
    }

    #[test]
    fn samples_older_than_the_lifespan_expire_when_their_turn_comes() {
        let mailbox = mailbox(TopicPolicy::KeepLast(10));
        mailbox.set_lifespan(Some(Duration::from_millis(100)));
        mailbox.push(Sample::new(1)).unwrap();
        mailbox.push(Sample::new(2)).unwrap();
        let later = Instant::now() + Duration::from_secs(1);
        assert!(mailbox.pop_at(later).is_none());
        mailbox.set_lifespan(None);
        mailbox.push(Sample::new(3)).unwrap();
        assert_eq!(mailbox.pop_at(later).unwrap().0.into_message(), 3);
        let counters = mailbox.counters();
        assert_eq!((counters.received, counters.delivered, counters.expired), (3, 1, 2));
        assert!(counters.latency_us.max > 900_000);
    }

    #[test]
    fn a_sample_expires_when_its_publisher_says_so() {
        let mailbox = mailbox(TopicPolicy::KeepLast(10));
        let start = Instant::now();
        for ms in [10, 30] {
            let origin = Origin { expires_at: Some(start + Duration::from_millis(ms)), ..Origin::default() };
            mailbox.push(Sample::from_origin(Arc::new(ms), origin)).unwrap();
        }
        let taken = mailbox.pop_at(start + Duration::from_millis(20)).unwrap();
        assert_eq!((taken.0.into_message(), mailbox.counters().expired), (30, 1));
        assert_adds_up(&mailbox);
    }

    #[test]
    fn every_sample_that_arrives_keeps_the_deadline_also_one_that_is_dropped() {
        let mailbox = mailbox(TopicPolicy::KeepAll(1));
        let day = Duration::from_secs(86_400);
        mailbox.watch(Some(day), None, Instant::now() - day / 2);
        push(&mailbox, 1);
        push(&mailbox, 2);
        assert_eq!(mailbox.counters().dropped, 1);
        assert_eq!(mailbox.look(Instant::now() + day * 3 / 4).newly_missed, 0);
        assert_eq!(mailbox.look(Instant::now() + day * 5 / 4).newly_missed, 1);
        assert_eq!(mailbox.counters().missed_deadlines, 1);
        mailbox.watch(None, None, Instant::now());
        assert_eq!(mailbox.look(Instant::now() + day * 9), PulseReport::default());
    }

    #[test]
    fn a_smaller_policy_drops_the_oldest() {
        let mailbox = mailbox(TopicPolicy::KeepLast(10));
        (0..10).for_each(|n| mailbox.push(Sample::new(n)).unwrap());
        mailbox.set_policy(TopicPolicy::KeepLast(2));
        assert_eq!(drain(&mailbox), [8, 9]);
        assert_adds_up(&mailbox);
    }

    #[test]
    fn a_closed_mailbox_takes_nothing_and_gives_what_it_has() {
        let mailbox = mailbox(TopicPolicy::KeepLast(10));
        mailbox.push(Sample::new(1)).unwrap();
        mailbox.close();
        assert_eq!(mailbox.push(Sample::new(2)), Err(PushError::Closed));
        assert_eq!(drain(&mailbox), [1]);
        assert_adds_up(&mailbox);
    }

    #[test]
    fn malformed_payloads_are_counted_apart() {
        let mailbox = mailbox(TopicPolicy::Latest);
        mailbox.malformed();
        let counters = mailbox.counters();
        assert_eq!((counters.malformed, counters.received), (1, 0));
    }

    /// The law, looked at while four threads flood the mailbox and one drains it.
    #[test]
    fn the_counters_add_up_at_every_instant_of_a_flood() {
        const EACH: u64 = 20_000;
        for policy in [TopicPolicy::KeepLast(5), TopicPolicy::Latest, TopicPolicy::KeepAll(5)] {
            let mailbox = mailbox(policy);
            let stop = AtomicBool::new(false);
            let delivered = thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    let mut delivered = 0_u64;
                    while !stop.load(Ordering::Acquire) {
                        delivered += drain(&mailbox).len() as u64;
                    }
                    delivered
                });
                let watcher = scope.spawn(|| {
                    while !stop.load(Ordering::Acquire) {
                        assert_adds_up(&mailbox);
                    }
                });
                let writers: Vec<_> =
                    (0..4).map(|_| scope.spawn(|| (0..EACH).for_each(|n| push(&mailbox, n)))).collect();
                writers.into_iter().for_each(|writer| writer.join().unwrap());
                stop.store(true, Ordering::Release);
                watcher.join().unwrap();
                reader.join().unwrap()
            });
            let counters = mailbox.counters();
            assert_eq!(counters.received, 4 * EACH, "{policy:?}");
            assert_eq!(counters.delivered, delivered, "{policy:?}");
            assert_adds_up(&mailbox);
        }
    }

    #[test]
    fn a_waiting_publisher_loses_nothing_and_keeps_its_order() {
        let mailbox = mailbox(TopicPolicy::KeepAll(3));
        let never = AtomicBool::new(false);
        let mut got = Vec::new();
        thread::scope(|scope| {
            scope.spawn(|| (0..10_000).for_each(|n| mailbox.push_waiting(Sample::new(n), &never).unwrap()));
            while got.len() < 10_000 {
                assert!(mailbox.len() <= 3);
                got.extend(drain(&mailbox));
            }
        });
        assert_eq!(got, (0..10_000).collect::<Vec<_>>());
        assert_eq!(mailbox.counters().dropped, 0);
    }

    #[test]
    fn a_waiting_publisher_is_released_by_close_by_giving_up_and_by_a_larger_policy() {
        let release: [fn(&TopicMailbox<u64>, &AtomicBool); 3] = [
            |mailbox, _| mailbox.close(),
            |mailbox, given_up| {
                given_up.store(true, Ordering::Release);
                mailbox.look_again();
            },
            |mailbox, _| mailbox.set_policy(TopicPolicy::KeepAll(2)),
        ];
        let expected = [Err(PushError::Closed), Err(PushError::Full { capacity: 1 }), Ok(())];
        for (release, expected) in release.into_iter().zip(expected) {
            let mailbox = mailbox(TopicPolicy::KeepAll(1));
            let given_up = AtomicBool::new(false);
            mailbox.push(Sample::new(1)).unwrap();
            let outcome = thread::scope(|scope| {
                let waiting = scope.spawn(|| mailbox.push_waiting(Sample::new(2), &given_up));
                release(&mailbox, &given_up);
                waiting.join().unwrap()
            });
            assert_eq!(outcome, expected);
            assert_adds_up(&mailbox);
        }
    }
}

//! What an action server knows about its goals.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rosactor_messages::Action;
use rosactor_messages::action_msgs::{
    CancelGoalRequest, CancelGoalResponse, GoalInfo, GoalStatus as StatusMessage, GoalStatusArray,
};
use rosactor_messages::action_wire::{FeedbackMessage, GetResultResponse};
use rosactor_messages::builtin_interfaces::Time;
use rosactor_messages::unique_identifier_msgs::UUID;
use tokio::sync::watch;

use super::cancel::{self, Stamp};
use super::status::Event;
use super::{GoalId, GoalStatus};
use crate::clock;

/// How long the result of an ended goal can be asked for: ROS's default.
const KEEP_RESULTS: Duration = Duration::from_secs(15 * 60);
/// How many results are kept at most, so that quick goals do not fill the memory.
const MAX_RESULTS: usize = 1_000;
/// How many ended goals the status names: enough to see what happened, few enough to be published at every change.
const ENDED_IN_STATUS: usize = 100;

/// Answers one question for a result.
pub(super) type ResultReply<A> = Box<dyn FnOnce(GetResultResponse<A>) + Send>;

/// The goals of one action server, from their arrival until they are forgotten.
pub(super) struct Book<A: Action> {
    goals: Mutex<Goals<A>>,
    /// Held from a change until its status is published, so that the last status published is the last one there was.
    order: Mutex<()>,
    outlets: Outlets<A>,
}

/// Where status and feedback go.
pub(super) struct Outlets<A: Action> {
    pub(super) status: Box<dyn Fn(GoalStatusArray) + Send + Sync>,
    pub(super) feedback: Box<dyn Fn(FeedbackMessage<A>) + Send + Sync>,
}

struct Goals<A: Action> {
    /// Arrived, and neither accepted nor rejected yet.
    pending: HashSet<GoalId>,
    accepted: BTreeMap<GoalId, Goal<A>>,
    accepted_count: u64,
    /// The ended ones, the oldest first.
    ended: VecDeque<(Instant, GoalId)>,
}

struct Goal<A: Action> {
    number: u64,
    stamp: Time,
    status: GoalStatus,
    cancel_requested: watch::Sender<bool>,
    result: A::Result,
    /// Those who asked for the result before there was one.
    waiting: Vec<ResultReply<A>>,
}

impl<A: Action> Book<A> {
    pub(super) fn new(outlets: Outlets<A>) -> Arc<Self> {
        let goals =
            Goals { pending: HashSet::new(), accepted: BTreeMap::new(), accepted_count: 0, ended: VecDeque::new() };
        Arc::new(Self { goals: Mutex::new(goals), order: Mutex::new(()), outlets })
    }

    /// Notes that a goal arrived; false if its id is taken.
    pub(super) fn arrive(&self, id: GoalId) -> bool {
        let mut goals = self.lock();
        !goals.accepted.contains_key(&id) && goals.pending.insert(id)
    }

    /// Forgets a goal that is not accepted.
    pub(super) fn reject(&self, id: GoalId) {
        self.lock().pending.remove(&id);
    }

    /// Accepts a goal that arrived: it is executing from now on. Returns when that was, and what tells about cancels.
    pub(super) fn accept(&self, id: GoalId) -> (Time, watch::Receiver<bool>) {
        let stamp = Time::from(clock::date());
        let (cancel_requested, receiver) = watch::channel(false);
        let goal = |number| Goal {
            number,
            stamp: stamp.clone(),
            status: GoalStatus::Accepted,
            cancel_requested,
            result: A::Result::default(),
            waiting: Vec::new(),
        };
        self.change(|goals| {
            goals.pending.remove(&id);
            goals.accepted_count += 1;
            let number = goals.accepted_count;
            goals.accepted.insert(id, goal(number));
        });
        self.change(|goals| goals.apply(id, Event::Execute));
        (stamp, receiver)
    }

    /// Ends a goal, and answers everybody who waits for its result.
    pub(super) fn end(&self, id: GoalId, event: Event, result: A::Result) {
        let replies = self.change(|goals| {
            if event == Event::Cancel {
                // A server may stop a goal by itself; on the way it is canceling, as if somebody had asked.
                goals.apply(id, Event::RequestCancel);
            }
            goals.end(id, event, result, clock::now())
        });
        let Some((waiting, response)) = replies else { return };
        waiting.into_iter().for_each(|reply| reply(response.clone()));
    }

    /// Publishes feedback.
    pub(super) fn feedback(&self, goal_id: GoalId, feedback: A::Feedback) {
        (self.outlets.feedback)(FeedbackMessage { goal_id, feedback });
    }

    /// Answers with the result of a goal: now if it has ended or is unknown, else when it ends.
    pub(super) fn result(&self, id: GoalId, reply: ResultReply<A>) {
        let mut goals = self.lock();
        goals.forget_old(clock::now());
        let response = match goals.accepted.get_mut(&id) {
            Some(goal) if !goal.status.is_terminal() => return goal.waiting.push(reply),
            Some(goal) => goal.response(),
            None => GetResultResponse { status: GoalStatus::Unknown.code(), result: A::Result::default() },
        };
        drop(goals);
        reply(response);
    }

    /// Asks goals to stop.
    pub(super) fn cancel(&self, request: &CancelGoalRequest) -> CancelGoalResponse {
        let stamp = &request.goal_info.stamp;
        let stamp: Stamp = (stamp.sec, stamp.nanosec);
        let id = request.goal_info.goal_id.uuid;
        self.change(|goals| {
            let all = goals.in_order().map(|(id, goal)| (id, goal.ordered_stamp(), goal.status));
            match cancel::select(all, id, stamp) {
                Ok(selected) => CancelGoalResponse {
                    return_code: cancel::NONE,
                    goals_canceling: selected.into_iter().filter_map(|id| goals.request_cancel(id)).collect(),
                },
                Err(return_code) => CancelGoalResponse { return_code, goals_canceling: Vec::new() },
            }
        })
    }

    /// Makes a change and publishes the status after it.
    fn change<T>(&self, change: impl FnOnce(&mut Goals<A>) -> T) -> T {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let mut goals = self.lock();
        let outcome = change(&mut goals);
        let status = goals.status();
        drop(goals);
        (self.outlets.status)(status);
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Goals<A>> {
        self.goals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Action> Goals<A> {
    fn apply(&mut self, id: GoalId, event: Event) {
        if let Some(goal) = self.accepted.get_mut(&id)
            && let Some(status) = goal.status.after(event)
        {
            goal.status = status;
        }
    }

    /// Returns who waits for the result, and the result.
    fn end(
        &mut self,
        id: GoalId,
        event: Event,
        result: A::Result,
        now: Instant,
    ) -> Option<(Vec<ResultReply<A>>, GetResultResponse<A>)> {
        let goal = self.accepted.get_mut(&id)?;
        goal.status = goal.status.after(event).filter(|status| status.is_terminal())?;
        goal.result = result;
        let replies = (std::mem::take(&mut goal.waiting), goal.response());
        self.ended.push_back((now, id));
        self.forget_old(now);
        Some(replies)
    }

    fn request_cancel(&mut self, id: GoalId) -> Option<GoalInfo> {
        self.apply(id, Event::RequestCancel);
        let goal = self.accepted.get(&id)?;
        goal.cancel_requested.send_replace(true);
        Some(goal.info(id))
    }

    fn forget_old(&mut self, now: Instant) {
        while let Some((ended, id)) = self.ended.front() {
            if self.ended.len() <= MAX_RESULTS && now.saturating_duration_since(*ended) < KEEP_RESULTS {
                break;
            }
            self.accepted.remove(id);
            self.ended.pop_front();
        }
    }

    fn in_order(&self) -> impl Iterator<Item = (GoalId, &Goal<A>)> {
        let mut goals: Vec<_> = self.accepted.iter().map(|(id, goal)| (*id, goal)).collect();
        goals.sort_by_key(|(_, goal)| goal.number);
        goals.into_iter()
    }

    fn status(&self) -> GoalStatusArray {
        let recent: HashSet<GoalId> = self.ended.iter().rev().take(ENDED_IN_STATUS).map(|(_, id)| *id).collect();
        let named = self.in_order().filter(|(id, goal)| !goal.status.is_terminal() || recent.contains(id));
        let status_list =
            named.map(|(id, goal)| StatusMessage { goal_info: goal.info(id), status: goal.status.code() });
        GoalStatusArray { status_list: status_list.collect() }
    }
}

impl<A: Action> Goal<A> {
    fn response(&self) -> GetResultResponse<A> {
        GetResultResponse { status: self.status.code(), result: self.result.clone() }
    }

    fn info(&self, id: GoalId) -> GoalInfo {
        GoalInfo { goal_id: UUID { uuid: id }, stamp: self.stamp.clone() }
    }

    fn ordered_stamp(&self) -> Stamp {
        (self.stamp.sec, self.stamp.nanosec)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::mpsc;

    use rosactor_messages::example_interfaces::{Fibonacci, FibonacciResult};

    use super::*;

    struct Rig {
        book: Arc<Book<Fibonacci>>,
        status: mpsc::Receiver<Vec<i8>>,
    }

    fn rig() -> Rig {
        let (sender, status) = mpsc::channel();
        let publish = move |array: GoalStatusArray| {
            drop(sender.send(array.status_list.iter().map(|goal| goal.status).collect()));
        };
        let book = Book::new(Outlets { status: Box::new(publish), feedback: Box::new(drop) });
        Rig { book, status }
    }

    fn sequence(numbers: &[i32]) -> FibonacciResult {
        FibonacciResult { sequence: numbers.to_vec(), ..Default::default() }
    }

    fn ask(rig: &Rig, id: GoalId) -> mpsc::Receiver<(i8, FibonacciResult)> {
        let (sender, receiver) = mpsc::channel();
        rig.book.result(id, Box::new(move |response| drop(sender.send((response.status, response.result)))));
        receiver
    }

    #[test]
    fn everybody_who_asks_gets_the_result_once() {
        let rig = rig();
        assert!(rig.book.arrive([1; 16]));
        assert!(!rig.book.arrive([1; 16]), "the id is taken");
        rig.book.accept([1; 16]);
        assert!(!rig.book.arrive([1; 16]), "the id is still taken");
        let early = [ask(&rig, [1; 16]), ask(&rig, [1; 16])];
        assert!(early.iter().all(|answer| answer.try_recv().is_err()));
        rig.book.end([1; 16], Event::Succeed, sequence(&[1, 2]));
        rig.book.end([1; 16], Event::Abort, sequence(&[3]));
        for answer in early.into_iter().chain([ask(&rig, [1; 16])]) {
            assert_eq!(answer.try_recv(), Ok((4, sequence(&[1, 2]))));
            assert!(answer.try_recv().is_err());
        }
        assert_eq!(ask(&rig, [2; 16]).try_recv(), Ok((0, sequence(&[]))));
    }

    #[test]
    fn every_change_is_published_in_order() {
        let rig = rig();
        rig.book.accept([1; 16]);
        rig.book.accept([0xff; 16]);
        rig.book.accept([2; 16]);
        rig.book.end([0xff; 16], Event::Cancel, sequence(&[]));
        let published: Vec<_> = rig.status.try_iter().collect();
        let expected: [&[i8]; 7] = [&[1], &[2], &[2, 1], &[2, 2], &[2, 2, 1], &[2, 2, 2], &[2, 5, 2]];
        assert_eq!(published, expected);
    }

    #[test]
    fn rejected_goals_are_forgotten() {
        let rig = rig();
        assert!(rig.book.arrive([1; 16]));
        rig.book.reject([1; 16]);
        assert!(rig.book.arrive([1; 16]));
        assert_eq!(ask(&rig, [1; 16]).try_recv(), Ok((0, sequence(&[]))));
    }

    #[test]
    fn old_results_are_forgotten_and_so_are_too_many() {
        let rig = rig();
        let id = |n: usize| {
            let mut id = [0xee; 16];
            id[..8].copy_from_slice(&n.to_le_bytes());
            id
        };
        for n in 0..=MAX_RESULTS {
            rig.book.accept(id(n));
            rig.book.end(id(n), Event::Succeed, sequence(&[n as i32]));
        }
        assert_eq!(ask(&rig, id(0)).try_recv(), Ok((0, sequence(&[]))));
        assert_eq!(ask(&rig, id(1)).try_recv(), Ok((4, sequence(&[1]))));
        assert_eq!(rig.status.try_iter().last().unwrap().len(), ENDED_IN_STATUS);

        let executing = id(MAX_RESULTS + 1);
        rig.book.accept(executing);
        let mut goals = rig.book.lock();
        goals.forget_old(Instant::now() + KEEP_RESULTS);
        assert_eq!(goals.accepted.len(), 1);
        assert!(goals.accepted.contains_key(&executing), "a goal in work is never forgotten");
    }

    #[test]
    fn a_cancel_tells_the_goal_and_the_client() {
        let rig = rig();
        let (stamp, cancel_requested) = rig.book.accept([1; 16]);
        assert!(!*cancel_requested.borrow());
        let response = rig.book.cancel(&CancelGoalRequest::default());
        assert_eq!(response.return_code, 0);
        assert_eq!(response.goals_canceling[0].goal_id.uuid, [1; 16]);
        assert_eq!(response.goals_canceling[0].stamp, stamp);
        assert!(*cancel_requested.borrow());
        rig.book.end([1; 16], Event::Succeed, sequence(&[]));
        let mut named = CancelGoalRequest::default();
        named.goal_info.goal_id.uuid = [1; 16];
        assert_eq!(rig.book.cancel(&named).return_code, cancel::GOAL_TERMINATED);
    }
}

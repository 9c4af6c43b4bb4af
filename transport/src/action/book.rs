//! What an action server knows about its goals, and tells of them: one change at a time, each with its status.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rosactor_messages::Action;
use rosactor_messages::action_msgs::{CancelGoalRequest, CancelGoalResponse, GoalStatusArray};
use rosactor_messages::action_wire::{FeedbackMessage, GetResultResponse};
use rosactor_messages::builtin_interfaces::Time;
use tokio::sync::watch;

use super::cancel::{self, Stamp};
use super::goals::{Answers, Goals, ResultReply};
use super::status::Event;
use super::{GoalId, GoalStatus};
use crate::clock;

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

/// Changes that no other change can come between.
struct Turn<'b, A: Action> {
    book: &'b Book<A>,
    _order: MutexGuard<'b, ()>,
}

impl<A: Action> Turn<'_, A> {
    /// Makes a change and publishes the status after it.
    fn change<T>(&self, change: impl FnOnce(&mut Goals<A>) -> T) -> T {
        let mut goals = self.book.lock();
        let outcome = change(&mut goals);
        let status = goals.status();
        drop(goals);
        (self.book.outlets.status)(status);
        outcome
    }

    fn status_of(&self, id: GoalId) -> GoalStatus {
        self.book.lock().status_of(id)
    }
}

impl<A: Action> Book<A> {
    pub(super) fn new(outlets: Outlets<A>) -> Arc<Self> {
        Arc::new(Self { goals: Mutex::new(Goals::new()), order: Mutex::new(()), outlets })
    }

    /// How long the result of an ended goal can be asked for.
    pub(super) fn set_keep_results(&self, keep: Duration) {
        self.lock().keep_results = keep;
    }

    /// The shortest time between two feedbacks of a goal.
    pub(super) fn set_feedback_period(&self, period: Duration) {
        self.lock().feedback_period = period;
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

    /// Accepts a goal that arrived. Returns when that was, and what tells about cancels. It waits for its turn then, and a
    /// cancel ends it; or it `begins` in the same turn, and nobody sees it wait.
    pub(super) fn accept(&self, id: GoalId, begins: bool) -> (Time, watch::Receiver<bool>) {
        let stamp = Time::from(clock::date());
        let turn = self.turn();
        let cancel_requested = turn.change(|goals| goals.accept(id, stamp.clone()));
        if begins {
            turn.change(|goals| goals.apply(id, Event::Execute));
        }
        (stamp, cancel_requested)
    }

    /// Begins a goal that waited; false if it was canceled meanwhile.
    pub(super) fn begin(&self, id: GoalId) -> bool {
        let turn = self.turn();
        let waits = turn.status_of(id) == GoalStatus::Accepted;
        if waits {
            turn.change(|goals| goals.apply(id, Event::Execute));
        }
        waits
    }

    /// Whether an accepted goal still waits for its turn.
    pub(super) fn waits(&self, id: GoalId) -> bool {
        self.lock().status_of(id) == GoalStatus::Accepted
    }

    /// Ends a goal, and answers everybody who waits for its result. Nothing happens to one that has ended.
    pub(super) fn end(&self, id: GoalId, event: Event, result: A::Result) {
        let turn = self.turn();
        let status = turn.status_of(id);
        if status == GoalStatus::Unknown || status.is_terminal() {
            return;
        }
        let rest = self.lock().accepted.get_mut(&id).and_then(|goal| goal.feedback.rest());
        self.publish_feedback(id, rest);
        if let Some(first) = status.on_the_way(event) {
            turn.change(|goals| goals.apply(id, first));
        }
        let answers = turn.change(|goals| goals.end(id, event, result, clock::now()));
        drop(turn);
        answers.into_iter().for_each(answer);
    }

    /// Publishes feedback, or holds it back until it may be.
    pub(super) fn feedback(&self, id: GoalId, feedback: A::Feedback) {
        let mut goals = self.lock();
        let period = goals.feedback_period;
        let now = clock::now();
        let due = match goals.accepted.get_mut(&id) {
            Some(goal) => goal.feedback.offer(feedback, now, period),
            None => None,
        };
        drop(goals);
        self.publish_feedback(id, due);
    }

    /// Publishes the feedback that was held back, if it is time.
    pub(super) fn flush_feedback(&self, id: GoalId) {
        let mut goals = self.lock();
        let period = goals.feedback_period;
        let due = goals.accepted.get_mut(&id).and_then(|goal| goal.feedback.due(clock::now(), period));
        drop(goals);
        self.publish_feedback(id, due);
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

    /// Asks goals to stop. Those that wait for their turn end with it, as nobody else would end them.
    pub(super) fn cancel(&self, request: &CancelGoalRequest) -> CancelGoalResponse {
        let stamp = &request.goal_info.stamp;
        let stamp: Stamp = (stamp.sec, stamp.nanosec);
        let id = request.goal_info.goal_id.uuid;
        let turn = self.turn();
        let goals = self.lock();
        let all = goals.in_order().map(|(id, goal)| (id, goal.ordered_stamp(), goal.status));
        let selected = cancel::select(all, id, stamp);
        let waiting: Vec<GoalId> =
            selected.iter().flatten().copied().filter(|id| goals.status_of(*id) == GoalStatus::Accepted).collect();
        drop(goals);
        let selected = match selected {
            Ok(selected) if selected.is_empty() => return CancelGoalResponse::default(),
            Ok(selected) => selected,
            Err(return_code) => return CancelGoalResponse { return_code, goals_canceling: Vec::new() },
        };
        let goals_canceling = turn.change(|goals| {
            selected.iter().for_each(|id| goals.apply(*id, Event::RequestCancel));
            selected.iter().filter_map(|id| goals.info(*id)).collect()
        });
        let mut answers = Vec::new();
        if !waiting.is_empty() {
            let end = |goals: &mut Goals<A>, id| goals.end(id, Event::Cancel, A::Result::default(), clock::now());
            turn.change(|goals| answers.extend(waiting.into_iter().filter_map(|id| end(goals, id))));
        }
        drop(turn);
        answers.into_iter().for_each(answer);
        CancelGoalResponse { return_code: cancel::NONE, goals_canceling }
    }

    /// Asks one executing goal to stop, on the server's own account.
    pub(super) fn request_cancel(&self, id: GoalId) {
        let turn = self.turn();
        if turn.status_of(id) == GoalStatus::Executing {
            turn.change(|goals| goals.apply(id, Event::RequestCancel));
        }
    }

    fn publish_feedback(&self, goal_id: GoalId, feedback: Option<A::Feedback>) {
        if let Some(feedback) = feedback {
            (self.outlets.feedback)(FeedbackMessage { goal_id, feedback });
        }
    }

    fn turn(&self) -> Turn<'_, A> {
        Turn { book: self, _order: self.order.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Goals<A>> {
        self.goals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer<A: Action>((waiting, response): Answers<A>) {
    waiting.into_iter().for_each(|reply| reply(response.clone()));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::sync::mpsc;
    use std::time::Instant;

    use rosactor_messages::example_interfaces::{Fibonacci, FibonacciResult};

    use super::super::goals::{ENDED_IN_STATUS, KEEP_RESULTS, MAX_RESULTS};
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
        rig.book.accept([1; 16], true);
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
        rig.book.accept([1; 16], true);
        rig.book.accept([0xff; 16], true);
        rig.book.accept([2; 16], true);
        rig.book.end([0xff; 16], Event::Cancel, sequence(&[]));
        let published: Vec<_> = rig.status.try_iter().collect();
        let expected: [&[i8]; 8] = [&[1], &[2], &[2, 1], &[2, 2], &[2, 2, 1], &[2, 2, 2], &[2, 3, 2], &[2, 5, 2]];
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
            rig.book.accept(id(n), true);
            rig.book.end(id(n), Event::Succeed, sequence(&[n as i32]));
        }
        assert_eq!(ask(&rig, id(0)).try_recv(), Ok((0, sequence(&[]))));
        assert_eq!(ask(&rig, id(1)).try_recv(), Ok((4, sequence(&[1]))));
        assert_eq!(rig.status.try_iter().last().unwrap().len(), ENDED_IN_STATUS);

        let executing = id(MAX_RESULTS + 1);
        rig.book.accept(executing, true);
        let mut goals = rig.book.lock();
        goals.forget_old(Instant::now() + KEEP_RESULTS);
        assert_eq!(goals.accepted.len(), 1);
        assert!(goals.accepted.contains_key(&executing), "a goal in work is never forgotten");
    }

    #[test]
    fn the_status_names_what_is_in_work_and_the_last_that_ended() {
        let rig = rig();
        let id = |n: u8| [n; 16];
        rig.book.accept(id(0), true);
        for n in 1..=ENDED_IN_STATUS as u8 + 50 {
            rig.book.accept(id(n), true);
            rig.book.end(id(n), Event::Succeed, sequence(&[]));
        }
        let named = |rig: &Rig| {
            let goals = rig.book.lock().status().status_list;
            goals.iter().map(|goal| (goal.goal_info.goal_id.uuid[0], goal.status)).collect::<Vec<_>>()
        };
        let ended = |from: u8| (from..=ENDED_IN_STATUS as u8 + 50).map(|n| (n, 4));
        assert_eq!(named(&rig), [(0, 2)].into_iter().chain(ended(51)).collect::<Vec<_>>());
        rig.book.end(id(0), Event::Abort, sequence(&[]));
        assert_eq!(named(&rig), [(0, 6)].into_iter().chain(ended(52)).collect::<Vec<_>>());
        rig.book.lock().forget_old(Instant::now() + KEEP_RESULTS);
        assert_eq!(named(&rig), []);
    }

    #[test]
    fn a_cancel_tells_the_goal_and_the_client() {
        let rig = rig();
        let (stamp, cancel_requested) = rig.book.accept([1; 16], true);
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

    #[test]
    fn results_are_kept_as_long_as_the_server_says() {
        let rig = rig();
        let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        paused.block_on(async {
            rig.book.set_keep_results(Duration::from_secs(5));
            rig.book.accept([1; 16], true);
            rig.book.end([1; 16], Event::Succeed, sequence(&[1]));
            tokio::time::advance(Duration::from_secs(4)).await;
            assert_eq!(ask(&rig, [1; 16]).try_recv(), Ok((4, sequence(&[1]))));
            tokio::time::advance(Duration::from_secs(1)).await;
            assert_eq!(ask(&rig, [1; 16]).try_recv(), Ok((0, sequence(&[]))));
        });
    }

    /// From each state on the way, by each end: what a listener sees of it is what ROS allows.
    #[test]
    fn every_end_is_reached_by_a_legal_way() {
        fn canceling(rig: &Rig) {
            rig.book.begin([1; 16]);
            // The second time there is nothing to change, and nothing is published.
            rig.book.request_cancel([1; 16]);
            rig.book.request_cancel([1; 16]);
        }
        let ways: [fn(&Rig); 3] = [|_| {}, |rig| assert!(rig.book.begin([1; 16])), canceling];
        let befores: [&[i8]; 3] = [&[1], &[1, 2], &[1, 2, 3]];
        let ends: [(Event, [&[i8]; 3]); 3] = [
            (Event::Succeed, [&[2, 4], &[4], &[4]]),
            (Event::Abort, [&[2, 6], &[6], &[6]]),
            (Event::Cancel, [&[3, 5], &[3, 5], &[5]]),
        ];
        for (event, rest) in ends {
            for ((bring, before), rest) in ways.into_iter().zip(befores).zip(rest) {
                let rig = rig();
                rig.book.accept([1; 16], false);
                bring(&rig);
                rig.book.end([1; 16], event, sequence(&[1]));
                rig.book.end([1; 16], Event::Abort, sequence(&[]));
                let seen: Vec<i8> = rig.status.try_iter().map(|goals| goals[0]).collect();
                assert_eq!(seen, [before, rest].concat(), "{event:?}");
            }
        }
    }

    #[test]
    fn a_cancel_ends_a_goal_that_waits_for_its_turn() {
        let rig = rig();
        rig.book.accept([1; 16], true);
        rig.book.accept([2; 16], false);
        let result = ask(&rig, [2; 16]);
        assert!(rig.book.waits([2; 16]) && !rig.book.waits([1; 16]));
        let response = rig.book.cancel(&CancelGoalRequest::default());
        assert_eq!(response.goals_canceling.len(), 2);
        assert_eq!(result.try_recv(), Ok((5, sequence(&[]))));
        assert!(!rig.book.begin([2; 16]), "its turn never comes");
        let published: Vec<_> = rig.status.try_iter().skip(2).collect();
        assert_eq!(published, [&[2, 1], &[3, 3], &[3, 5]]);
    }
}

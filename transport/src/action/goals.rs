//! The table of an action server's goals.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use rosactor_messages::Action;
use rosactor_messages::action_msgs::{GoalInfo, GoalStatusArray};
use rosactor_messages::action_wire::GetResultResponse;
use rosactor_messages::builtin_interfaces::Time;
use rosactor_messages::unique_identifier_msgs::UUID;
use tokio::sync::watch;

use super::cancel::Stamp;
use super::status::Event;
use super::status_list::StatusList;
use super::throttle::Throttle;
use super::{GoalId, GoalStatus};

/// How long the result of an ended goal can be asked for: ROS's default.
pub(super) const KEEP_RESULTS: Duration = Duration::from_secs(15 * 60);
/// How many results are kept at most, so that quick goals do not fill the memory.
pub(super) const MAX_RESULTS: usize = 1_000;
/// How many ended goals the status names: enough to see what happened, few enough to be published at every change.
pub(super) const ENDED_IN_STATUS: usize = 100;

/// Answers one question for a result.
pub(super) type ResultReply<A> = Box<dyn FnOnce(GetResultResponse<A>) + Send>;

/// Who waits for a result, and the result.
pub(super) type Answers<A> = (Vec<ResultReply<A>>, GetResultResponse<A>);

/// The goals of one action server, from their arrival until they are forgotten.
pub(super) struct Goals<A: Action> {
    /// Arrived, and neither accepted nor rejected yet.
    pub(super) pending: HashSet<GoalId>,
    pub(super) accepted: BTreeMap<GoalId, Goal<A>>,
    accepted_count: u64,
    /// The ended ones, the oldest first.
    ended: VecDeque<(Instant, GoalId)>,
    named: StatusList,
    pub(super) keep_results: Duration,
    /// The shortest time between two feedbacks of a goal.
    pub(super) feedback_period: Duration,
}

pub(super) struct Goal<A: Action> {
    number: u64,
    stamp: Time,
    pub(super) status: GoalStatus,
    cancel_requested: watch::Sender<bool>,
    pub(super) feedback: Throttle<A::Feedback>,
    result: A::Result,
    /// Those who asked for the result before there was one.
    pub(super) waiting: Vec<ResultReply<A>>,
}

impl<A: Action> Goals<A> {
    pub(super) fn new() -> Self {
        Self {
            pending: HashSet::new(),
            accepted: BTreeMap::new(),
            accepted_count: 0,
            ended: VecDeque::new(),
            named: StatusList::default(),
            keep_results: KEEP_RESULTS,
            feedback_period: Duration::ZERO,
        }
    }

    /// Accepts a goal; returns what tells about cancels.
    pub(super) fn accept(&mut self, id: GoalId, stamp: Time) -> watch::Receiver<bool> {
        let (cancel_requested, receiver) = watch::channel(false);
        self.pending.remove(&id);
        self.accepted_count += 1;
        let goal = Goal {
            number: self.accepted_count,
            stamp,
            status: GoalStatus::Accepted,
            cancel_requested,
            feedback: Throttle::new(),
            result: A::Result::default(),
            waiting: Vec::new(),
        };
        self.named.add(goal.number, goal.info(id), goal.status);
        self.accepted.insert(id, goal);
        receiver
    }

    /// Where a goal stands.
    pub(super) fn status_of(&self, id: GoalId) -> GoalStatus {
        self.accepted.get(&id).map_or(GoalStatus::Unknown, |goal| goal.status)
    }

    /// Changes a goal's state, if that can happen in the state it is in.
    pub(super) fn apply(&mut self, id: GoalId, event: Event) {
        if let Some(goal) = self.accepted.get_mut(&id)
            && let Some(status) = goal.status.after(event)
        {
            goal.status = status;
            self.named.set(goal.number, status);
            if event == Event::RequestCancel {
                goal.cancel_requested.send_replace(true);
            }
        }
    }

    /// Ends a goal, if the event does.
    pub(super) fn end(&mut self, id: GoalId, event: Event, result: A::Result, now: Instant) -> Option<Answers<A>> {
        let goal = self.accepted.get_mut(&id)?;
        goal.status = goal.status.after(event).filter(|status| status.is_terminal())?;
        goal.result = result;
        self.named.set(goal.number, goal.status);
        let answers = (std::mem::take(&mut goal.waiting), goal.response());
        self.ended.push_back((now, id));
        self.forget_old(now);
        let too_many = self.ended.iter().rev().nth(ENDED_IN_STATUS).and_then(|(_, id)| self.accepted.get(id));
        if let Some(goal) = too_many {
            self.named.leave_out(goal.number);
        }
        Some(answers)
    }

    pub(super) fn forget_old(&mut self, now: Instant) {
        while let Some((ended, id)) = self.ended.front() {
            if self.ended.len() <= MAX_RESULTS && now.saturating_duration_since(*ended) < self.keep_results {
                break;
            }
            if let Some(goal) = self.accepted.remove(id) {
                self.named.leave_out(goal.number);
            }
            self.ended.pop_front();
        }
    }

    pub(super) fn in_order(&self) -> impl Iterator<Item = (GoalId, &Goal<A>)> {
        let mut goals: Vec<_> = self.accepted.iter().map(|(id, goal)| (*id, goal)).collect();
        goals.sort_by_key(|(_, goal)| goal.number);
        goals.into_iter()
    }

    pub(super) fn info(&self, id: GoalId) -> Option<GoalInfo> {
        self.accepted.get(&id).map(|goal| goal.info(id))
    }

    pub(super) fn status(&self) -> GoalStatusArray {
        self.named.message()
    }
}

impl<A: Action> Goal<A> {
    pub(super) fn response(&self) -> GetResultResponse<A> {
        GetResultResponse { status: self.status.code(), result: self.result.clone() }
    }

    pub(super) fn ordered_stamp(&self) -> Stamp {
        (self.stamp.sec, self.stamp.nanosec)
    }

    fn info(&self, id: GoalId) -> GoalInfo {
        GoalInfo { goal_id: UUID { uuid: id }, stamp: self.stamp.clone() }
    }
}

//! What an action server's status says.

use rosactor_messages::action_msgs::{GoalInfo, GoalStatus as StatusMessage, GoalStatusArray};

use super::GoalStatus;

/// The goals that the status names, in the order in which they were accepted. It is published at every change of one of them, so it is
/// kept as it goes out.
#[derive(Default)]
pub(super) struct StatusList {
    /// The how-manieth accepted goal each of `status` is: they ascend.
    numbers: Vec<u64>,
    status: Vec<StatusMessage>,
}

impl StatusList {
    /// Adds a goal, the youngest one.
    pub(super) fn add(&mut self, number: u64, goal_info: GoalInfo, status: GoalStatus) {
        self.numbers.push(number);
        self.status.push(StatusMessage { goal_info, status: status.code() });
    }

    pub(super) fn set(&mut self, number: u64, status: GoalStatus) {
        if let Ok(place) = self.numbers.binary_search(&number) {
            self.status[place].status = status.code();
        }
    }

    /// Leaves a goal out, if it is in.
    pub(super) fn leave_out(&mut self, number: u64) {
        if let Ok(place) = self.numbers.binary_search(&number) {
            self.numbers.remove(place);
            self.status.remove(place);
        }
    }

    pub(super) fn message(&self) -> GoalStatusArray {
        GoalStatusArray { status_list: self.status.clone() }
    }
}

//! The states of a goal and the ways between them, as ROS defines them
//! (<https://design.ros2.org/articles/actions.html>).

use serde::{Deserialize, Serialize};

/// Where a goal stands. The numbers are those of `action_msgs/msg/GoalStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalStatus {
    /// Not known to the server: never accepted, or forgotten since.
    Unknown,
    /// Accepted, but not begun.
    Accepted,
    /// In work.
    Executing,
    /// Asked to stop, and still in work.
    Canceling,
    /// Ended: done.
    Succeeded,
    /// Ended: stopped because somebody asked for it.
    Canceled,
    /// Ended: given up by the server.
    Aborted,
}

/// What can happen to a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Execute,
    RequestCancel,
    Succeed,
    Cancel,
    Abort,
}

impl GoalStatus {
    /// The number on the wire.
    pub fn code(self) -> i8 {
        match self {
            Self::Unknown => 0,
            Self::Accepted => 1,
            Self::Executing => 2,
            Self::Canceling => 3,
            Self::Succeeded => 4,
            Self::Canceled => 5,
            Self::Aborted => 6,
        }
    }

    /// Whether the goal has ended.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Canceled | Self::Aborted)
    }

    /// The state after an event, or `None` if the event cannot happen in this state.
    pub(crate) fn after(self, event: Event) -> Option<Self> {
        match (self, event) {
            (Self::Accepted, Event::Execute) => Some(Self::Executing),
            (Self::Accepted | Self::Executing, Event::RequestCancel) => Some(Self::Canceling),
            (Self::Executing | Self::Canceling, Event::Succeed) => Some(Self::Succeeded),
            (Self::Executing | Self::Canceling, Event::Abort) => Some(Self::Aborted),
            (Self::Canceling, Event::Cancel) => Some(Self::Canceled),
            _ => None,
        }
    }

    /// What has to happen first, so that an event that ends the goal can: ROS knows no way from accepted to an end of the
    /// work, nor to canceled but through canceling.
    pub(crate) fn on_the_way(self, end: Event) -> Option<Event> {
        match (self, end) {
            (Self::Accepted, Event::Succeed | Event::Abort) => Some(Event::Execute),
            (Self::Accepted | Self::Executing, Event::Cancel) => Some(Event::RequestCancel),
            _ => None,
        }
    }
}

impl From<i8> for GoalStatus {
    /// A number that ROS does not define says no more than `Unknown`.
    fn from(code: i8) -> Self {
        let all = [Self::Accepted, Self::Executing, Self::Canceling, Self::Succeeded, Self::Canceled, Self::Aborted];
        all.into_iter().find(|status| status.code() == code).unwrap_or(Self::Unknown)
    }
}

impl From<GoalStatus> for i8 {
    fn from(status: GoalStatus) -> Self {
        status.code()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [GoalStatus; 7] = [
        GoalStatus::Unknown,
        GoalStatus::Accepted,
        GoalStatus::Executing,
        GoalStatus::Canceling,
        GoalStatus::Succeeded,
        GoalStatus::Canceled,
        GoalStatus::Aborted,
    ];

    #[test]
    fn the_ways_are_those_of_ros_and_no_others() {
        use Event::*;
        use GoalStatus::*;
        let legal = [
            (Accepted, Execute, Executing),
            (Accepted, RequestCancel, Canceling),
            (Executing, RequestCancel, Canceling),
            (Executing, Succeed, Succeeded),
            (Executing, Abort, Aborted),
            (Canceling, Succeed, Succeeded),
            (Canceling, Abort, Aborted),
            (Canceling, Cancel, Canceled),
        ];
        for from in ALL {
            for event in [Execute, RequestCancel, Succeed, Cancel, Abort] {
                let expected = legal.iter().find(|(a, b, _)| (*a, *b) == (from, event)).map(|(_, _, to)| *to);
                assert_eq!(from.after(event), expected, "{from:?} {event:?}");
            }
        }
    }

    #[test]
    fn nothing_happens_to_a_goal_that_has_ended() {
        for status in ALL.into_iter().filter(|status| status.is_terminal()) {
            for event in [Event::Execute, Event::RequestCancel, Event::Succeed, Event::Cancel, Event::Abort] {
                assert_eq!(status.after(event), None);
            }
        }
    }

    #[test]
    fn codes_are_those_of_ros() {
        for (code, status) in ALL.into_iter().enumerate() {
            assert_eq!(usize::try_from(status.code()), Ok(code));
            assert_eq!(GoalStatus::from(status.code()), status);
        }
        assert_eq!(GoalStatus::from(7), GoalStatus::Unknown);
        assert_eq!(GoalStatus::from(-1), GoalStatus::Unknown);
    }
}

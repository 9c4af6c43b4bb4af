//! Which goals a cancel request means, by the rules of `action_msgs/srv/CancelGoal`.

use super::{GoalId, GoalStatus};

// Code 1, rejected, is not among them: our servers take every request to cancel.
/// The request was taken.
pub(super) const NONE: i8 = 0;
/// There is no such goal.
pub(super) const UNKNOWN_GOAL_ID: i8 = 2;
/// The goal has ended already.
pub(super) const GOAL_TERMINATED: i8 = 3;

/// A time on the wire: seconds and nanoseconds, ordered. All zeros means no time in particular.
pub(super) type Stamp = (i32, u32);

/// The goals that a request for `id` and `stamp` means, or the code of the error that is the answer:
/// no id and no time: all; a time: those accepted at that time or before; an id: that goal, and those of the time.
pub(super) fn select(
    goals: impl Iterator<Item = (GoalId, Stamp, GoalStatus)>,
    id: GoalId,
    stamp: Stamp,
) -> Result<Vec<GoalId>, i8> {
    let any_id = id == [0; 16];
    let any_time = stamp == (0, 0);
    let mut selected = Vec::new();
    let mut named = None;
    for (goal, accepted, status) in goals {
        let is_named = !any_id && goal == id;
        if is_named {
            named = Some(status);
        }
        let is_timed = if any_time { any_id } else { accepted <= stamp };
        if (is_named || is_timed) && !status.is_terminal() {
            selected.push(goal);
        }
    }
    match named {
        // With a time the request means more goals than the named one, and is not wrong because of that one.
        _ if any_id || !any_time => Ok(selected),
        None => Err(UNKNOWN_GOAL_ID),
        Some(status) if status.is_terminal() => Err(GOAL_TERMINATED),
        Some(_) => Ok(selected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_ID: GoalId = [0; 16];
    const NO_TIME: Stamp = (0, 0);

    fn id(n: u8) -> GoalId {
        [n; 16]
    }

    fn selected(id: GoalId, stamp: Stamp) -> Result<Vec<u8>, i8> {
        use GoalStatus::*;
        let goals = [
            (self::id(1), (10, 0), Executing),
            (self::id(2), (10, 5), Succeeded),
            (self::id(3), (20, 0), Accepted),
            (self::id(4), (30, 0), Canceling),
        ];
        select(goals.into_iter(), id, stamp).map(|ids| ids.into_iter().map(|id| id[0]).collect())
    }

    #[test]
    fn a_request_means_what_ros_says() {
        let table = [
            (NO_ID, NO_TIME, Ok(vec![1, 3, 4])),
            (NO_ID, (20, 0), Ok(vec![1, 3])),
            (NO_ID, (19, 999), Ok(vec![1])),
            (NO_ID, (5, 0), Ok(vec![])),
            (id(3), NO_TIME, Ok(vec![3])),
            (id(4), NO_TIME, Ok(vec![4])),
            (id(4), (10, 0), Ok(vec![1, 4])),
            (id(2), NO_TIME, Err(GOAL_TERMINATED)),
            (id(9), NO_TIME, Err(UNKNOWN_GOAL_ID)),
            (id(9), (10, 0), Ok(vec![1])),
        ];
        for (id, stamp, expected) in table {
            assert_eq!(selected(id, stamp), expected, "{} {stamp:?}", id[0]);
        }
    }
}

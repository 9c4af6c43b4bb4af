//! What a mailbox of goals has that others do not: its policy, and the rate of feedback.

use std::time::Duration;

use rosactor_transport::mailbox::GoalPolicy;

use super::expect;
use super::fields::{Fields, Shape};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::tree::{Node, Value};
use rosactor_transport::duration::period_of;

const COUNTED: Shape = Shape { what: "`goals`", keys: &["queue", "parallel"], synonyms: &[], later: &[] };

/// More goals than this, executing or waiting, are no policy but a leak.
const MOST_GOALS: u32 = 10_000;

/// `reject_new`, `preempt`, `{queue: N}` or `{parallel: N}`.
pub(super) fn policy(node: &Node, diagnostics: &mut Diagnostics) -> Option<GoalPolicy> {
    if let Value::Map(entries) = &node.value {
        let fields = Fields::of(node, &COUNTED, diagnostics)?;
        if entries.len() != 1 {
            let message = "`goals` has one of `queue` and `parallel`";
            diagnostics.add(Diagnostic::at(node.location, message).hint("write for example `goals: {queue: 3}`"));
            return None;
        }
        let most = |key, diagnostics: &mut Diagnostics| {
            fields.whole(key, 1, MOST_GOALS, diagnostics).and_then(|most| usize::try_from(most).ok())
        };
        let queue = most("queue", diagnostics).map(GoalPolicy::Queue);
        return queue.or_else(|| most("parallel", diagnostics).map(GoalPolicy::Parallel));
    }
    if let Value::Text(text) = &node.value
        && matches!(text.text.as_str(), "queue" | "parallel")
    {
        let message = format!("`goals: {}` needs a number", text.text);
        let hint = format!("write for example `goals: {{{}: 3}}`", text.text);
        diagnostics.add(Diagnostic::at(node.location, message).hint(hint));
        return None;
    }
    let choices = [("reject_new", GoalPolicy::RejectNew), ("preempt", GoalPolicy::Preempt)];
    expect::choice(node, "`goals`", &choices, &[], diagnostics)
}

/// A rate in Hz as the time between two.
pub(super) fn feedback_period(node: &Node, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let period = rate(node);
    if period.is_none() {
        let hint = Some("write for example `feedback_rate: 10`, for ten in a second".to_owned());
        expect::refuse(node, "`feedback_rate`", "a number of feedbacks per second, more than 0", hint, diagnostics);
    }
    period
}

/// A rate in Hz as the time between two; `None` if it is none.
pub(super) fn rate(node: &Node) -> Option<Duration> {
    match node.value {
        Value::Integer(hz, _) => period_of(hz as f64),
        Value::Double(hz, _) => period_of(hz),
        _ => None,
    }
}

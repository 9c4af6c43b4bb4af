//! The section `supervision:`, of the file or of a group.

use std::time::Duration;

use super::expect;
use super::fields::{Fields, Shape};
use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::file::{Backoff, Strategy, Supervision};
use crate::deployment::tree::{Node, Value};
use rosactor_transport::duration::parse_duration;

pub(super) const SUPERVISION: Shape = Shape {
    what: "`supervision`",
    keys: &["strategy", "restarts", "within", "backoff"],
    synonyms: &[("max_restarts", "restarts"), ("intensity", "restarts"), ("period", "within"), ("delay", "backoff")],
    later: &[],
};

/// Reads the section; what it leaves out is as in `around`.
pub(super) fn read(node: &Node, around: Supervision, diagnostics: &mut Diagnostics) -> Supervision {
    let Some(fields) = Fields::of(node, &SUPERVISION, diagnostics) else { return around };
    let strategies = [
        ("one_for_one", Strategy::OneForOne),
        ("one_for_all", Strategy::OneForAll),
        ("rest_for_one", Strategy::RestForOne),
    ];
    Supervision {
        strategy: fields.choice("strategy", &strategies, &[], diagnostics).unwrap_or(around.strategy),
        restarts: fields.whole("restarts", 0, 1_000_000, diagnostics).unwrap_or(around.restarts),
        within: fields.duration("within", diagnostics).unwrap_or(around.within),
        backoff: fields.get("backoff").and_then(|node| backoff(node, diagnostics)).unwrap_or(around.backoff),
    }
}

/// A range `100ms..5s`, or one duration that is always waited.
fn backoff(node: &Node, diagnostics: &mut Diagnostics) -> Option<Backoff> {
    let range = match &node.value {
        Value::Text(text) => text.text.split_once(".."),
        _ => None,
    };
    let Some((min, max)) = range else {
        let wait = expect::duration(node, "`backoff`", diagnostics)?;
        return Some(Backoff { min: wait, max: wait });
    };
    let refused = match (parse_duration(min), parse_duration(max)) {
        (Ok(min), Ok(max)) if min > max => "the first is longer than the second".to_owned(),
        (Ok(Duration::ZERO), Ok(_)) => "a wait of nothing would keep a core busy".to_owned(),
        (Ok(min), Ok(max)) => return Some(Backoff { min, max }),
        (Err(error), _) | (_, Err(error)) => error.to_string(),
    };
    let message = format!("`backoff` must be a range of durations, found {}: {refused}", node.describe());
    diagnostics.add(Diagnostic::at(node.location, message).hint("write for example `100ms..5s`"));
    None
}

//! Single values of an expected kind. Each function reports what it does not accept, and then returns `None`.
//!
//! `what` is the subject of the message, as "`restarts`".

use std::time::Duration;

use crate::deployment::diagnostic::{Diagnostic, Diagnostics};
use crate::deployment::located::Located;
use crate::deployment::quote::{alternatives, quote};
use crate::deployment::suggest::suggest;
use crate::deployment::tree::{Node, Value};
use rosactor_transport::duration::parse_duration;

/// Reports that `node` is not what was expected; silent about what was reported before.
pub(super) fn refuse(node: &Node, what: &str, expected: &str, hint: Option<String>, diagnostics: &mut Diagnostics) {
    let message = match &node.value {
        Value::Reported => return,
        Value::Null => format!("{what} has no value: expected {expected}"),
        _ => format!("{what} must be {expected}, found {}", node.describe()),
    };
    diagnostics.add(Diagnostic { location: Some(node.location), message, hint });
}

pub(super) fn text(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> Option<Located<String>> {
    let hint = match &node.value {
        Value::Text(text) if !text.text.is_empty() => return Some(Located::new(text.text.clone(), node.location)),
        Value::Bool(_, raw) | Value::Integer(_, raw) | Value::Double(_, raw) => {
            Some(format!("for the text, write \"{raw}\" in quotes"))
        }
        _ => None,
    };
    refuse(node, what, "a text that is not empty", hint, diagnostics);
    None
}

/// A text, or a number or truth value as it is written: arguments of programs and environment variables are all texts.
pub(super) fn argument(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.text.clone()),
        Value::Bool(_, raw) | Value::Integer(_, raw) | Value::Double(_, raw) => Some(raw.clone()),
        _ => {
            refuse(node, what, "a text or a number", None, diagnostics);
            None
        }
    }
}

pub(super) fn list<'n>(node: &'n Node, what: &str, example: &str, diagnostics: &mut Diagnostics) -> Option<&'n [Node]> {
    if let Value::List(items) = &node.value {
        return Some(items);
    }
    refuse(node, what, "a list", Some(format!("write {example}")), diagnostics);
    None
}

/// A list of texts; those that are none are reported and left out.
pub(super) fn texts(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Located<String>>> {
    let example = match &node.value {
        Value::Text(text) => format!("`[{}]`", text.text.chars().take(60).collect::<String>()),
        _ => "`[first, second]`".to_owned(),
    };
    let items = list(node, what, &example, diagnostics)?;
    let what = format!("every item of {what}");
    Some(items.iter().filter_map(|item| text(item, &what, diagnostics)).collect())
}

/// A whole number from `low` to `high`.
pub(super) fn whole(node: &Node, what: &str, low: u32, high: u32, diagnostics: &mut Diagnostics) -> Option<u32> {
    if let Value::Integer(value, _) = node.value
        && let Ok(value) = u32::try_from(value)
        && (low..=high).contains(&value)
    {
        return Some(value);
    }
    refuse(node, what, &format!("a whole number from {low} to {high}"), None, diagnostics);
    None
}

pub(super) fn flag(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> Option<bool> {
    if let Value::Bool(value, _) = node.value {
        return Some(value);
    }
    refuse(node, what, "`true` or `false`", None, diagnostics);
    None
}

/// A duration longer than zero.
pub(super) fn duration(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let written = match &node.value {
        Value::Text(text) => &text.text,
        Value::Integer(_, raw) | Value::Double(_, raw) => raw,
        _ => {
            refuse(node, what, "a duration", Some("write for example `100ms`, `2s` or `5min`".to_owned()), diagnostics);
            return None;
        }
    };
    match parse_duration(written) {
        Ok(duration) if duration > Duration::ZERO => return Some(duration),
        Ok(_) => refuse(node, what, "longer than nothing", None, diagnostics),
        Err(error) => refuse(node, what, "a duration", Some(error.to_string()), diagnostics),
    }
    None
}

/// One of a few words. Those in `later` are designed, but this version cannot do them.
pub(super) fn choice<T: Copy>(
    node: &Node,
    what: &str,
    choices: &[(&str, T)],
    later: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let written = match &node.value {
        Value::Text(text) => text.text.as_str(),
        _ => "",
    };
    if let Some((_, value)) = choices.iter().find(|(word, _)| *word == written) {
        return Some(*value);
    }
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    if later.contains(&written) {
        let message = format!("{} for {what} is not yet supported", quote(written));
        diagnostics.add(Diagnostic::at(node.location, message).hint(format!("use {}", alternatives(&words))));
        return None;
    }
    let hint = suggest(written, &words).map(|near| format!("did you mean `{near}`?"));
    refuse(node, what, &alternatives(&words), hint, diagnostics);
    None
}

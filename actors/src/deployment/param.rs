//! Parameter values: the types of ROS parameters that can be written in a file.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::located::{Located, Location};
use super::quote::quote;
use super::tree::{Node, Text, Value};

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Double(f64),
    /// A text.
    String(String),
    /// Truth values, at least one.
    BoolArray(Vec<bool>),
    /// Whole numbers, at least one.
    IntegerArray(Vec<i64>),
    /// Numbers, at least one. Whole numbers among them were converted.
    DoubleArray(Vec<f64>),
    /// Texts, at least one.
    StringArray(Vec<String>),
    /// `[]`, which fits every array type.
    EmptyArray,
}

impl ParamValue {
    /// The name of the type, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a truth value",
            Self::Integer(_) => "a whole number",
            Self::Double(_) => "a number",
            Self::String(_) => "a text",
            Self::BoolArray(_) => "a list of truth values",
            Self::IntegerArray(_) => "a list of whole numbers",
            Self::DoubleArray(_) => "a list of numbers",
            Self::StringArray(_) => "a list of texts",
            Self::EmptyArray => "an empty list",
        }
    }
}

/// Words that YAML 1.1, and so a ROS 2 parameter file, takes for truth values, and YAML 1.2 for texts.
const AMBIGUOUS: [&str; 16] =
    ["y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"];

/// Without a bound, long names with many names below them would fill the memory.
const LONGEST_NAME: usize = 256;

/// Reads `params:` into flat names.
pub(super) fn read(params: &Node, diagnostics: &mut Diagnostics) -> BTreeMap<String, Located<ParamValue>> {
    let mut reader = Reader { found: BTreeMap::new(), diagnostics };
    match &params.value {
        Value::Map(entries) => reader.map("", entries),
        Value::Reported => {}
        _ => reader.diagnostics.add(
            Diagnostic::at(
                params.location,
                format!("`params` must be a map of parameter names to values, found {}", params.describe()),
            )
            .hint("write `params: {max_speed: 0.5}`"),
        ),
    }
    reader.found
}

struct Reader<'d> {
    found: BTreeMap<String, Located<ParamValue>>,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_> {
    // Recursion is as deep as the tree, whose depth is bounded.
    fn map(&mut self, prefix: &str, entries: &[(Located<String>, Node)]) {
        for (key, node) in entries {
            if key.split('.').any(|part| part.is_empty() || part.contains(char::is_whitespace)) {
                let message = format!("{} is not a parameter name", quote(key));
                self.diagnostics
                    .add(Diagnostic::at(key.location, message).hint("words joined by points, without spaces"));
                continue;
            }
            let name = format!("{prefix}{key}");
            if name.len() > LONGEST_NAME {
                let message = format!("the parameter name {} is longer than {LONGEST_NAME} bytes", quote(&name));
                self.diagnostics.error(key.location, message);
                continue;
            }
            match &node.value {
                Value::Map(inner) if !inner.is_empty() => self.map(&format!("{name}."), inner),
                Value::Reported => {}
                _ => self.value(name, key.location, node),
            }
        }
    }

    fn value(&mut self, name: String, key: Location, node: &Node) {
        let value = match value(&name, node) {
            Ok(value) => value,
            Err(diagnostic) => return self.diagnostics.add(diagnostic),
        };
        if let Some(first) = self.found.get(&name) {
            let message = format!("the parameter {} is set twice, first in line {}", quote(&name), first.location.line);
            return self
                .diagnostics
                .add(Diagnostic::at(key, message).hint("nested maps and names with points are the same"));
        }
        self.found.insert(name, Located::new(value, node.location));
    }
}

fn value(name: &str, node: &Node) -> Result<ParamValue, Diagnostic> {
    let name = quote(name);
    match &node.value {
        Value::Bool(value, _) => Ok(ParamValue::Bool(*value)),
        Value::Integer(value, _) => Ok(ParamValue::Integer(*value)),
        Value::Double(value, _) => Ok(ParamValue::Double(*value)),
        Value::Text(text) => unambiguous(text, node.location).map(ParamValue::String),
        Value::List(items) => array(&name, items),
        _ => {
            let message = format!("the parameter {name} needs a value, found {}", node.describe());
            Err(Diagnostic::at(node.location, message)
                .hint("a truth value, a number, a text or a list; `\"\"` is the empty text"))
        }
    }
}

fn unambiguous(text: &Text, location: Location) -> Result<String, Diagnostic> {
    if text.quoted || !AMBIGUOUS.contains(&text.text.as_str()) {
        return Ok(text.text.clone());
    }
    let word = &text.text;
    let truth = if word.to_lowercase().starts_with('y') || word.eq_ignore_ascii_case("on") { "true" } else { "false" };
    let message = format!("{} is a truth value to ROS and a text to YAML 1.2", quote(word));
    Err(Diagnostic::at(location, message).hint(format!("write `{truth}`, or `\"{word}\"` for the text")))
}

fn array(name: &str, items: &[Node]) -> Result<ParamValue, Diagnostic> {
    let Some(first) = items.first() else { return Ok(ParamValue::EmptyArray) };
    let is_number = |item: &Node| matches!(item.value, Value::Integer(..) | Value::Double(..));
    let refuse = |item: &Node, expected: &str| {
        let message = format!("the items of {name} must all be {expected}, found {}", item.describe());
        Diagnostic::at(item.location, message)
    };
    match &first.value {
        Value::Bool(..) => collect(items, |item| match item.value {
            Value::Bool(value, _) => Ok(value),
            _ => Err(refuse(item, "truth values as the first one")),
        })
        .map(ParamValue::BoolArray),
        Value::Text(_) => collect(items, |item| match &item.value {
            Value::Text(text) => unambiguous(text, item.location),
            _ => Err(refuse(item, "texts as the first one")),
        })
        .map(ParamValue::StringArray),
        _ if items.iter().all(|item| matches!(item.value, Value::Integer(..))) => {
            Ok(ParamValue::IntegerArray(items.iter().filter_map(integer).collect()))
        }
        _ if is_number(first) => collect(items, |item| match item.value {
            Value::Integer(value, _) => Ok(value as f64),
            Value::Double(value, _) => Ok(value),
            _ => Err(refuse(item, "numbers as the first one")),
        })
        .map(ParamValue::DoubleArray),
        _ => Err(refuse(first, "truth values, numbers or texts")),
    }
}

fn collect<T>(items: &[Node], read: impl FnMut(&Node) -> Result<T, Diagnostic>) -> Result<Vec<T>, Diagnostic> {
    items.iter().map(read).collect()
}

fn integer(item: &Node) -> Option<i64> {
    match item.value {
        Value::Integer(value, _) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::deployment::yaml;

    fn params(text: &str) -> Result<BTreeMap<String, ParamValue>, Diagnostics> {
        Diagnostics::collect(Path::new("p.yaml"), &Arc::from(text), |diagnostics| {
            let root = yaml::parse(text, diagnostics).unwrap();
            read(&root, diagnostics).into_iter().map(|(name, value)| (name, value.value)).collect()
        })
    }

    fn first_mistake(text: &str) -> (usize, usize, String) {
        let found = params(text).unwrap_err();
        let first = found.iter().next().unwrap();
        let location = first.location.unwrap();
        (location.line, location.column, first.message.clone())
    }

    #[test]
    fn every_type() {
        let text = "b: true\ni: -3\nd: 0.5\ns: front\nq: \"yes\"\nbs: [true, false]\nis: [1, 2]\nds: [1, 2.5]\nss: [a, b]\nnone: []\n";
        let expected = [
            ("b", ParamValue::Bool(true)),
            ("i", ParamValue::Integer(-3)),
            ("d", ParamValue::Double(0.5)),
            ("s", ParamValue::String("front".into())),
            ("q", ParamValue::String("yes".into())),
            ("bs", ParamValue::BoolArray(vec![true, false])),
            ("is", ParamValue::IntegerArray(vec![1, 2])),
            ("ds", ParamValue::DoubleArray(vec![1.0, 2.5])),
            ("ss", ParamValue::StringArray(vec!["a".into(), "b".into()])),
            ("none", ParamValue::EmptyArray),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value)).into();
        assert_eq!(params(text).unwrap(), expected);
    }

    #[test]
    fn nested_maps_become_names_with_points() {
        let found = params("a:\n  b: {c: 1, d: 2}\n  e.f: 3\n").unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a.b.c", "a.b.d", "a.e.f"]);
    }

    #[test]
    fn mistakes_are_shown_where_they_are() {
        for (text, line, column, part) in [
            ("a: {b: 1}\na.b: 2\n", 2, 1, "`a.b` is set twice, first in line 1"),
            ("a: yes\n", 1, 4, "`yes` is a truth value to ROS"),
            ("a: [x, off]\n", 1, 8, "`off` is a truth value to ROS"),
            ("a: [1, x]\n", 1, 8, "must all be numbers as the first one, found the text `x`"),
            ("a: [true, 1]\n", 1, 11, "must all be truth values"),
            ("a: [x, 1]\n", 1, 8, "must all be texts"),
            ("a: [[1]]\n", 1, 5, "found a list"),
            ("a: [{b: 1}]\n", 1, 6, "found a map"),
            ("a:\nb: 1\n", 1, 1, "`a` needs a value, found nothing"),
            ("a: {}\n", 1, 4, "needs a value, found a map"),
            ("a..b: 1\n", 1, 1, "`a..b` is not a parameter name"),
            ("a b: 1\n", 1, 1, "`a b` is not a parameter name"),
            ("[a]\n", 1, 1, "`params` must be a map"),
        ] {
            let (at_line, at_column, message) = first_mistake(text);
            assert_eq!((at_line, at_column), (line, column), "{text}: {message}");
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}

//! The file as a tree in which every key and every value knows its place.

use super::located::{Located, Location};
use super::quote::quote;

/// One value of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) location: Location,
}

/// The entries of a map, in file order, without duplicate keys.
pub(super) type Entries = Vec<(Located<String>, Node)>;

/// What a value can be. Numbers and truth values keep how they were written, because an argument of a program is text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool, String),
    Integer(i64, String),
    Double(f64, String),
    Text(Text),
    List(Vec<Node>),
    Map(Entries),
    /// Something that was already reported. Readers stay silent about it, so that one mistake makes one message.
    Reported,
}

/// A text, and whether it was written in quotes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) quoted: bool,
}

impl Node {
    /// Says what was found, for messages: "the text `fast`", "a list".
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Null | Value::Reported => "nothing".to_owned(),
            Value::Bool(_, raw) => format!("the truth value {}", quote(raw)),
            Value::Integer(_, raw) => format!("the whole number {}", quote(raw)),
            Value::Double(_, raw) => format!("the number {}", quote(raw)),
            Value::Text(text) => format!("the text {}", quote(&text.text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map of keys to values".to_owned(),
        }
    }
}

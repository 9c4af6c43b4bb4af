//! Messages as `ros2 topic echo` prints them: YAML in PyYAML's block style, the elements of a list not indented.

use std::fmt::{self, Formatter, Write};

use super::{Arity, Field, Kind, Message, Value, number::match_value, text};

impl Message {
    /// The message as text, with choices. Without any it is as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn yaml(&self) -> Yaml<'_> {
        Yaml { message: self, longest: None, no_arrays: false, no_strings: false }
    }
}

/// A message as text. The last line does not end in a newline.
#[derive(Clone, Copy, Debug)]
pub struct Yaml<'a> {
    message: &'a Message,
    longest: Option<usize>,
    no_arrays: bool,
    no_strings: bool,
}

impl Yaml<'_> {
    /// Cuts strings and lists that are longer, and puts three dots in the place of the rest, as `--truncate-length`.
    /// What was cut can no longer be read back.
    #[must_use]
    pub fn longest(self, longest: usize) -> Self {
        Self { longest: Some(longest), ..self }
    }

    /// Tells the length of arrays and sequences in the place of their elements, as `--no-arr`.
    #[must_use]
    pub fn no_arrays(self) -> Self {
        Self { no_arrays: true, ..self }
    }

    /// Tells the length of strings in their place, as `--no-str`.
    #[must_use]
    pub fn no_strings(self) -> Self {
        Self { no_strings: true, ..self }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.yaml(), formatter)
    }
}

impl fmt::Display for Yaml<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if self.message.fields.is_empty() {
            return formatter.write_str("{}");
        }
        self.fields(self.message, 0, formatter)
    }
}

impl Yaml<'_> {
    /// The fields of a message, each at `indent`. The cursor is at the place of the first.
    fn fields(&self, message: &Message, indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
        for (place, (field, value)) in message.values().enumerate() {
            if place > 0 {
                new_line(indent, out)?;
            }
            text::write(&field.name, indent, out)?;
            out.write_char(':')?;
            match value {
                Value::Message(nested) if !nested.fields.is_empty() => {
                    new_line(indent + 2, out)?;
                    self.fields(nested, indent + 2, out)?;
                }
                _ if field.is_list() => self.list(field, value, indent, out)?,
                _ => {
                    out.write_char(' ')?;
                    self.scalar(field, value, indent, out)?;
                }
            }
        }
        Ok(())
    }

    /// The elements of a list behind its name.
    fn list(&self, field: &Field, value: &Value, indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
        let length = value.len().unwrap_or_default();
        if self.no_arrays {
            out.write_char(' ')?;
            return text::write(&summary(field, length), indent, out);
        }
        if length == 0 {
            return out.write_str(" []");
        }
        let shown = self.longest.unwrap_or(length).min(length);
        match_value!(value, _number => Ok(()), numbers => {
            let shown = numbers.iter().take(shown);
            shown.copied().try_for_each(|number| {
                item(indent, out)?;
                self.scalar(field, &Value::from(number), indent, out)
            })
        }, {
            Value::Bools(values) => values.iter().take(shown).try_for_each(|value| {
                item(indent, out)?;
                self.scalar(field, &Value::Bool(*value), indent, out)
            }),
            Value::Strings(texts) => texts.iter().take(shown).try_for_each(|text| {
                item(indent, out)?;
                self.string(text, indent, out)
            }),
            Value::Messages(messages) => messages.iter().take(shown).try_for_each(|message| {
                item(indent, out)?;
                if message.fields.is_empty() {
                    return out.write_str("{}");
                }
                self.fields(message, indent + 2, out)
            }),
            _ => Ok(()),
        })?;
        if shown < length {
            item(indent, out)?;
            text::write("...", indent, out)?;
        }
        Ok(())
    }

    /// What stands in one line, unless it is a text of several.
    fn scalar(&self, field: &Field, value: &Value, indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
        match value {
            // A byte is to Python what a text of one character is.
            Value::U8(byte) if matches!(field.kind, Kind::Byte) => {
                let text = char::from(*byte).to_string();
                text::write(&self.cut(&text), indent, out)
            }
            Value::Bool(value) => write!(out, "{value}"),
            Value::F32(number) => text::write_float((*number).into(), out),
            Value::F64(number) => text::write_float(*number, out),
            Value::String(text) => self.string(text, indent, out),
            Value::Message(_) => out.write_str("{}"),
            other => write!(out, "{}", other.as_integer().unwrap_or_default()),
        }
    }

    fn string(&self, text: &str, indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
        if self.no_strings {
            return text::write(&format!("<string length: <{}>>", text.chars().count()), indent, out);
        }
        text::write(&self.cut(text), indent, out)
    }

    fn cut(&self, text: &str) -> String {
        match self.longest.and_then(|longest| text.char_indices().nth(longest)) {
            Some((end, _)) => format!("{}...", text.get(..end).unwrap_or(text)),
            None => text.to_owned(),
        }
    }
}

fn new_line(indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
    write!(out, "\n{:indent$}", "")
}

fn item(indent: usize, out: &mut Formatter<'_>) -> fmt::Result {
    new_line(indent, out)?;
    out.write_str("- ")
}

/// What stands for a list that is left out.
fn summary(field: &Field, length: usize) -> String {
    let kind = match &field.kind {
        // The names of OMG IDL, in which rosidl keeps definitions.
        Kind::Bool => "boolean".to_owned(),
        Kind::Byte => "octet".to_owned(),
        Kind::Float32 => "float".to_owned(),
        Kind::Float64 => "double".to_owned(),
        Kind::String { .. } => "string".to_owned(),
        Kind::WString { .. } => "wstring".to_owned(),
        other => other.to_string(),
    };
    match field.arity {
        Arity::Array(count) => format!("<array type: {kind}[{count}]>"),
        Arity::Bounded(bound) => format!("<sequence type: {kind}[{bound}], length: {length}>"),
        Arity::One | Arity::Sequence => format!("<sequence type: {kind}, length: {length}>"),
    }
}

//! Messages for any format of serde.

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{Message, Value, number::match_value};

impl Message {
    /// The message for formats that have no NaN or infinity, such as JSON: those become the strings `NaN`, `Infinity`
    /// and `-Infinity`, from which [`Type::deserialize`](super::Type::deserialize) builds them again. Without it,
    /// JSON's writers make `null` of all three.
    #[must_use]
    pub fn lossless(&self) -> Lossless<'_> {
        Lossless(self)
    }
}

/// See [`Message::lossless`].
#[derive(Clone, Copy, Debug)]
pub struct Lossless<'a>(&'a Message);

impl Serialize for Message {
    /// Writes what the Rust type of the message would, as a map of its fields.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        message(self, false, serializer)
    }
}

impl Serialize for Value {
    /// Bytes become a list of numbers for people, and bytes for machines.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Part { value: self, lossless: false }.serialize(serializer)
    }
}

impl Serialize for Lossless<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        message(self.0, true, serializer)
    }
}

fn message<S: Serializer>(message: &Message, lossless: bool, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(message.fields.len()))?;
    for (field, value) in message.values() {
        map.serialize_entry(&field.name, &Part { value, lossless })?;
    }
    map.end()
}

/// A value within a message.
struct Part<'a> {
    value: &'a Value,
    lossless: bool,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.lossless {
            match self.value {
                Value::F32(number) => return Float::from(*number).serialize(serializer),
                Value::F64(number) => return Float::from(*number).serialize(serializer),
                Value::F32s(numbers) => {
                    return serializer.collect_seq(numbers.iter().map(|number| Float::from(*number)));
                }
                Value::F64s(numbers) => {
                    return serializer.collect_seq(numbers.iter().map(|number| Float::from(*number)));
                }
                _ => {}
            }
        }
        match_value!(self.value, number => number.serialize(serializer), numbers => numbers.serialize(serializer), {
            Value::Bool(value) => value.serialize(serializer),
            Value::String(text) => text.serialize(serializer),
            Value::Message(nested) => message(nested, self.lossless, serializer),
            Value::Bools(values) => values.serialize(serializer),
            Value::Strings(texts) => texts.serialize(serializer),
            Value::Messages(messages) => {
                let mut list = serializer.serialize_seq(Some(messages.len()))?;
                for message in messages {
                    if self.lossless {
                        list.serialize_element(&Lossless(message))?;
                    } else {
                        list.serialize_element(message)?;
                    }
                }
                list.end()
            }
        })
    }
}

/// A float that is a string where it is no number.
enum Float {
    Single(f32),
    Double(f64),
    Word(&'static str),
}

impl Float {
    fn word(number: f64) -> Option<Self> {
        let infinite = if number > 0.0 { "Infinity" } else { "-Infinity" };
        (!number.is_finite()).then_some(Self::Word(if number.is_nan() { "NaN" } else { infinite }))
    }
}

impl From<f32> for Float {
    fn from(number: f32) -> Self {
        Self::word(number.into()).unwrap_or(Self::Single(number))
    }
}

impl From<f64> for Float {
    fn from(number: f64) -> Self {
        Self::word(number).unwrap_or(Self::Double(number))
    }
}

impl Serialize for Float {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Single(number) => number.serialize(serializer),
            Self::Double(number) => number.serialize(serializer),
            Self::Word(word) => word.serialize(serializer),
        }
    }
}

//! What a field holds.

use std::fmt::{self, Debug};

use super::{Message, number::match_value};
use crate::Octets;

/// A value of a field. Sequences and arrays of numbers are vectors of that number.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// A `bool`.
    Bool(bool),
    /// A `uint8`, `byte` or `char`.
    U8(u8),
    /// An `int8`.
    I8(i8),
    /// A `uint16`.
    U16(u16),
    /// An `int16`.
    I16(i16),
    /// A `uint32`.
    U32(u32),
    /// An `int32`.
    I32(i32),
    /// A `uint64`.
    U64(u64),
    /// An `int64`.
    I64(i64),
    /// A `float32`.
    F32(f32),
    /// A `float64`.
    F64(f64),
    /// A `string` or `wstring`.
    String(String),
    /// A message.
    Message(Message),
    /// Several `bool`.
    Bools(Vec<bool>),
    /// Several `uint8`, `byte` or `char`.
    U8s(Octets<u8>),
    /// Several `int8`.
    I8s(Octets<i8>),
    /// Several `uint16`.
    U16s(Vec<u16>),
    /// Several `int16`.
    I16s(Vec<i16>),
    /// Several `uint32`.
    U32s(Vec<u32>),
    /// Several `int32`.
    I32s(Vec<i32>),
    /// Several `uint64`.
    U64s(Vec<u64>),
    /// Several `int64`.
    I64s(Vec<i64>),
    /// Several `float32`.
    F32s(Vec<f32>),
    /// Several `float64`.
    F64s(Vec<f64>),
    /// Several `string` or `wstring`.
    Strings(Vec<String>),
    /// Several messages.
    Messages(Vec<Message>),
}

impl Value {
    /// The truth value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The integer, of whatever width.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Self::U8(number) => Some((*number).into()),
            Self::I8(number) => Some((*number).into()),
            Self::U16(number) => Some((*number).into()),
            Self::I16(number) => Some((*number).into()),
            Self::U32(number) => Some((*number).into()),
            Self::I32(number) => Some((*number).into()),
            Self::U64(number) => Some((*number).into()),
            Self::I64(number) => Some((*number).into()),
            _ => None,
        }
    }

    /// The integer, if 64 bits with a sign can hold it.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_integer()?.try_into().ok()
    }

    /// The integer, if it is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_integer()?.try_into().ok()
    }

    /// The number. An integer of more than 53 bits is rounded.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::F32(number) => Some((*number).into()),
            Self::F64(number) => Some(*number),
            other => other.as_integer().map(|integer| integer as f64),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The message.
    #[must_use]
    pub fn as_message(&self) -> Option<&Message> {
        if let Self::Message(message) = self { Some(message) } else { None }
    }

    /// The messages of a sequence.
    #[must_use]
    pub fn as_messages(&self) -> Option<&[Message]> {
        if let Self::Messages(messages) = self { Some(messages) } else { None }
    }

    /// How many elements a sequence or array has.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "what is no sequence has no length")]
    pub fn len(&self) -> Option<usize> {
        match_value!(self, _number => None, numbers => Some(numbers.len()), {
            Self::Bools(values) => Some(values.len()),
            Self::Strings(texts) => Some(texts.len()),
            Self::Messages(messages) => Some(messages.len()),
            Self::Bool(_) | Self::String(_) | Self::Message(_) => None,
        })
    }

    /// An element of a sequence or array. A message is copied for it; [`as_messages`](Self::as_messages) lends them.
    #[must_use]
    pub fn element(&self, index: usize) -> Option<Self> {
        match_value!(self, _number => None, numbers => numbers.get(index).copied().map(Self::from), {
            Self::Bools(values) => values.get(index).copied().map(Self::Bool),
            Self::Strings(texts) => texts.get(index).cloned().map(Self::String),
            Self::Messages(messages) => messages.get(index).cloned().map(Self::Message),
            Self::Bool(_) | Self::String(_) | Self::Message(_) => None,
        })
    }

    /// What kind of value it is, for people.
    pub(super) fn kind_name(&self) -> String {
        let name = match self {
            Self::Bool(_) => "a bool",
            Self::String(_) => "a string",
            Self::Message(message) => return format!("a message of type {}", message.ty().name()),
            Self::Bools(_) => "a list of bools",
            Self::Strings(_) => "a list of strings",
            Self::Messages(_) => "a list of messages",
            Self::F32(number) => return format!("the number {number:?}"),
            Self::F64(number) => return format!("the number {number:?}"),
            Self::U8s(_) => "a list of uint8",
            Self::I8s(_) => "a list of int8",
            Self::U16s(_) => "a list of uint16",
            Self::I16s(_) => "a list of int16",
            Self::U32s(_) => "a list of uint32",
            Self::I32s(_) => "a list of int32",
            Self::U64s(_) => "a list of uint64",
            Self::I64s(_) => "a list of int64",
            Self::F32s(_) => "a list of float32",
            Self::F64s(_) => "a list of float64",
            other => return format!("the number {}", other.as_integer().unwrap_or_default()),
        };
        name.to_owned()
    }
}

impl Debug for Value {
    /// The value alone, as what it is shows from its field.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match_value!(self, number => number.fmt(formatter), numbers => numbers.fmt(formatter), {
            Self::Bool(value) => value.fmt(formatter),
            Self::String(text) => text.fmt(formatter),
            Self::Message(message) => message.fmt(formatter),
            Self::Bools(values) => values.fmt(formatter),
            Self::Strings(texts) => texts.fmt(formatter),
            Self::Messages(messages) => messages.fmt(formatter),
        })
    }
}

macro_rules! from {
    ($($kind:ty => $variant:ident;)*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Bool;
    u8 => U8;
    i8 => I8;
    u16 => U16;
    i16 => I16;
    u32 => U32;
    i32 => I32;
    u64 => U64;
    i64 => I64;
    f32 => F32;
    f64 => F64;
    String => String;
    &str => String;
    Message => Message;
    Vec<bool> => Bools;
    Vec<u8> => U8s;
    Vec<i8> => I8s;
    Octets<u8> => U8s;
    Octets<i8> => I8s;
    Vec<u16> => U16s;
    Vec<i16> => I16s;
    Vec<u32> => U32s;
    Vec<i32> => I32s;
    Vec<u64> => U64s;
    Vec<i64> => I64s;
    Vec<f32> => F32s;
    Vec<f64> => F64s;
    Vec<String> => Strings;
    Vec<Message> => Messages;
}

//! What a field is.

use std::{fmt, sync::Arc};

use super::{Type, Value, defaults, number::Number, number::with_number};

/// The type of one element of a field.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `bool`
    Bool,
    /// `byte`, a number like `uint8`
    Byte,
    /// `int8`
    Int8,
    /// `uint8`, and `char`
    Uint8,
    /// `int16`
    Int16,
    /// `uint16`
    Uint16,
    /// `int32`
    Int32,
    /// `uint32`
    Uint32,
    /// `int64`
    Int64,
    /// `uint64`
    Uint64,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
    /// `string`
    String {
        /// How many bytes it may have.
        bound: Option<usize>,
    },
    /// `wstring`
    WString {
        /// How many UTF-16 units it may have.
        bound: Option<usize>,
    },
    /// Another message.
    Message(Arc<Type>),
}

/// How many elements a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// One, which is no sequence.
    One,
    /// Always so many.
    Array(usize),
    /// Up to so many.
    Bounded(usize),
    /// Any number.
    Sequence,
}

/// A field of a type.
#[derive(Clone, Debug)]
pub struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) arity: Arity,
    pub(super) default_text: String,
    /// What the text means; nothing if it is empty.
    pub(super) default: Option<Value>,
}

impl Kind {
    /// The number by which `type_description_interfaces/msg/FieldType` calls one of it.
    pub(super) fn id(&self) -> u8 {
        match self {
            Self::Message(_) => 1,
            Self::Int8 => 2,
            Self::Uint8 => 3,
            Self::Int16 => 4,
            Self::Uint16 => 5,
            Self::Int32 => 6,
            Self::Uint32 => 7,
            Self::Int64 => 8,
            Self::Uint64 => 9,
            Self::Float32 => 10,
            Self::Float64 => 11,
            Self::Bool => 15,
            Self::Byte => 16,
            Self::String { bound: None } => 17,
            Self::WString { bound: None } => 18,
            Self::String { bound: Some(_) } => 21,
            Self::WString { bound: Some(_) } => 22,
        }
    }

    /// The bound of a bounded string.
    pub(super) fn string_bound(&self) -> Option<usize> {
        match self {
            Self::String { bound } | Self::WString { bound } => *bound,
            _ => None,
        }
    }

    /// How much of a string's bound this text takes.
    pub(super) fn text_length(&self, text: &str) -> usize {
        if matches!(self, Self::WString { .. }) { text.encode_utf16().count() } else { text.len() }
    }

    /// Zero, false, an empty text, or the default of another message.
    pub(super) fn zero(&self) -> Value {
        with_number!(self, T => T::default().one(), match self {
            Self::Message(ty) => Value::Message(ty.default_message()),
            Self::String { .. } | Self::WString { .. } => Value::String(String::new()),
            _ => Value::Bool(false),
        })
    }

    /// So many of [`zero`](Self::zero).
    pub(super) fn zeros(&self, count: usize) -> Value {
        with_number!(self, T => T::many(vec![T::default(); count]), match self {
            Self::Message(ty) => Value::Messages((0..count).map(|_| ty.default_message()).collect()),
            Self::String { .. } | Self::WString { .. } => Value::Strings(vec![String::new(); count]),
            _ => Value::Bools(vec![false; count]),
        })
    }
}

impl PartialEq for Kind {
    /// Messages by name and hash.
    fn eq(&self, other: &Self) -> bool {
        let same_message = match (self, other) {
            (Self::Message(one), Self::Message(other)) => one.is(other),
            _ => true,
        };
        self.id() == other.id() && self.string_bound() == other.string_bound() && same_message
    }
}

impl Arity {
    /// What the number of a kind grows by.
    pub(super) fn id(self) -> u8 {
        match self {
            Self::One => 0,
            Self::Array(_) => 48,
            Self::Bounded(_) => 96,
            Self::Sequence => 144,
        }
    }

    /// The length or bound.
    pub(super) fn capacity(self) -> usize {
        match self {
            Self::Array(capacity) | Self::Bounded(capacity) => capacity,
            Self::One | Self::Sequence => 0,
        }
    }
}

impl Field {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of one element.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// How many elements it has.
    #[must_use]
    pub fn arity(&self) -> Arity {
        self.arity
    }

    /// The value that it has unless told otherwise.
    #[must_use]
    pub fn default_value(&self) -> Value {
        self.default.clone().unwrap_or_else(|| defaults::zero(&self.kind, self.arity))
    }

    /// The type as definitions write it.
    #[must_use]
    pub fn type_name(&self) -> String {
        format!("{}{}", self.kind, self.arity)
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.arity == other.arity
            && self.default_text == other.default_text
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Bool => "bool",
            Self::Byte => "byte",
            Self::Int8 => "int8",
            Self::Uint8 => "uint8",
            Self::Int16 => "int16",
            Self::Uint16 => "uint16",
            Self::Int32 => "int32",
            Self::Uint32 => "uint32",
            Self::Int64 => "int64",
            Self::Uint64 => "uint64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::String { .. } => "string",
            Self::WString { .. } => "wstring",
            Self::Message(ty) => ty.name(),
        };
        formatter.write_str(word)?;
        self.string_bound().map_or(Ok(()), |bound| write!(formatter, "<={bound}"))
    }
}

impl fmt::Display for Arity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One => Ok(()),
            Self::Array(count) => write!(formatter, "[{count}]"),
            Self::Bounded(bound) => write!(formatter, "[<={bound}]"),
            Self::Sequence => formatter.write_str("[]"),
        }
    }
}

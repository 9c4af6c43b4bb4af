//! What can be wrong with types, paths and values that are known at run time.

use thiserror::Error;

use super::near::hint;
use crate::{DecodeError, EncodeError};

/// Why a type could not be made or found. `name` is that of the type with the mistake.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TypeError {
    /// No type of this name.
    #[error("expected the name of a known type, found {name:?}{}; add its definition", hint(near))]
    Unknown {
        /// The name.
        name: String,
        /// Names that are much like it.
        near: Vec<String>,
    },
    /// A Rust type that is written by hand.
    #[error("the fields of {name} are not known, because its Rust type is written by hand; add its definition")]
    NotDescribed {
        /// The name.
        name: &'static str,
    },
    /// Mistakes in definitions, each with its place.
    #[error(transparent)]
    Definition(#[from] rosactor_codegen::Errors),
    /// Another type of the same name is there.
    #[error("expected {name} with the hash {known}, found it with {found}; there can be only one type of a name")]
    Conflict {
        /// The name.
        name: String,
        /// The hash of the type that is there.
        known: String,
        /// The hash of the type that was to be added.
        found: String,
    },
    /// A text of several definitions has no header behind a separator.
    #[error("expected `MSG: package/Name` in line {line} behind the separator, found {found}")]
    BadHeader {
        /// The line, counted from 1.
        line: usize,
        /// What is there.
        found: String,
    },
    /// A name that is not of the form of names.
    #[error("expected a name of the form package/msg/Name of letters, digits and underscores, found {name:?}")]
    BadName {
        /// The name.
        name: String,
    },
    /// A field's name that is not of the form of names.
    #[error("expected a field of {name} to be named by letters, digits and underscores, found {field:?}")]
    BadFieldName {
        /// The type.
        name: String,
        /// The name of the field.
        field: String,
    },
    /// Two different descriptions of one type.
    #[error("expected one description of {name}, found two different ones")]
    TwoTypes {
        /// The type.
        name: String,
    },
    /// Two fields of one name.
    #[error("expected the fields of {name} to have different names, found {field} twice")]
    TwoFields {
        /// The type.
        name: String,
        /// The name of the fields.
        field: String,
    },
    /// A description without fields: even a type without any has one that stands for it.
    #[error("expected {name} to have fields, found none; a type without fields is described by a dummy")]
    NoFields {
        /// The type.
        name: String,
    },
    /// A kind of field that ROS's definitions do not have.
    #[error("expected {name}.{field} to be of a type that definitions have, found the type number {id}")]
    UnknownKind {
        /// The type.
        name: String,
        /// The field.
        field: String,
        /// The number in the description.
        id: u8,
    },
    /// A message without a name, or the name of a message for what is none.
    #[error("expected {name}.{field} to name a type if and only if it is a message, found the name {nested:?}")]
    BadNested {
        /// The type.
        name: String,
        /// The field.
        field: String,
        /// The name.
        nested: String,
    },
    /// A message that is not described.
    #[error("expected a description of {nested}, the type of {name}.{field}, found none")]
    Dangling {
        /// The type.
        name: String,
        /// The field.
        field: String,
        /// The type that is missing.
        nested: String,
    },
    /// A type that contains itself.
    #[error("expected no type to contain itself, found {path}")]
    Cycle {
        /// The types in order, with arrows.
        path: String,
    },
    /// Too many levels of messages in each other.
    #[error("expected at most {most} messages within each other, found more in {name}")]
    TooDeep {
        /// The type at which counting ended.
        name: String,
        /// How many there may be.
        most: usize,
    },
    /// Too many types.
    #[error("expected {name} to be described by at most {most} types, found {found}")]
    TooMany {
        /// The type.
        name: String,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A length or bound that does not go with the kind of field.
    #[error("expected the capacity of {name}.{field} to be {expected}, found {capacity}")]
    BadCapacity {
        /// The type.
        name: String,
        /// The field.
        field: String,
        /// The length or bound.
        capacity: u64,
        /// What it must be.
        expected: &'static str,
    },
    /// A value takes too much memory, however small its contents.
    #[error("expected the fixed part of {name} to take at most {most} bytes of memory, found {memory}")]
    TooLarge {
        /// The type.
        name: String,
        /// How much it takes.
        memory: usize,
        /// How much it may take.
        most: usize,
    },
    /// Elements take far more memory than bytes.
    #[error(
        "expected an element of {name}.{field} to take at most {} times the memory of its bytes, \
         found {memory} for {bytes}",
        super::MOST_MEMORY
    )]
    TooSparse {
        /// The type.
        name: String,
        /// The field.
        field: String,
        /// How much memory an element takes at least.
        memory: usize,
        /// How many bytes it takes at least.
        bytes: usize,
    },
    /// A default that the field cannot have.
    #[error("expected the default of {name}.{field} to be a value for {expected}, found {found}")]
    BadDefault {
        /// The type.
        name: String,
        /// The field.
        field: String,
        /// The type of the field.
        expected: String,
        /// The text of the default.
        found: String,
    },
}

/// Why a path leads to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PathError {
    /// Not of the form of paths.
    #[error("expected a path such as pose.position.x or ranges[3], found {path:?}, which is wrong at character {at}")]
    Malformed {
        /// The path.
        path: String,
        /// Where, in bytes counted from 0.
        at: usize,
    },
    /// No field of this name.
    #[error("expected a field of {ty}, found {path:?}{}", hint(near))]
    NoField {
        /// The path up to the mistake.
        path: String,
        /// The type that has no such field.
        ty: String,
        /// Names that are much like it.
        near: Vec<String>,
    },
    /// No element of this index.
    #[error("expected an index below {length}, found {path:?}")]
    NoElement {
        /// The path up to the mistake.
        path: String,
        /// How many elements there are.
        length: usize,
    },
    /// A field of what is no message, or an element of what is no sequence.
    #[error("expected {expected} in front of the end of {path:?}, found {found}")]
    Misled {
        /// The path up to the mistake.
        path: String,
        /// What would be needed.
        expected: &'static str,
        /// What is there.
        found: String,
    },
}

/// Why a field could not be set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetError {
    /// The path leads to nothing.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The field cannot hold the value.
    #[error("{path}: expected {expected}, found {found}")]
    Misfit {
        /// The path.
        path: String,
        /// What it can hold.
        expected: String,
        /// What was given.
        found: String,
    },
}

/// Why a message could not be turned into one of a Rust type, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConvertError {
    /// The type has no description.
    #[error(transparent)]
    Type(#[from] TypeError),
    /// A message of another type.
    #[error("expected a message of type {expected}, found {found}")]
    OtherType {
        /// Name and hash of the Rust type.
        expected: String,
        /// Name and hash of the message's type.
        found: String,
    },
    /// The value breaks a bound of its definition.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The bytes are not what the types say.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

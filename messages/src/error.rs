//! Why a value could not be written, or bytes not be read.

use std::borrow::Cow;

use thiserror::Error;

/// Why a message could not be encoded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// A bounded string or sequence is too long.
    #[error(transparent)]
    OverBound(#[from] OverBound),
    /// A string or sequence is longer than the 32-bit length on the wire can say.
    #[error("a string or sequence of {count} elements cannot be sent: CDR counts with 32 bits; send it in parts")]
    TooLong {
        /// How many elements it has.
        count: usize,
    },
    /// Serde could not write a hand-written type.
    #[error("the value cannot be written as CDR ({reason}); CDR knows no options, maps or sequences of unknown length")]
    Serde {
        /// What serde said.
        reason: String,
    },
}

/// Why bytes could not be decoded. Offsets count from the beginning of the payload, its header included.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Shorter than the encapsulation header.
    #[error("expected a payload with a 4-byte CDR header, found {found} bytes")]
    NoHeader {
        /// Length of the payload.
        found: usize,
    },
    /// Another encoding than plain CDR.
    #[error(
        "expected a CDR header 00 00 (big-endian) or 00 01 (little-endian), found {0:02x} {1:02x}; the sender uses an encoding that is not supported",
        id[0],
        id[1]
    )]
    UnknownEncapsulation {
        /// The first two bytes of the payload.
        id: [u8; 2],
    },
    /// The payload ends within a value.
    #[error("expected {needed} more bytes at offset {at}, found {left}; the payload is cut off or of another type")]
    Truncated {
        /// Offset at which the value begins.
        at: usize,
        /// How many bytes the value takes.
        needed: usize,
        /// How many bytes are left.
        left: usize,
    },
    /// A sequence claims more elements than the rest of the payload can hold.
    #[error(
        "expected at most {left} bytes of elements after offset {at}, found a length of {count} elements; the payload is damaged or of another type"
    )]
    LengthTooLarge {
        /// Offset just behind the length.
        at: usize,
        /// How many elements it claims.
        count: usize,
        /// How many bytes are left.
        left: usize,
    },
    /// A truth value that is neither 0 nor 1.
    #[error("expected 0 or 1 as truth value at offset {at}, found {found}; the payload is damaged or of another type")]
    BadBool {
        /// Its offset.
        at: usize,
        /// The byte.
        found: u8,
    },
    /// A string that does not end in NUL.
    #[error(
        "expected a NUL at the end of the string at offset {at}, found {found:#04x}; the payload is damaged or of another type"
    )]
    MissingNul {
        /// Offset of the string's first byte.
        at: usize,
        /// The byte in the place of the NUL.
        found: u8,
    },
    /// A string that is not UTF-8.
    #[error("expected UTF-8 in the string at offset {at}, found an invalid byte {valid} bytes into it")]
    NotUtf8 {
        /// Offset of the string's first byte.
        at: usize,
        /// How many bytes of it are valid.
        valid: usize,
    },
    /// A wide string that is not UTF-16.
    #[error("expected UTF-16 in the wide string at offset {at}, found an invalid unit")]
    NotUtf16 {
        /// Offset of the string's first unit.
        at: usize,
    },
    /// A bounded string or sequence is too long.
    #[error(transparent)]
    OverBound(#[from] OverBound),
    /// A hand-written type that contains itself nests too deep.
    #[error("expected at most {depth} levels of sequences in each other, found one more at offset {at}")]
    TooDeep {
        /// Its offset.
        at: usize,
        /// How many levels are allowed.
        depth: usize,
    },
    /// More bytes than the value takes.
    #[error("expected the payload to end at offset {at}, found {left} more bytes; it is of another type")]
    TrailingBytes {
        /// Offset at which the value ends.
        at: usize,
        /// How many bytes follow.
        left: usize,
    },
    /// Serde could not read a hand-written type.
    #[error("the payload cannot be read as the expected type: {reason}")]
    Serde {
        /// What serde said.
        reason: String,
    },
}

/// A string or sequence is longer than its definition allows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected at most {bound} elements in {field}, found {found}; its definition sets this bound")]
pub struct OverBound {
    /// The field, as `package/msg/Type.field`.
    pub field: Cow<'static, str>,
    /// How many elements it has: bytes of a string, UTF-16 units of a wide string.
    pub found: usize,
    /// How many it may have.
    pub bound: usize,
}

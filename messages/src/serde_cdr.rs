//! CDR for any serde type, by the `cdr` crate: for hand-written messages, and as the yardstick for the fast path.
//!
//! Serde visits every element of a sequence, and knows neither ROS's wide strings nor the bounds of a definition. Types
//! written from definitions therefore have their own code in [`crate::cdr`].

use std::io::Cursor;

use ::cdr::{Bounded, CdrLe, Infinite};
use serde::{Serialize, de::DeserializeOwned};

use crate::{DecodeError, EncodeError};

/// Length of the encapsulation header.
const HEADER: usize = 4;

/// DDS pads a payload to a multiple of 4 bytes.
const MAX_PADDING: usize = 3;

/// Writes a value with its 4-byte header, in little-endian byte order.
///
/// # Errors
/// The type has something that CDR does not know, such as an option or a map.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let serialized = ::cdr::serialize::<_, _, CdrLe>(value, Infinite);
    let mut bytes = serialized.map_err(|error| EncodeError::Serde { reason: error.to_string() })?;
    if bytes.len() == HEADER {
        // A type without fields has one byte in ROS.
        bytes.push(0);
    }
    Ok(bytes)
}

/// Reads a value with its 4-byte header, in either byte order.
///
/// # Errors
/// The bytes are no such value, or more than 3 bytes follow it.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let Some((&[kind, order, ..], body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(DecodeError::NoHeader { found: bytes.len() });
    };
    if !matches!([kind, order], [0, 0 | 1]) {
        return Err(DecodeError::UnknownEncapsulation { id: [kind, order] });
    }
    let mut cursor = Cursor::new(bytes);
    let read = ::cdr::deserialize_from(&mut cursor, Bounded(bytes.len() as u64));
    let value = read.map_err(|error| DecodeError::Serde { reason: error.to_string() })?;
    let at = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
    match bytes.len().saturating_sub(at) {
        0..=MAX_PADDING => Ok(value),
        // The byte of a type without fields, which serde does not know of.
        left if at == HEADER && left == body.len() && left <= MAX_PADDING + 1 => Ok(value),
        left => Err(DecodeError::TrailingBytes { at, left }),
    }
}

//! CDR for any serde type: for hand-written messages, and as the yardstick for the fast path.
//!
//! Serde visits every element of a sequence, and knows neither ROS's wide strings nor the bounds of a definition, and a type
//! without fields has its byte only where it is the whole message. Types written from definitions therefore have their own
//! code in [`crate::cdr`].

mod reading;

use ::cdr::{CdrLe, Infinite};
use serde::{Serialize, de::DeserializeOwned};

use crate::{DecodeError, EncodeError, cdr::Reader};

/// Length of the encapsulation header.
const HEADER: usize = 4;

/// Writes a value with its 4-byte header, in little-endian byte order.
///
/// # Errors
/// The type has something that CDR does not know, such as an option or a map.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let serialized = ::cdr::serialize::<_, _, CdrLe>(value, Infinite);
    let mut bytes = serialized.map_err(|error| EncodeError::Serde { reason: error.to_string() })?;
    if bytes.len() == HEADER {
        bytes.push(0);
    }
    Ok(bytes)
}

/// Reads a value with its 4-byte header, in either byte order.
///
/// Not by the `cdr` crate: it sets memory aside for a string before it looks whether the string is there, so that four bytes
/// from a network could take four gigabytes.
///
/// # Errors
/// The bytes are no such value, or more than 3 bytes follow it.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes)?;
    let value = T::deserialize(&mut reader)?;
    if reader.offset() == HEADER {
        reader.dummy();
    }
    reader.finish()?;
    Ok(value)
}

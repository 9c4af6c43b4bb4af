//! The bytes of a value: CDR as ROS 2 uses it (OMG XCDR version 1, plain, alignment up to 8).
//!
//! Each number lies at a multiple of its size, counted from the end of the 4-byte header. Strings and sequences begin with a
//! 32-bit length; fixed arrays do not. A type without fields takes one byte.

pub mod bounds;
mod numbers;
mod pieces;
pub mod plain;
mod reader;
mod sequences;
pub mod wide;
mod writer;

pub use plain::Plain;
pub use reader::Reader;
pub use writer::{SHARED_FROM, Writer};

use crate::{DecodeError, EncodeError, Payload};

/// Length of the encapsulation header in front of each body.
const HEADER: usize = 4;

/// A part of a message: something that has a place within a CDR body.
///
/// The functions on slices exist because numbers are copied in bulk there; types written from definitions keep the
/// provided ones.
pub trait Cdr: Sized {
    /// The fewest bytes a value takes, without padding. Lets a length from the network be refused before memory is set aside.
    const MIN_SIZE: usize;

    /// Whether there are [`Octets`](crate::Octets) in it, which can be shared with a payload.
    const HAS_OCTETS: bool = false;

    /// Where a value ends that begins at `at`, both counted from the beginning of the body.
    fn end(&self, at: usize) -> usize;

    /// How many of its bytes are lent to a scattered payload, and not copied.
    #[inline]
    fn lent(&self) -> usize {
        0
    }

    /// Appends the value. What is wrong with it is kept by the writer until the end, so that no step has to look for errors.
    fn write(&self, writer: &mut Writer);

    /// Reads a value.
    ///
    /// # Errors
    /// The bytes at the reader's place are no such value.
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Where values end that follow each other from `at` on.
    fn end_slice(values: &[Self], at: usize) -> usize {
        values.iter().fold(at, |at, value| value.end(at))
    }

    /// Appends values, without a length.
    fn write_slice(values: &[Self], writer: &mut Writer) {
        values.iter().for_each(|value| value.write(writer));
    }

    /// Reads `count` values that follow each other.
    ///
    /// # Errors
    /// The payload is too short for them, or one of them cannot be read.
    fn read_vec(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Self>, DecodeError> {
        reader.expect_room(count, Self::MIN_SIZE)?;
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(Self::read(reader)?);
        }
        Ok(values)
    }

    /// Reads a fixed array.
    ///
    /// # Errors
    /// As [`read_vec`](Cdr::read_vec).
    fn read_array<const N: usize>(reader: &mut Reader<'_>) -> Result<[Self; N], DecodeError> {
        let at = reader.offset();
        let values = Self::read_vec(reader, N)?;
        values.try_into().map_err(|_| DecodeError::Truncated { at, needed: N, left: 0 })
    }
}

/// The smallest multiple of `size`, a power of two, that is not below `at`.
pub(crate) const fn align(at: usize, size: usize) -> usize {
    (at + size - 1) & !(size - 1)
}

/// Writes a value with its header. The size is computed first, so there is one allocation.
///
/// # Errors
/// A string or sequence is too long.
pub fn encode<T: Cdr>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::with_body_size(value.end(0));
    value.write(&mut writer);
    writer.into_bytes()
}

/// Writes a value with its header, lending long byte sequences.
///
/// # Errors
/// A string or sequence is too long.
pub fn encode_scattered<T: Cdr>(value: &T) -> Result<Payload, EncodeError> {
    if !T::HAS_OCTETS {
        return encode(value).map(Payload::from);
    }
    let mut writer = Writer::scattered(value.end(0) - value.lent());
    value.write(&mut writer);
    writer.into_payload()
}

/// Reads a value with its header.
///
/// # Errors
/// The bytes are no such value, or more than 3 bytes follow it: DDS pads payloads to a multiple of 4 with any bytes.
pub fn decode<T: Cdr>(bytes: &[u8]) -> Result<T, DecodeError> {
    read(Reader::new(bytes)?)
}

/// As [`decode`], but long byte sequences share the memory of the payload, which may lie in pieces.
///
/// # Errors
/// As [`decode`].
pub fn decode_scattered<T: Cdr>(payload: &Payload) -> Result<T, DecodeError> {
    pieces::read(payload, read)
}

fn read<T: Cdr>(mut reader: Reader<'_>) -> Result<T, DecodeError> {
    // Not `Ok(value)`: a large value is built where it is returned, and not moved there.
    let value = T::read(&mut reader);
    if value.is_ok() {
        reader.finish()?;
    }
    value
}

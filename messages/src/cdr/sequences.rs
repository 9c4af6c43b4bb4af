//! Strings, sequences and fixed arrays.

use super::{Cdr, Reader, Writer, align, writer::SHARED_FROM};
use crate::{DecodeError, Octets, octets::Octet};

/// Length of the number that says how long a string or sequence is.
pub(super) const LENGTH: usize = 4;

impl Cdr for String {
    const MIN_SIZE: usize = LENGTH;

    #[inline]
    fn end(&self, at: usize) -> usize {
        align(at, LENGTH) + LENGTH + self.len() + 1
    }

    #[inline]
    fn write(&self, writer: &mut Writer) {
        writer.length(self.len() + 1);
        writer.bytes(self.as_bytes());
        writer.number([0]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let length = reader.length()?;
        let at = reader.offset();
        let text = match reader.bytes(1, length)? {
            // The length counts the NUL, so 0 should not occur; real ROS reads it as an empty string, and so do we.
            [] => &[],
            [text @ .., 0] => text,
            [.., last] => return Err(DecodeError::MissingNul { at, found: *last }),
        };
        // The copy is checked, and not the payload: it is aligned, which makes the check quicker.
        String::from_utf8(text.to_vec())
            .map_err(|error| DecodeError::NotUtf8 { at, valid: error.utf8_error().valid_up_to() })
    }
}

impl<T: Cdr> Cdr for Vec<T> {
    const MIN_SIZE: usize = LENGTH;
    const HAS_OCTETS: bool = T::HAS_OCTETS;

    fn end(&self, at: usize) -> usize {
        T::end_slice(self, align(at, LENGTH) + LENGTH)
    }

    fn lent(&self) -> usize {
        if T::HAS_OCTETS { self.iter().map(Cdr::lent).sum() } else { 0 }
    }

    #[inline]
    fn write(&self, writer: &mut Writer) {
        writer.length(self.len());
        T::write_slice(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.length()?;
        T::read_vec(reader, count)
    }
}

impl<T: Cdr, const N: usize> Cdr for [T; N] {
    const MIN_SIZE: usize = T::MIN_SIZE * N;
    const HAS_OCTETS: bool = T::HAS_OCTETS;

    fn end(&self, at: usize) -> usize {
        T::end_slice(self, at)
    }

    fn lent(&self) -> usize {
        if T::HAS_OCTETS { self.iter().map(Cdr::lent).sum() } else { 0 }
    }

    #[inline]
    fn write(&self, writer: &mut Writer) {
        T::write_slice(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read_array(reader)
    }
}

impl<T: Octet> Cdr for Octets<T> {
    const MIN_SIZE: usize = LENGTH;
    const HAS_OCTETS: bool = true;

    #[inline]
    fn end(&self, at: usize) -> usize {
        align(at, LENGTH) + LENGTH + self.len()
    }

    #[inline]
    fn lent(&self) -> usize {
        if self.len() < SHARED_FROM { 0 } else { self.len() }
    }

    fn write(&self, writer: &mut Writer) {
        writer.length(self.len());
        writer.lend(self.as_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.length()?;
        reader.octets(count).map(Self::from)
    }
}

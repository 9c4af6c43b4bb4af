//! Appends to a CDR body.

use super::{HEADER, align};
use crate::EncodeError;

/// Plain CDR, little-endian, no options.
const HEADER_BYTES: [u8; HEADER] = [0x00, 0x01, 0x00, 0x00];

/// Appends values in little-endian byte order.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// A writer that has written the header, with room for a body of `size` bytes.
    #[must_use]
    pub fn with_body_size(size: usize) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + size);
        bytes.extend_from_slice(&HEADER_BYTES);
        Self { bytes }
    }

    /// Appends zeros until a number of `size` bytes may follow.
    #[inline]
    pub(crate) fn align(&mut self, size: usize) {
        let at = self.bytes.len() - HEADER;
        let end = align(at, size);
        // Most numbers need no padding, and this branch is cheaper than a fill of no bytes.
        if end != at {
            self.bytes.resize(HEADER + end, 0);
        }
    }

    /// Appends the bytes of one number, aligned.
    #[inline]
    pub(crate) fn number<const N: usize>(&mut self, number: [u8; N]) {
        self.align(N);
        self.bytes.extend_from_slice(&number);
    }

    /// Appends numbers that follow each other, without alignment. The loop compiles to a copy.
    #[inline]
    pub(crate) fn numbers<T: Copy, const N: usize>(&mut self, values: &[T], to_bytes: impl Fn(T) -> [u8; N]) {
        let start = self.bytes.len();
        self.bytes.resize(start + N * values.len(), 0);
        let (places, _) = self.bytes[start..].as_chunks_mut();
        for (place, value) in places.iter_mut().zip(values) {
            *place = to_bytes(*value);
        }
    }

    /// Appends bytes as they are.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends the length of a string or sequence.
    ///
    /// # Errors
    /// It does not fit into 32 bits.
    #[inline]
    pub fn length(&mut self, count: usize) -> Result<(), EncodeError> {
        let length = u32::try_from(count).map_err(|_| EncodeError::TooLong { count })?;
        self.number(length.to_le_bytes());
        Ok(())
    }

    /// Appends the byte that stands for a type without fields.
    pub fn dummy(&mut self) {
        self.bytes.push(0);
    }

    /// The header and everything written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

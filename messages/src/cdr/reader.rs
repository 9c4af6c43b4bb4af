//! Reads from a CDR body. Every byte comes from a network, so every step is checked.

use bytes::Bytes;

use super::{HEADER, align, pieces::Apart, writer::SHARED_FROM};
use crate::DecodeError;

/// DDS pads a payload to a multiple of 4 bytes.
const MAX_PADDING: usize = 3;

/// How deep hand-written types that contain themselves may nest. Types written from definitions cannot contain themselves.
const MAX_DEPTH: usize = 64;

/// Reads values in the byte order that the header tells.
#[derive(Debug)]
pub struct Reader<'a> {
    body: &'a [u8],
    at: usize,
    big_endian: bool,
    depth: usize,
    /// The memory of the payload, if long byte sequences may share it.
    shared: Option<&'a Bytes>,
    /// Long byte sequences that lie elsewhere, in their order.
    apart: &'a [Apart],
}

impl<'a> Reader<'a> {
    /// A reader behind the header of `bytes`.
    ///
    /// # Errors
    /// The header is missing, or tells of another encoding than plain CDR.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let Some((&[kind, order, _, _], body)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(DecodeError::NoHeader { found: bytes.len() });
        };
        let big_endian = match [kind, order] {
            [0, 0] => true,
            [0, 1] => false,
            id => return Err(DecodeError::UnknownEncapsulation { id }),
        };
        Ok(Self { body, at: 0, big_endian, depth: 0, shared: None, apart: &[] })
    }

    /// A reader from which long byte sequences share the memory of `payload`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn shared(payload: &'a Bytes) -> Result<Self, DecodeError> {
        Ok(Self { shared: Some(payload), ..Self::new(payload)? })
    }

    /// A reader of what is `near`, with long byte sequences in other memory.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(super) fn with_apart(near: &'a [u8], apart: &'a [Apart]) -> Result<Self, DecodeError> {
        Ok(Self { apart, ..Self::new(near)? })
    }

    /// Whether numbers have their most significant byte first.
    #[must_use]
    #[inline]
    pub fn big_endian(&self) -> bool {
        self.big_endian
    }

    /// Where the reader is, counted from the beginning of the payload.
    #[must_use]
    #[inline]
    pub fn offset(&self) -> usize {
        HEADER + self.at
    }

    /// How many bytes are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.body.len().saturating_sub(self.at)
    }

    /// The next `count` bytes, from the next multiple of `alignment` on.
    #[inline]
    pub(crate) fn bytes(&mut self, alignment: usize, count: usize) -> Result<&'a [u8], DecodeError> {
        let start = align(self.at, alignment);
        let end = start.saturating_add(count);
        let Some(bytes) = self.body.get(start..end) else {
            return Err(self.truncated(start, count));
        };
        self.at = end;
        Ok(bytes)
    }

    /// The bytes of one number, in little-endian order.
    #[inline]
    pub(crate) fn number<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.run::<N, N, _>(|bytes| *bytes)
    }

    /// Reads `SIZE` bytes that hold numbers of `UNIT` bytes each. `get` sees them in little-endian order.
    ///
    /// # Errors
    /// The payload ends first.
    #[inline]
    pub fn run<const UNIT: usize, const SIZE: usize, T>(
        &mut self,
        get: impl FnOnce(&[u8; SIZE]) -> T,
    ) -> Result<T, DecodeError> {
        let start = align(self.at, UNIT);
        let Some(bytes) = self.body.get(start..).and_then(|rest| rest.first_chunk()) else {
            return Err(self.truncated(start, SIZE));
        };
        self.at = start + SIZE;
        let swapped: [u8; SIZE];
        let bytes = if self.big_endian {
            swapped = swap::<UNIT, SIZE>(*bytes);
            &swapped
        } else {
            bytes
        };
        Ok(get(bytes))
    }

    /// The next `count` bytes as a value of their own: long ones share the payload's memory if they may.
    pub(crate) fn octets(&mut self, count: usize) -> Result<Bytes, DecodeError> {
        if let [next, others @ ..] = self.apart
            && next.is_at(self.offset(), count)
        {
            self.apart = others;
            self.at += next.gap();
            return Ok(next.piece());
        }
        let bytes = self.bytes(1, count)?;
        Ok(match self.shared {
            Some(payload) if count >= SHARED_FROM => payload.slice_ref(bytes),
            _ => Bytes::copy_from_slice(bytes),
        })
    }

    /// Kept out of the way of the code that reads, which is short without it.
    #[cold]
    fn truncated(&self, start: usize, needed: usize) -> DecodeError {
        DecodeError::Truncated { at: HEADER + start, needed, left: self.body.len().saturating_sub(start) }
    }

    /// The bytes of `count` numbers that follow each other, in the sender's order.
    #[inline]
    pub(crate) fn numbers<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]], DecodeError> {
        if count == 0 {
            // An empty sequence is not aligned for elements that it does not have.
            return Ok(&[]);
        }
        Ok(self.bytes(N, count.saturating_mul(N))?.as_chunks().0)
    }

    /// The length of a string or sequence.
    ///
    /// # Errors
    /// The payload ends first.
    #[inline]
    pub fn length(&mut self) -> Result<usize, DecodeError> {
        let number = self.number()?;
        let length = u32::from_le_bytes(number);
        // A length that does not fit cannot be met by any payload, so the largest number will do.
        Ok(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// Makes sure that `count` elements of at least `size` bytes may follow.
    ///
    /// # Errors
    /// They cannot.
    pub fn expect_room(&self, count: usize, size: usize) -> Result<(), DecodeError> {
        // An element without fields still takes its dummy byte, so a length alone never makes work.
        match count.checked_mul(size.max(1)) {
            Some(needed) if needed <= self.left() => Ok(()),
            _ => Err(DecodeError::LengthTooLarge { at: self.offset(), count, left: self.left() }),
        }
    }

    /// Runs `read` one level deeper, so that a payload cannot use up the stack.
    pub(crate) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if self.depth == MAX_DEPTH {
            return Err(DecodeError::TooDeep { at: self.offset(), depth: MAX_DEPTH });
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Skips the byte that stands for a type without fields. Some senders leave it out at the end of a payload.
    pub fn dummy(&mut self) {
        if self.left() > 0 {
            self.at += 1;
        }
    }

    /// Makes sure that nothing follows but padding.
    ///
    /// # Errors
    /// More than 3 bytes follow.
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.left() {
            0..=MAX_PADDING if self.apart.is_empty() => Ok(()),
            left => Err(DecodeError::TrailingBytes { at: self.offset(), left }),
        }
    }
}

/// Turns the byte order of numbers of `UNIT` bytes each.
#[cold]
fn swap<const UNIT: usize, const SIZE: usize>(mut bytes: [u8; SIZE]) -> [u8; SIZE] {
    bytes.chunks_exact_mut(UNIT).for_each(<[u8]>::reverse);
    bytes
}

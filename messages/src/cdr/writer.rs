//! Appends to a CDR body.

use bytes::Bytes;

use super::{HEADER, align};
use crate::{EncodeError, payload::Payload};

/// Plain CDR, little-endian, no options.
const HEADER_BYTES: [u8; HEADER] = [0x00, 0x01, 0x00, 0x00];

/// The largest number, and so more than the widest gap in front of one.
const MAX_UNIT: usize = 8;

/// Byte sequences from this length on share the memory of payloads. A shorter one is copied faster than it is counted.
pub const SHARED_FROM: usize = 1024;

/// Appends values in little-endian byte order.
#[derive(Debug)]
pub struct Writer {
    /// What has been written since the last piece.
    bytes: Vec<u8>,
    /// How many bytes the earlier pieces hold, the header among them.
    before: usize,
    /// Whether long byte sequences are lent and not copied.
    lends: bool,
    /// What few values need, apart, so that the writer of all others is small.
    rare: Option<Box<Rare>>,
}

#[derive(Debug, Default)]
struct Rare {
    /// The first thing that was wrong.
    error: Option<EncodeError>,
    /// Earlier pieces.
    pieces: Payload,
}

impl Writer {
    /// A writer that has written the header, with room for a body of `size` bytes.
    #[must_use]
    #[inline]
    pub fn with_body_size(size: usize) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + size);
        bytes.extend_from_slice(&HEADER_BYTES);
        Self { bytes, before: 0, lends: false, rare: None }
    }

    /// As [`with_body_size`](Self::with_body_size), but long byte sequences are lent and need no room.
    #[must_use]
    pub fn scattered(size: usize) -> Self {
        Self { lends: true, ..Self::with_body_size(size) }
    }

    /// Appends zeros until a number of `size` bytes may follow.
    #[inline]
    pub(crate) fn align(&mut self, size: usize) {
        let at = self.before + self.bytes.len() - HEADER;
        let gap = align(at, size) - at;
        if gap == 0 {
            return;
        }
        let end = self.bytes.len() + gap;
        if self.bytes.capacity() - self.bytes.len() >= MAX_UNIT {
            // One store of a fixed size: a fill of a few bytes is a call that takes longer than writing a string.
            self.bytes.extend_from_slice(&[0; MAX_UNIT]);
            self.bytes.truncate(end);
        } else {
            self.bytes.resize(end, 0);
        }
    }

    /// Appends the bytes of one number, aligned.
    #[inline]
    pub(crate) fn number<const N: usize>(&mut self, number: [u8; N]) {
        self.align(N);
        self.bytes.extend_from_slice(&number);
    }

    /// Appends `SIZE` bytes that hold numbers of `UNIT` bytes each, aligned.
    #[inline]
    pub fn run<const UNIT: usize, const SIZE: usize>(&mut self, put: impl FnOnce(&mut [u8; SIZE])) {
        self.align(UNIT);
        let mut run = [0; SIZE];
        put(&mut run);
        self.bytes.extend_from_slice(&run);
    }

    /// Makes a place for `size` bytes.
    #[inline]
    pub(crate) fn place(&mut self, size: usize) -> &mut [u8] {
        let start = self.bytes.len();
        self.bytes.resize(start + size, 0);
        self.bytes.get_mut(start..).unwrap_or_default()
    }

    /// Appends bytes as they are.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends the bytes of a sequence that may be lent.
    pub(crate) fn lend(&mut self, bytes: &Bytes) {
        if !self.lends || bytes.len() < SHARED_FROM {
            return self.bytes(bytes);
        }
        // What follows a lent sequence is mostly nothing, so it gets its memory when it comes.
        let written = std::mem::take(&mut self.bytes);
        self.before += written.len() + bytes.len();
        let pieces = &mut self.rare.get_or_insert_default().pieces;
        pieces.push(written.into());
        pieces.push(bytes.clone());
    }

    /// Appends the length of a string or sequence.
    #[inline]
    pub fn length(&mut self, count: usize) {
        match u32::try_from(count) {
            Ok(length) => self.number(length.to_le_bytes()),
            Err(_) => self.refuse(EncodeError::TooLong { count }),
        }
    }

    /// Notes that the value cannot be written. Only the first such note counts.
    #[cold]
    pub fn refuse(&mut self, error: impl Into<EncodeError>) {
        self.rare.get_or_insert_default().error.get_or_insert(error.into());
    }

    /// Appends the byte that stands for a type without fields.
    pub fn dummy(&mut self) {
        self.bytes.push(0);
    }

    /// The header and everything written, in one piece.
    ///
    /// # Errors
    /// What was [refused](Self::refuse).
    #[inline]
    pub fn into_bytes(self) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self { rare: None, bytes, .. } => Ok(bytes),
            rare => Ok(rare.into_payload()?.contiguous().into()),
        }
    }

    /// The header and everything written.
    ///
    /// # Errors
    /// What was [refused](Self::refuse).
    pub fn into_payload(self) -> Result<Payload, EncodeError> {
        let Rare { error, pieces: mut payload } = self.rare.map(|rare| *rare).unwrap_or_default();
        if let Some(error) = error {
            return Err(error);
        }
        if !self.bytes.is_empty() {
            payload.push(self.bytes.into());
        }
        Ok(payload)
    }
}

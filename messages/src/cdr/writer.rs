//! Appends to a CDR body.

use bytes::Bytes;

use super::{HEADER, align};
use crate::{EncodeError, payload::Payload};

/// Plain CDR, little-endian, no options.
const HEADER_BYTES: [u8; HEADER] = [0x00, 0x01, 0x00, 0x00];

/// Byte sequences from this length on share the memory of payloads. A shorter one is copied faster than it is counted.
pub const SHARED_FROM: usize = 1024;

/// Appends values in little-endian byte order.
#[derive(Debug)]
pub struct Writer {
    /// What has been written since the last piece.
    bytes: Vec<u8>,
    /// How many bytes the earlier pieces hold, the header among them.
    before: usize,
    /// The first thing that was wrong.
    error: Option<EncodeError>,
    /// Earlier pieces, if long byte sequences are lent and not copied.
    pieces: Option<Payload>,
}

impl Writer {
    /// A writer that has written the header, with room for a body of `size` bytes.
    #[must_use]
    pub fn with_body_size(size: usize) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + size);
        bytes.extend_from_slice(&HEADER_BYTES);
        Self { bytes, before: 0, error: None, pieces: None }
    }

    /// As [`with_body_size`](Self::with_body_size), but long byte sequences are lent and need no room.
    #[must_use]
    pub fn scattered(size: usize) -> Self {
        Self { pieces: Some(Payload::default()), ..Self::with_body_size(size) }
    }

    /// Appends zeros until a number of `size` bytes may follow.
    #[inline]
    pub(crate) fn align(&mut self, size: usize) {
        let at = self.before + self.bytes.len() - HEADER;
        let gap = align(at, size) - at;
        // Most numbers need no padding, and this branch is cheaper than a fill of no bytes.
        if gap != 0 {
            self.bytes.resize(self.bytes.len() + gap, 0);
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
        match &mut self.pieces {
            Some(pieces) if bytes.len() >= SHARED_FROM => {
                // What follows a lent sequence is mostly nothing, so it gets its memory when it comes.
                let written = std::mem::take(&mut self.bytes);
                self.before += written.len() + bytes.len();
                pieces.push(written.into());
                pieces.push(bytes.clone());
            }
            _ => self.bytes(bytes),
        }
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
        self.error.get_or_insert(error.into());
    }

    /// Appends the byte that stands for a type without fields.
    pub fn dummy(&mut self) {
        self.bytes.push(0);
    }

    /// The header and everything written, in one piece.
    ///
    /// # Errors
    /// What was [refused](Self::refuse).
    pub fn into_bytes(self) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self { error: Some(error), .. } => Err(error),
            Self { pieces: None, bytes, .. } => Ok(bytes),
            scattered => Ok(scattered.into_payload()?.into_contiguous().into()),
        }
    }

    /// The header and everything written.
    ///
    /// # Errors
    /// What was [refused](Self::refuse).
    pub fn into_payload(self) -> Result<Payload, EncodeError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut payload = self.pieces.unwrap_or_default();
        if !self.bytes.is_empty() {
            payload.push(self.bytes.into());
        }
        Ok(payload)
    }
}

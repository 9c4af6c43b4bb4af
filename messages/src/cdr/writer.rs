//! Appends to a CDR body.

use bytes::Bytes;

use super::{HEADER, align};
use crate::{EncodeError, payload::Payload};

/// Plain CDR, little-endian, no options.
const HEADER_BYTES: [u8; HEADER] = [0x00, 0x01, 0x00, 0x00];

/// Byte sequences from this length on are lent to a scattered payload. A shorter one is copied faster than it is counted.
pub(super) const LENT_FROM: usize = 1024;

/// Appends values in little-endian byte order.
#[derive(Debug)]
pub struct Writer {
    /// What has been written since the last piece.
    bytes: Vec<u8>,
    /// How many bytes the earlier pieces hold, the header among them.
    before: usize,
    /// Earlier pieces, if long byte sequences are lent and not copied.
    pieces: Option<Payload>,
}

impl Writer {
    /// A writer that has written the header, with room for a body of `size` bytes.
    #[must_use]
    pub fn with_body_size(size: usize) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + size);
        bytes.extend_from_slice(&HEADER_BYTES);
        Self { bytes, before: 0, pieces: None }
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
            Some(pieces) if bytes.len() >= LENT_FROM => {
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

    /// The header and everything written, in one piece.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match self.pieces {
            None => self.bytes,
            Some(_) => self.into_payload().into_contiguous().into(),
        }
    }

    /// The header and everything written.
    #[must_use]
    pub fn into_payload(self) -> Payload {
        let mut payload = self.pieces.unwrap_or_default();
        if !self.bytes.is_empty() {
            payload.push(self.bytes.into());
        }
        payload
    }
}

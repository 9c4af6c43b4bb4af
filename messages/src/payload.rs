//! An encoded message in one or several pieces of memory.

use bytes::Bytes;

/// The bytes of a message in order, possibly in several pieces, because long byte sequences are lent and not copied.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    first: Bytes,
    /// Seldom used, and then without memory of its own.
    rest: Vec<Bytes>,
}

impl Payload {
    /// Appends a piece.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if self.first.is_empty() { self.first = piece } else { self.rest.push(piece) }
    }

    /// The piece, if there is but one.
    pub(crate) fn only_piece(&self) -> Option<&Bytes> {
        self.rest.is_empty().then_some(&self.first)
    }

    /// How many bytes there are in all pieces.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces().map(Bytes::len).sum()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The pieces in order. There is always a first one.
    pub fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The first piece, and those that follow it, if any.
    #[must_use]
    pub fn into_pieces(self) -> (Bytes, Vec<Bytes>) {
        (self.first, self.rest)
    }

    /// Everything in one piece: copied, unless there is only one.
    #[must_use]
    pub fn contiguous(&self) -> Bytes {
        if self.rest.is_empty() {
            return self.first.clone();
        }
        let mut bytes = Vec::with_capacity(self.len());
        self.pieces().for_each(|piece| bytes.extend_from_slice(piece));
        bytes.into()
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self { first: bytes.into(), rest: Vec::new() }
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self { first: bytes, rest: Vec::new() }
    }
}

impl FromIterator<Bytes> for Payload {
    fn from_iter<I: IntoIterator<Item = Bytes>>(pieces: I) -> Self {
        let mut payload = Self::default();
        pieces.into_iter().for_each(|piece| payload.push(piece));
        payload
    }
}

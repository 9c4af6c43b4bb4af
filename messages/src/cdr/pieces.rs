//! Reads a payload that lies in pieces.

use bytes::Bytes;

use super::{Reader, writer::SHARED_FROM};
use crate::{DecodeError, Payload};

/// The widest alignment, and so what of a length matters to what follows.
const MAX_UNIT: usize = 8;

/// A long byte sequence that lies elsewhere than the rest of the payload.
#[derive(Debug)]
pub(super) struct Apart {
    /// Where it belongs, in what is near.
    at: usize,
    piece: Bytes,
}

impl Apart {
    pub(super) fn is_at(&self, at: usize, count: usize) -> bool {
        self.at == at && self.piece.len() == count
    }

    pub(super) fn piece(&self) -> Bytes {
        self.piece.clone()
    }

    /// So many bytes stand for it, so that what follows is aligned as in the whole.
    pub(super) fn gap(&self) -> usize {
        self.piece.len() % MAX_UNIT
    }
}

/// Calls `read` with a reader from which long byte sequences share the memory of their piece, or of the only piece.
pub(super) fn read<T>(
    payload: &Payload,
    read: impl Fn(Reader<'_>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    if let Some(whole) = payload.only_piece() {
        return read(Reader::shared(whole)?);
    }
    let (mut near, mut apart) = (Vec::new(), Vec::new());
    for piece in payload.pieces() {
        if near.is_empty() || piece.len() < SHARED_FROM {
            near.extend_from_slice(piece);
        } else {
            let long = Apart { at: near.len(), piece: piece.clone() };
            near.resize(near.len() + long.gap(), 0);
            apart.push(long);
        }
    }
    // The gaps are never taken for a part of the message: a value counts only if each sequence was found in its place. Otherwise the pieces
    // are others than those of the sequences, or the payload is wrong, which is told of the whole.
    Reader::with_apart(&near, &apart).and_then(&read).or_else(|_| read(Reader::shared(&payload.contiguous())?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Message, Octets, rcl_interfaces::ParameterValue, sensor_msgs::PointCloud2};

    /// With a byte behind the sequence.
    fn cloud(size: usize) -> PointCloud2 {
        let data: Octets = (0..size).map(|at| (at % 251) as u8).collect();
        PointCloud2 { width: 7, row_step: 9, data, is_dense: true, ..PointCloud2::default() }
    }

    /// The bytes in pieces that end at these places.
    fn cut(bytes: &Bytes, ends: &[usize]) -> Payload {
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let ends = ends.iter().copied().chain([bytes.len()]);
        begins.zip(ends).map(|(begin, end)| bytes.slice(begin..end)).collect()
    }

    #[test]
    fn what_was_scattered_is_read_without_a_copy() {
        for size in SHARED_FROM..SHARED_FROM + 9 {
            let sent = cloud(size);
            let payload = sent.encode_scattered().unwrap();
            assert_eq!(payload.pieces().count(), 3);
            let read = PointCloud2::decode_scattered(&payload).unwrap();
            assert_eq!(read, sent);
            assert_eq!(read.data.as_ptr(), sent.data.as_ptr(), "{size} bytes were copied");
        }
    }

    #[test]
    fn numbers_behind_a_sequence_are_found_however_long_it_is() {
        for size in SHARED_FROM..SHARED_FROM + 9 {
            let byte_array_value: Octets = vec![7; size].into();
            let sent = ParameterValue { byte_array_value, integer_array_value: vec![1, -2], ..Default::default() };
            let read = ParameterValue::decode_scattered(&sent.encode_scattered().unwrap()).unwrap();
            assert_eq!(read, sent);
            let place = |value: &ParameterValue| value.byte_array_value.as_ptr();
            assert_eq!(place(&read), place(&sent), "{size} bytes were copied");
        }
    }

    #[test]
    fn pieces_of_any_kind_are_read_as_the_whole_is() {
        let sent = cloud(3000);
        let bytes = Bytes::from(sent.encode().unwrap());
        for first in (1..bytes.len()).step_by(37) {
            for second in [first + 1, first + SHARED_FROM, first + 2000] {
                let ends = if second < bytes.len() { vec![first, second] } else { vec![first] };
                assert_eq!(PointCloud2::decode_scattered(&cut(&bytes, &ends)), Ok(sent.clone()), "cut at {ends:?}");
            }
        }
    }

    #[test]
    fn a_wrong_payload_in_pieces_is_refused_as_the_whole_is() {
        let sent = cloud(3000);
        let right = Bytes::from(sent.encode().unwrap());
        let at = right.len() - 3001;
        for length in [0_u32, 2999, 3001, 3005, u32::MAX] {
            let mut wrong = right.to_vec();
            wrong[at - 4..at].copy_from_slice(&length.to_le_bytes());
            let wrong = Bytes::from(wrong);
            let refused = PointCloud2::decode_scattered(&cut(&wrong, &[at, at + 3000]));
            assert_eq!(refused, PointCloud2::decode(&wrong), "a length of {length}");
        }
    }
}

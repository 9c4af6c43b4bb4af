//! Messages to and from Zenoh's bytes, without copies where there can be none.

use std::borrow::Cow;
use std::mem;

use bytes::Bytes;
use rosactor_messages::{DecodeError, Message, Payload, cdr::SHARED_FROM};
use zenoh::bytes::ZBytes;
use zenoh::internal::buffers::ZBuf;
use zenoh::shm::ShmBuf;

use super::lent;
use super::pool::Pool;

/// Received bytes are not the message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// They are no such message.
    #[error(transparent)]
    Message(#[from] DecodeError),
    /// Zenoh's watchdog took the shared memory back while it was read, as this process had shown no sign of life for 100 ms.
    #[error(
        "its shared memory was taken back before it was read, as this process got no processor time; see `shared_memory` in the file"
    )]
    TakenBack,
}

/// The bytes of a received message.
#[derive(Clone, Copy)]
pub(crate) struct Received<'a>(Memory<'a>);

#[derive(Clone, Copy)]
enum Memory<'a> {
    OfZenoh(Option<&'a ZBytes>),
    Plain(&'a Bytes),
}

impl<'a> Received<'a> {
    /// Nothing is the same as no bytes.
    pub(super) fn new(bytes: impl Into<Option<&'a ZBytes>>) -> Self {
        Self(Memory::OfZenoh(bytes.into()))
    }

    pub(super) fn plain(bytes: &'a Bytes) -> Self {
        Self(Memory::Plain(bytes))
    }

    /// The bytes as they are, copied if they lie in pieces.
    pub(crate) fn to_bytes(self) -> Cow<'a, [u8]> {
        match self.0 {
            Memory::OfZenoh(bytes) => bytes.map(ZBytes::to_bytes).unwrap_or_default(),
            Memory::Plain(bytes) => Cow::Borrowed(bytes),
        }
    }

    /// Reads the message. Its long byte sequences share Zenoh's memory, unless others share that too.
    pub(crate) fn decode<M: Message>(self) -> Result<M, ReadError> {
        let bytes = match self.0 {
            Memory::OfZenoh(bytes) => bytes,
            Memory::Plain(bytes) => return Ok(M::decode_shared(bytes)?),
        };
        let Some(bytes) = bytes else { return Ok(M::decode(&[])?) };
        let message = match M::HAS_OCTETS && bytes.len() >= SHARED_FROM {
            true => M::decode_scattered(&pieces(bytes)),
            false => M::decode(&bytes.to_bytes()),
        };
        // Whatever was read meanwhile is worth nothing then.
        match bytes.as_shm() {
            Some(memory) if !memory.is_valid() => Err(ReadError::TakenBack),
            _ => Ok(message?),
        }
    }
}

/// The memory of received bytes, to be kept by the message.
///
/// Shared memory stands for itself where it is a part of the payload, for that is how a [pool](super::pool) sends it, which takes nothing back.
/// A payload that is all in shared memory comes from others, and is copied: a message may lie in a mailbox for long, and their Zenoh takes
/// memory back from a receiver that shows no sign of life for 100 ms, which on a busy machine is soon. What came over a socket in fragments
/// is put together by a copy, too.
fn pieces(bytes: &ZBytes) -> Payload {
    let pieces: Vec<ZBytes> =
        ZBuf::from(bytes.clone()).zslices().map(|slice| ZBuf::from(slice.clone()).into()).collect();
    match &*pieces {
        [_] if bytes.as_shm().is_none() => return Bytes::from_owner(OnePiece(bytes.clone())).into(),
        [_, _, ..] if pieces.iter().any(|piece| piece.as_shm().is_some()) => {}
        _ => return Bytes::from(bytes.to_bytes().into_owned()).into(),
    }
    let (mut payload, mut near) = (Vec::new(), Vec::new());
    for piece in pieces {
        if piece.as_shm().is_none() {
            near.extend_from_slice(&piece.to_bytes());
        } else {
            payload.push(mem::take(&mut near).into());
            payload.push(lent::share(piece));
        }
    }
    payload.push(near.into());
    payload.into_iter().filter(|piece: &Bytes| !piece.is_empty()).collect()
}

/// Bytes that lie in one piece.
struct OnePiece(ZBytes);

impl AsRef<[u8]> for OnePiece {
    fn as_ref(&self) -> &[u8] {
        self.0.slices().next().unwrap_or_default()
    }
}

/// The bytes of a message that is to be sent, the long ones in memory of the pool.
pub(super) fn to_zenoh(payload: Payload, pool: &Pool) -> ZBytes {
    let piece = |piece: Bytes| pool.shared(&piece).unwrap_or_else(|| piece.into());
    let (first, rest) = payload.into_pieces();
    if rest.is_empty() {
        return piece(first);
    }
    let mut writer = ZBytes::writer();
    std::iter::once(first).chain(rest).for_each(|bytes| writer.append(piece(bytes)));
    writer.finish()
}

#[cfg(test)]
mod tests {
    use rosactor_messages::{Octets, sensor_msgs::Image};

    use super::*;

    fn image(size: usize) -> Image {
        let data: Octets = (0..size).map(|at| (at % 251) as u8).collect();
        Image { encoding: "mono8".to_owned(), data, ..Image::default() }
    }

    #[test]
    fn a_long_byte_sequence_is_lent_to_zenoh_and_shared_again() {
        let sent = image(100_000);
        let bytes = to_zenoh(sent.encode_scattered().unwrap(), &Pool::default());
        assert!(bytes.slices().any(|piece| piece.as_ptr() == sent.data.as_ptr()), "the pixels were copied");
        // As one piece, which is how a payload comes from shared memory or in one message of a link.
        let whole = ZBytes::from(bytes.to_bytes().into_owned());
        let read: Image = Received::new(&whole).decode().unwrap();
        assert_eq!(read, sent);
        assert!(whole.to_bytes().as_ptr_range().contains(&read.data.as_ptr()), "the pixels were copied");
    }

    #[test]
    fn a_payload_in_pieces_is_read_as_well() {
        let sent = image(5000);
        let bytes = to_zenoh(sent.encode_scattered().unwrap(), &Pool::default());
        assert!(bytes.slices().count() > 1);
        assert_eq!(Received::new(&bytes).decode::<Image>().unwrap(), sent);
    }

    #[test]
    fn nothing_is_no_message() {
        assert_eq!(Received::new(None).decode::<Image>(), Err(DecodeError::NoHeader { found: 0 }.into()));
    }
}

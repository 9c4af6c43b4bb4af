//! Messages to and from Zenoh's bytes, without copies where there can be none.

use std::borrow::Cow;

use bytes::Bytes;
use rosactor_messages::{DecodeError, Message, Payload, cdr::SHARED_FROM};
use zenoh::bytes::ZBytes;

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

    /// Reads the message. Its long byte sequences share Zenoh's memory.
    pub(crate) fn decode<M: Message>(self) -> Result<M, DecodeError> {
        let bytes = match self.0 {
            Memory::OfZenoh(bytes) => bytes,
            Memory::Plain(bytes) => return M::decode_shared(bytes),
        };
        match bytes {
            Some(bytes) if M::HAS_OCTETS && bytes.len() >= SHARED_FROM => M::decode_shared(&shared(bytes)),
            Some(bytes) => M::decode(&bytes.to_bytes()),
            None => M::decode(&[]),
        }
    }
}

/// The memory of received bytes. A payload that came in fragments lies in pieces, and is put together by one copy.
fn shared(bytes: &ZBytes) -> Bytes {
    match bytes.slices().count() {
        1 => Bytes::from_owner(OnePiece(bytes.clone())),
        _ => bytes.to_bytes().into_owned().into(),
    }
}

/// Bytes that lie in one piece.
struct OnePiece(ZBytes);

impl AsRef<[u8]> for OnePiece {
    fn as_ref(&self) -> &[u8] {
        self.0.slices().next().unwrap_or_default()
    }
}

/// The bytes of a message that is to be sent.
pub(super) fn to_zenoh(payload: Payload) -> ZBytes {
    let (first, rest) = payload.into_pieces();
    if rest.is_empty() {
        return first.into();
    }
    let mut writer = ZBytes::writer();
    std::iter::once(first).chain(rest).for_each(|piece| writer.append(piece.into()));
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
        let bytes = to_zenoh(sent.encode_scattered().unwrap());
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
        let bytes = to_zenoh(sent.encode_scattered().unwrap());
        assert!(bytes.slices().count() > 1);
        assert_eq!(Received::new(&bytes).decode::<Image>().unwrap(), sent);
    }

    #[test]
    fn nothing_is_no_message() {
        assert_eq!(Received::new(None).decode::<Image>(), Err(DecodeError::NoHeader { found: 0 }));
    }
}

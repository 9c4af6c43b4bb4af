//! rosactor-messages with byte sequences that are shared and never copied, from a message to the pieces that Zenoh sends and
//! back from a received payload.

use bytes::Bytes;
use rosactor_messages::Payload;

use crate::codec::{Codec, Sample};

pub(crate) struct OursShared;

impl<S: Sample> Codec<S> for OursShared {
    type Value = S;
    type Encoded = Payload;
    type Payload = Bytes;

    fn value(sample: &S) -> S {
        sample.clone()
    }

    fn payload(bytes: Bytes) -> Bytes {
        bytes
    }

    fn encode(value: &S, _: usize) -> Payload {
        value.encode_scattered().expect("the sample can be encoded")
    }

    fn decode(payload: &Bytes) -> S {
        S::decode_shared(payload).expect("the payload can be decoded")
    }

    fn bytes(encoded: &Payload) -> Vec<u8> {
        encoded.contiguous().into()
    }
}

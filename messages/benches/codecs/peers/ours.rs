//! rosactor-messages, from a message to one `Vec` and back from a slice.

use crate::codec::{Codec, Sample};
use bytes::Bytes;

pub(crate) struct Ours;

impl<S: Sample> Codec<S> for Ours {
    type Value = S;
    type Encoded = Vec<u8>;
    type Payload = Bytes;

    fn value(sample: &S) -> S {
        sample.clone()
    }

    fn payload(bytes: Bytes) -> Bytes {
        bytes
    }

    fn encode(value: &S, _: usize) -> Vec<u8> {
        value.encode().expect("the sample can be encoded")
    }

    fn decode(payload: &Bytes) -> S {
        S::decode(payload).expect("the payload can be decoded")
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

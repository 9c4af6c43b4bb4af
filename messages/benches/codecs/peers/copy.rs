//! The floor: the same bytes, copied into a new `Vec`.

use crate::codec::{Codec, Sample};
use bytes::Bytes;

pub(crate) struct Copy;

impl<S: Sample> Codec<S> for Copy {
    type Value = Vec<u8>;
    type Encoded = Vec<u8>;
    type Payload = Bytes;

    fn value(sample: &S) -> Vec<u8> {
        sample.encode().expect("the sample can be encoded")
    }

    fn payload(bytes: Bytes) -> Bytes {
        bytes
    }

    fn encode(value: &Vec<u8>, _: usize) -> Vec<u8> {
        value.to_vec()
    }

    fn decode(payload: &Bytes) -> Vec<u8> {
        payload.to_vec()
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

//! The crate `cdr`, by serde. It writes its header itself, and would visit the value once more to learn its size.

use bytes::Bytes;
use cdr::{CdrLe, Infinite};

use crate::codec::{Codec, Sample, mirror};

pub(crate) struct Cdr;

impl<S: Sample> Codec<S> for Cdr {
    type Value = S::Serde;
    type Encoded = Vec<u8>;
    type Payload = Bytes;

    fn value(sample: &S) -> S::Serde {
        mirror(sample)
    }

    fn payload(bytes: Bytes) -> Bytes {
        bytes
    }

    fn encode(value: &S::Serde, size: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(size);
        cdr::serialize_into::<_, _, _, CdrLe>(&mut bytes, value, Infinite).expect("the sample can be encoded");
        bytes
    }

    fn decode(payload: &Bytes) -> S::Serde {
        cdr::deserialize(payload).expect("the payload can be decoded")
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

//! The crate `cdr-encoding`, by serde.

use byteorder::LittleEndian;
use bytes::Bytes;

use super::begin;
use crate::codec::{Codec, Sample, mirror};

pub(crate) struct CdrEncoding;

impl<S: Sample> Codec<S> for CdrEncoding {
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
        let mut bytes = begin(size);
        cdr_encoding::to_writer::<_, LittleEndian, _>(&mut bytes, value).expect("the sample can be encoded");
        bytes
    }

    fn decode(payload: &Bytes) -> S::Serde {
        cdr_encoding::from_bytes::<_, LittleEndian>(&payload[4..]).expect("the payload can be decoded").0
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

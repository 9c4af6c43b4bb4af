//! The crate `hiroz-cdr`, by serde.

use byteorder::LittleEndian;
use bytes::Bytes;
use hiroz_cdr::CdrSerializer;
use serde::Serialize;

use super::begin;
use crate::codec::{Codec, Sample, mirror};

pub(crate) struct HirozSerde;

impl<S: Sample> Codec<S> for HirozSerde {
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
        let written = value.serialize(&mut CdrSerializer::<LittleEndian>::new(&mut bytes));
        written.expect("the sample can be encoded");
        bytes
    }

    fn decode(payload: &Bytes) -> S::Serde {
        hiroz_cdr::from_bytes::<_, LittleEndian>(&payload[4..]).expect("the payload can be decoded").0
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

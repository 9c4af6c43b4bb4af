//! The crate `hiroz-cdr`, by its own traits as hiroz generates them, from a message to one `Vec` and back from a slice.

use byteorder::LittleEndian;
use bytes::Bytes;
use hiroz_cdr::{CdrDeserialize, CdrReader, CdrSerialize, CdrSerializedSize, CdrWriter};

use super::begin;
use crate::codec::{Codec, Sample, mirror};

pub(crate) struct HirozTraits;

impl<S: Sample> Codec<S> for HirozTraits {
    type Value = S::Traits;
    type Encoded = Vec<u8>;
    type Payload = Bytes;

    fn value(sample: &S) -> S::Traits {
        mirror(sample)
    }

    fn payload(bytes: Bytes) -> Bytes {
        bytes
    }

    fn encode(value: &S::Traits, _: usize) -> Vec<u8> {
        let mut bytes = begin(4 + value.cdr_serialized_size(0));
        value.cdr_serialize(&mut CdrWriter::<LittleEndian>::new(&mut bytes));
        bytes
    }

    fn decode(payload: &Bytes) -> S::Traits {
        let mut reader = CdrReader::<LittleEndian>::new(&payload[4..]);
        CdrDeserialize::cdr_deserialize(&mut reader).expect("the payload can be decoded")
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

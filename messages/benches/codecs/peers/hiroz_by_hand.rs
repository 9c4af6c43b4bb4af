//! The crate `hiroz-cdr` at its best with one `Vec` and a slice: as its traits, but written by hand.

use byteorder::LittleEndian;
use bytes::Bytes;
use hiroz_cdr::{CdrDeserialize, CdrReader, CdrSerialize, CdrSerializedSize, CdrWriter};

use super::begin;
use crate::codec::{Codec, Sample, mirror};

pub(crate) struct HirozByHand;

impl<S: Sample> Codec<S> for HirozByHand {
    type Value = S::ByHand;
    type Encoded = Vec<u8>;
    type Payload = Bytes;

    fn value(sample: &S) -> S::ByHand {
        mirror(sample)
    }

    fn payload(bytes: Bytes) -> Bytes {
        bytes
    }

    fn encode(value: &S::ByHand, _: usize) -> Vec<u8> {
        let mut bytes = begin(4 + value.cdr_serialized_size(0));
        value.cdr_serialize(&mut CdrWriter::<LittleEndian>::new(&mut bytes));
        bytes
    }

    fn decode(payload: &Bytes) -> S::ByHand {
        let mut reader = CdrReader::<LittleEndian>::new(&payload[4..]);
        CdrDeserialize::cdr_deserialize(&mut reader).expect("the payload can be decoded")
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

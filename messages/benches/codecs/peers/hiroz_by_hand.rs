//! The crate `hiroz-cdr` at its best with one `Vec` and a slice: as its traits, but written by hand.

use byteorder::LittleEndian;
use hiroz_cdr::{CdrDeserialize, CdrReader, CdrSerialize, CdrSerializedSize, CdrWriter};

use super::begin;
use crate::codec::{Codec, Sample, mirror};

pub(crate) struct HirozByHand;

impl<S: Sample> Codec<S> for HirozByHand {
    type Value = S::ByHand;
    type Encoded = Vec<u8>;
    type Payload = Vec<u8>;

    fn value(sample: &S) -> S::ByHand {
        mirror(sample)
    }

    fn payload(bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn encode(value: &S::ByHand, _: usize) -> Vec<u8> {
        let mut bytes = begin(4 + value.cdr_serialized_size(0));
        value.cdr_serialize(&mut CdrWriter::<LittleEndian>::new(&mut bytes));
        bytes
    }

    fn decode(payload: &Vec<u8>) -> S::ByHand {
        let mut reader = CdrReader::<LittleEndian>::new(&payload[4..]);
        CdrDeserialize::cdr_deserialize(&mut reader).expect("the payload can be decoded")
    }

    fn bytes(encoded: &Vec<u8>) -> Vec<u8> {
        encoded.clone()
    }
}

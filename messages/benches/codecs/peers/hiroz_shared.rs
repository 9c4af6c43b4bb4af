//! The crate `hiroz-cdr` at its best: traits written by hand, byte sequences that are shared and never copied, from a message
//! to the slices that Zenoh sends and back from a received payload.

use byteorder::LittleEndian;
use bytes::Bytes;
use hiroz_cdr::{
    CdrBuffer, CdrDeserialize, CdrReader, CdrSerializedSize, ZBUF_DESER_SOURCE, ZBufWriter, traits::cdr_to_zbuf_writer,
};
use zenoh_buffers::{ZBuf, ZSlice, buffer::SplitBuffer};

use super::HEADER;
use crate::codec::{Codec, Sample, mirror};

/// What addresses are compared by.
const PAGE: usize = 4096;

/// From this size on, room for what is not copied costs more than growing once.
const LARGE: usize = 64 * 1024;

pub(crate) struct HirozShared;

impl<S: Sample> Codec<S> for HirozShared {
    type Value = S::ByHand;
    type Encoded = ZBuf;
    type Payload = ZBuf;

    fn value(sample: &S) -> S::ByHand {
        mirror(sample)
    }

    fn payload(bytes: Bytes) -> ZBuf {
        // Zenoh has its own slices, so the bytes are moved to the same place within a page of one.
        let shift = bytes.as_ptr().addr() % PAGE;
        let mut vec = vec![0; 2 * PAGE + bytes.len()];
        let start = shift + vec.as_ptr().addr().wrapping_neg() % PAGE;
        vec[start..start + bytes.len()].copy_from_slice(&bytes);
        ZSlice::from(vec).subslice(start..start + bytes.len()).expect("the slice lies within").into()
    }

    fn encode(value: &S::ByHand, _: usize) -> ZBuf {
        let size = HEADER.len() + value.cdr_serialized_size(0);
        let mut writer = ZBufWriter::with_capacity(if size < LARGE { size } else { 256 });
        writer.extend_from_slice(&HEADER);
        cdr_to_zbuf_writer(value, &mut writer);
        writer.into_zbuf()
    }

    fn decode(payload: &ZBuf) -> S::ByHand {
        // This is how hiroz tells where the bytes come from.
        ZBUF_DESER_SOURCE.set(Some(payload.clone()));
        let bytes = payload.contiguous();
        let mut reader = CdrReader::<LittleEndian>::new(&bytes[4..]);
        let value = CdrDeserialize::cdr_deserialize(&mut reader).expect("the payload can be decoded");
        ZBUF_DESER_SOURCE.set(None);
        value
    }

    fn bytes(encoded: &ZBuf) -> Vec<u8> {
        encoded.contiguous().into_owned()
    }
}

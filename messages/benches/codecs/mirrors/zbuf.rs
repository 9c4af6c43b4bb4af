//! The byte sequence of hiroz: shared slices. It is not part of hiroz-cdr, so it is written here.

use byteorder::ByteOrder;
use hiroz_cdr::{
    CdrBuffer, CdrDeserialize, CdrReader, CdrSerialize, CdrSerializedSize, CdrWriter, Result, ZBUF_DESER_SOURCE,
};
use serde::{Deserialize, Serialize};
use zenoh_buffers::{
    ZBuf,
    buffer::{Buffer, SplitBuffer},
};

/// Bytes that a message shares with the payload it was read from, if that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<u8>", into = "Vec<u8>")]
pub(crate) struct Zbuf(ZBuf);

impl From<Vec<u8>> for Zbuf {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Zbuf> for Vec<u8> {
    fn from(bytes: Zbuf) -> Self {
        bytes.0.contiguous().into_owned()
    }
}

impl CdrSerialize for Zbuf {
    fn cdr_serialize<BO: ByteOrder, B: CdrBuffer>(&self, writer: &mut CdrWriter<'_, BO, B>) {
        writer.write_sequence_length(self.0.len());
        // A buffer of slices takes ours without a copy; a `Vec` copies.
        writer.buffer_mut().append_zbuf(&self.0);
    }
}

impl CdrDeserialize for Zbuf {
    fn cdr_deserialize<'de, BO: ByteOrder>(reader: &mut CdrReader<'de, BO>) -> Result<Self> {
        let count = reader.read_sequence_length()?;
        let bytes = reader.read_bytes(count)?;
        Ok(Self(shared(bytes).unwrap_or_else(|| bytes.to_vec().into())))
    }
}

impl CdrSerializedSize for Zbuf {
    fn cdr_serialized_size(&self, at: usize) -> usize {
        super::generated::end_of_length(at) + self.0.len()
    }
}

/// The slice of the payload that holds these bytes. A payload is one slice here, as it is when Zenoh delivers it.
fn shared(bytes: &[u8]) -> Option<ZBuf> {
    ZBUF_DESER_SOURCE.with_borrow(|source| {
        let slice = source.as_ref()?.zslices().next()?;
        let start = bytes.as_ptr().addr().checked_sub(slice.as_slice().as_ptr().addr())?;
        slice.subslice(start..start + bytes.len()).map(ZBuf::from)
    })
}

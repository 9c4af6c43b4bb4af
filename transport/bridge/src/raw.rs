//! Bytes as they are, between us and RustDDS.

use std::convert::Infallible;

use rustdds::{
    RepresentationIdentifier as Representation,
    bytes::Bytes,
    no_key::{Decode, DefaultDecoder, DeserializerAdapter, SerializerAdapter},
};

/// The bytes of one sample, with the 4-byte header that says how they are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raw(pub(crate) Vec<u8>);

/// How RustDDS gets at the bytes.
pub(crate) struct RawAdapter;

impl SerializerAdapter<Raw> for RawAdapter {
    type Error = Infallible;

    fn output_encoding() -> Representation {
        Representation::CDR_LE
    }

    fn to_bytes(value: &Raw) -> Result<Bytes, Infallible> {
        // RustDDS writes the header by itself.
        Ok(Bytes::copy_from_slice(value.0.get(4..).unwrap_or_default()))
    }
}

impl DeserializerAdapter<Raw> for RawAdapter {
    type Error = Infallible;
    type Decoded = Raw;

    fn supported_encodings() -> &'static [Representation] {
        &[Representation::CDR_LE, Representation::CDR_BE]
    }

    fn transform_decoded(raw: Raw) -> Raw {
        raw
    }
}

impl DefaultDecoder<Raw> for RawAdapter {
    type Decoder = RawDecoder;
    const DECODER: RawDecoder = RawDecoder;
}

/// Puts the header back.
#[derive(Clone)]
pub(crate) struct RawDecoder;

impl Decode<'_, Raw> for RawDecoder {
    type Error = Infallible;

    fn decode_bytes(self, bytes: &[u8], representation: Representation) -> Result<Raw, Infallible> {
        let header = representation.to_bytes().into_iter().chain([0, 0]);
        Ok(Raw(header.chain(bytes.iter().copied()).collect()))
    }
}

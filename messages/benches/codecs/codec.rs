//! What every codec of the comparison has to do, and the proof that it does it.

use std::fmt::Debug;

use bytes::Bytes;
use rosactor_messages::Message;
use serde::{Serialize, de::DeserializeOwned};

use crate::mirrors::HirozValue;

/// A message of the comparison. Peers get mirrors of our struct, so that no derive of ours slows them down.
pub(crate) trait Sample: Message {
    /// How the table names it.
    const LABEL: &'static str;
    /// How often a codec runs between two looks at the clock: enough to hide the clock's own time. divan's own guess rests on
    /// the first call, which is slow while memory and code are cold.
    const BATCH: u32;
    /// The mirror for serde, with `serde_bytes` for byte sequences.
    type Serde: Serialize + DeserializeOwned + PartialEq + Debug;
    /// The mirror with the traits of hiroz-cdr as its code generator writes them.
    type Traits: HirozValue;
    /// The mirror with the traits of hiroz-cdr as its public functions allow at best.
    type ByHand: HirozValue;

    /// The value that is encoded.
    fn build() -> Self;
}

/// A way to turn a value into a payload and back. A payload has its 4-byte header with every codec.
pub(crate) trait Codec<S: Sample> {
    /// What the codec encodes, and what it decodes into.
    type Value: PartialEq + Debug;
    /// What it gives to the network.
    type Encoded;
    /// What it gets from the network.
    type Payload;

    /// The value as this codec's own type.
    fn value(sample: &S) -> Self::Value;

    /// Received bytes as this codec likes them. Not part of what is measured.
    fn payload(bytes: Bytes) -> Self::Payload;

    /// Makes a payload. `size` is its exact length: codecs that do not compute it are told, at no cost to them.
    fn encode(value: &Self::Value, size: usize) -> Self::Encoded;

    /// Makes a value.
    fn decode(payload: &Self::Payload) -> Self::Value;

    /// The payload's bytes in one piece. Not part of what is measured.
    fn bytes(encoded: &Self::Encoded) -> Vec<u8>;
}

/// Where a received payload lies in memory.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// Its body begins at a multiple of 8, the best that can happen: numbers lie as they do in a `Vec` of them.
    Aligned,
    /// Its body begins anywhere, as most do that come in a packet with others.
    Odd,
}

/// The bytes of a payload as the network delivers them.
pub(crate) fn received(payload: &[u8], place: Place) -> Bytes {
    let mut memory = vec![0; 16 + payload.len()];
    let body = memory.as_ptr().addr() + 4;
    let start = body.wrapping_neg() % 8 + usize::from(matches!(place, Place::Odd));
    memory[start..start + payload.len()].copy_from_slice(payload);
    Bytes::from(memory).slice(start..start + payload.len())
}

/// The mirror of a message, field by field by name. JSON knows nothing of CDR, so this cannot hide a codec's mistake.
pub(crate) fn mirror<S: Sample, T: DeserializeOwned>(sample: &S) -> T {
    let json = serde_json::to_value(sample).expect("a message is valid JSON");
    serde_json::from_value(json).expect("a mirror has the message's fields")
}

/// Makes sure that the codec writes our bytes and reads back its value from them: all codecs do the same work.
pub(crate) fn check<S: Sample, C: Codec<S>>() {
    let codec = std::any::type_name::<C>();
    let sample = S::build();
    let expected = sample.encode().expect("the sample can be encoded");
    let value = C::value(&sample);
    let found = C::bytes(&C::encode(&value, expected.len()));
    let differ = expected.iter().zip(&found).position(|(ours, theirs)| ours != theirs);
    assert_eq!((differ, found.len()), (None, expected.len()), "{codec} writes another {} than we do", S::LABEL);
    for place in [Place::Aligned, Place::Odd] {
        let payload = C::payload(received(&expected, place));
        assert!(C::decode(&payload) == value, "{codec} reads back another {} than it wrote", S::LABEL);
    }
}

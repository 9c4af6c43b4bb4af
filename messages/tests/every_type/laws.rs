//! Laws that hold for every type.

use proptest::prelude::*;
use rosactor_messages::{Cdr, DecodeError, EncodeError, Message, serde_cdr};

use crate::{
    maker::{Source, make},
    types::every_type,
};

/// Types that the `cdr` crate writes otherwise than ROS: it knows neither wide strings nor the byte of a type without fields
/// within another (`test_msgs/msg/Constants` is such a field).
const CDR_CRATE_DIFFERS: [&str; 9] = [
    "example_interfaces/msg/WString",
    "test_msgs/msg/WStrings",
    "test_msgs/msg/Arrays",
    "test_msgs/msg/BoundedPlainSequences",
    "test_msgs/msg/BoundedSequences",
    "test_msgs/msg/UnboundedSequences",
    "test_msgs/msg/MultiNested",
    "test_msgs/srv/Arrays_Request",
    "test_msgs/srv/Arrays_Response",
];

/// The bytes of a value, or nothing if its definition has a bound that the random value breaks.
fn bytes_of<T: Message>(value: &T) -> Option<Vec<u8>> {
    match value.encode() {
        Ok(bytes) => Some(bytes),
        Err(EncodeError::OverBound(_)) => None,
        Err(error) => panic!("{}: {error}", T::TYPE_NAME),
    }
}

/// Everything that must hold for one value. Says whether its bounds let it be written.
fn check<T: Message + Cdr>(random: &mut Source) -> bool {
    let name = T::TYPE_NAME;
    let value: T = make(random);
    let Some(bytes) = bytes_of(&value) else { return false };
    assert_eq!(bytes.len(), 4 + value.end(0), "{name}: the size was not computed right");
    assert_eq!(bytes.capacity(), bytes.len(), "{name}: there was more than one allocation");
    assert!(value.end(0) >= T::MIN_SIZE, "{name}: a value is smaller than the smallest");
    assert_eq!(T::decode(&bytes).as_ref(), Ok(&value), "{name}: what was written is not what was read");
    if !CDR_CRATE_DIFFERS.contains(&name) {
        assert_eq!(serde_cdr::encode(&value).unwrap(), bytes, "{name}: the cdr crate writes other bytes");
    }
    check_ends(&value, &bytes);
    true
}

/// A payload that is cut off is refused, and one that is too long as well.
fn check_ends<T: Message>(value: &T, bytes: &[u8]) {
    let name = T::TYPE_NAME;
    for length in 0..bytes.len().min(200) {
        let cut = T::decode(&bytes[..length]);
        // The one byte of a type without fields may be missing at the end.
        assert!(cut.is_err() || length + 1 == bytes.len(), "{name}: read from {length} of {} bytes", bytes.len());
    }
    let padded = [bytes, &[0xaa; 3]].concat();
    assert_eq!(T::decode(&padded).as_ref(), Ok(value), "{name}: padding was refused");
    let long = [bytes, &[0xaa; 4]].concat();
    let refused = matches!(T::decode(&long), Err(DecodeError::TrailingBytes { left: 4, .. }));
    assert!(refused, "{name}: four more bytes were accepted");
}

#[test]
fn every_type_keeps_its_value_and_agrees_with_the_cdr_crate() {
    let (mut checked, mut written) = (0, 0);
    for seed in 0..20 {
        let mut random = Source::Random(seed);
        macro_rules! check_type {
            ($kind:ty) => {
                checked += 1;
                written += usize::from(check::<$kind>(&mut random));
            };
        }
        every_type!(check_type);
    }
    // Few types have bounds, and few values break them.
    assert!(written * 100 > checked * 95, "only {written} of {checked} values could be written");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(big_endian: bool, garbage in proptest::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [&[0, u8::from(!big_endian), 0, 0], garbage.as_slice()].concat();
        macro_rules! try_type { ($kind:ty) => {
            let _ = <$kind as Message>::decode(&bytes);
            let _ = <$kind as Message>::decode(&garbage);
        }; }
        every_type!(try_type);
    }

    #[test]
    fn a_damaged_payload_never_panics(seed: u64) {
        let mut random = Source::Random(seed);
        macro_rules! try_type { ($kind:ty) => { damage::<$kind>(&mut random); }; }
        every_type!(try_type);
    }
}

fn damage<T: Message>(random: &mut Source) {
    let Some(mut bytes) = bytes_of(&make::<T>(random)) else { return };
    for _ in 0..4 {
        let place = random.below(bytes.len());
        bytes[place] = random.next().to_le_bytes()[0];
        let _ = T::decode(&bytes);
    }
}

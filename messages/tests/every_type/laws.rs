//! Laws that hold for every type.

use proptest::prelude::*;
use rosactor_every_type::{Source, Type, Value, all};
use rosactor_messages::{DecodeError, EncodeError};

/// Types that the `cdr` crate writes otherwise than ROS: it knows neither wide strings nor the byte of a type without fields
/// within another (`test_msgs/msg/Constants` is such a field, and the feedback of `LookupTransform`).
const CDR_CRATE_DIFFERS: [&str; 10] = [
    "example_interfaces/msg/WString",
    "test_msgs/msg/WStrings",
    "test_msgs/msg/Arrays",
    "test_msgs/msg/BoundedPlainSequences",
    "test_msgs/msg/BoundedSequences",
    "test_msgs/msg/UnboundedSequences",
    "test_msgs/msg/MultiNested",
    "test_msgs/srv/Arrays_Request",
    "test_msgs/srv/Arrays_Response",
    "tf2_msgs/action/LookupTransform_FeedbackMessage",
];

/// A random value and its bytes, or nothing if its definition has a bound that the value breaks.
fn random_value(kind: &Type, random: &mut Source) -> Option<(Box<dyn Value>, Vec<u8>)> {
    let value = (kind.make)(random);
    match value.encode() {
        Ok(bytes) => Some((value, bytes)),
        Err(EncodeError::OverBound(_)) => None,
        Err(error) => panic!("{}: {error}", kind.name),
    }
}

/// Whether bytes are read as this value.
fn reads_as(kind: &Type, bytes: &[u8], value: &dyn Value) -> bool {
    (kind.decode)(bytes).is_ok_and(|read| value.equals(&*read))
}

/// What must hold for one value.
fn check(kind: &Type, value: &dyn Value, bytes: &[u8]) {
    let Type { name, min_size, .. } = kind;
    assert_eq!(bytes.len(), 4 + value.end(), "{name}: the size was not computed right");
    assert!(value.end() >= *min_size, "{name}: a value is smaller than the smallest");
    assert!(reads_as(kind, bytes, value), "{name}: what was written is not what was read");
    if !CDR_CRATE_DIFFERS.contains(name) {
        assert_eq!(value.encode_by_the_cdr_crate().unwrap(), bytes, "{name}: the cdr crate writes other bytes");
        assert!(
            reads_as(kind, &value.encode_big_endian_by_the_cdr_crate(), value),
            "{name}: big-endian is read otherwise"
        );
    }
}

/// A payload that is cut off is refused, and one that is too long as well.
fn check_ends(kind: &Type, value: &dyn Value, bytes: &[u8]) {
    let name = kind.name;
    for length in 0..bytes.len().min(200) {
        // The one byte of a type without fields may be missing at the end.
        let refused = (kind.decode)(&bytes[..length]).is_err() || length + 1 == bytes.len();
        assert!(refused, "{name}: read from {length} of {} bytes", bytes.len());
    }
    assert!(reads_as(kind, &[bytes, &[0xaa; 3]].concat(), value), "{name}: padding was refused");
    let long = (kind.decode)(&[bytes, &[0xaa; 4]].concat());
    assert!(matches!(long, Err(DecodeError::TrailingBytes { left: 4, .. })), "{name}: four more bytes were accepted");
}

#[test]
fn every_type_keeps_its_value_and_agrees_with_the_cdr_crate() {
    for kind in all() {
        let mut written = 0;
        for round in 0..60 {
            // Every bound in these packages is 1 or more, so each type has rounds in which it can be written.
            let mut random = Source::Random { state: round, longest: usize::try_from(round % 6).unwrap() };
            if let Some((value, bytes)) = random_value(&kind, &mut random) {
                assert_eq!(bytes.capacity(), bytes.len(), "{}: there was more than one allocation", kind.name);
                check(&kind, &*value, &bytes);
                check_ends(&kind, &*value, &bytes);
                written += 1;
            }
        }
        assert!(written > 0, "{}: no value could be written", kind.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(big_endian: bool, garbage in proptest::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [&[0, u8::from(!big_endian), 0, 0], garbage.as_slice()].concat();
        for kind in all() {
            let _ = (kind.decode)(&bytes);
            let _ = (kind.decode)(&garbage);
        }
    }

    #[test]
    fn a_damaged_payload_never_panics(seed: u64) {
        let mut random = Source::Random { state: seed, longest: 3 };
        for kind in all() {
            let Some((_, mut bytes)) = random_value(&kind, &mut random) else { continue };
            for _ in 0..4 {
                let place = random.below(bytes.len());
                bytes[place] = random.number().to_le_bytes()[0];
                let _ = (kind.decode)(&bytes);
            }
        }
    }
}

//! Bytes that rclpy wrote.

use rosactor_every_type::{Source, Type, all};
use std::collections::BTreeMap;

/// One value: its bytes, and its scalars as JSON.
struct Vector {
    bytes: Vec<u8>,
    scalars: &'static str,
}

/// Vectors by type name. The first of each type is its default value.
fn vectors() -> BTreeMap<&'static str, Vec<Vector>> {
    let mut vectors: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in include_str!("../vectors/cdr_jazzy.txt").lines().filter(|line| !line.starts_with('#')) {
        let [name, hex, scalars] = line.split('\t').collect::<Vec<_>>().try_into().expect("three columns");
        let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        vectors.entry(name).or_default().push(Vector { bytes, scalars });
    }
    vectors
}

fn check(kind: &Type, Vector { bytes, scalars }: &Vector, is_default: bool) {
    let name = kind.name;
    let mut source = Source::Listed(serde_json::from_str(scalars).unwrap());
    let value = (kind.make)(&mut source);
    assert!(matches!(source, Source::Listed(left) if left.is_empty()), "{name}: fields are missing");
    assert!(!is_default || value.equals(&*(kind.default)()), "{name}: another default than {value:?}");
    let encoded = value.encode().unwrap();
    // rclpy makes its buffer as long as a value of this shape may get, so zeros may follow.
    let (body, rest) = bytes.split_at_checked(encoded.len()).expect("a vector is not shorter");
    assert_eq!(encoded, body, "{name}: other bytes than rclpy's");
    assert!(rest.iter().all(|byte| *byte == 0), "{name}: bytes are missing");
    assert!((kind.decode)(body).is_ok_and(|read| read.equals(&*value)), "{name}: another value than rclpy's");
}

#[test]
fn every_type_has_the_bytes_of_rclpy() {
    let vectors = vectors();
    for kind in all() {
        let vectors = vectors.get(kind.name).unwrap_or_else(|| panic!("no vector for {}", kind.name));
        vectors.iter().enumerate().for_each(|(place, vector)| check(&kind, vector, place == 0));
    }
}

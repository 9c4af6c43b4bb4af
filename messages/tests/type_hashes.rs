//! Type hashes against those of real ROS 2.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use rosactor_codegen::Generator;

const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interfaces");
const TEST_PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/every-type/interfaces");

/// Lines of `package/kind/Name RIHS01_...`.
fn vectors(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').expect("a name and a hash")).collect()
}

fn assert_all_equal(expected: &BTreeMap<&str, &str>, folder: &str) {
    let found = Generator::new().packages(folder).hashes().unwrap();
    let wrong: Vec<_> =
        expected.iter().filter(|(name, hash)| found.get(**name).map(String::as_str) != Some(**hash)).collect();
    assert!(wrong.is_empty(), "{} of {} hashes differ: {wrong:#?}", wrong.len(), expected.len());
}

#[test]
fn shipped_types_have_the_hashes_of_jazzy() {
    let expected = vectors(include_str!("vectors/type_hashes_jazzy.txt"));
    assert!(expected.len() > 350);
    assert_all_equal(&expected, PACKAGES);
}

#[test]
fn test_types_have_the_hashes_of_jazzy() {
    let expected = vectors(include_str!("vectors/type_hashes_test_msgs_jazzy.txt"));
    assert!(expected.len() > 50);
    assert_all_equal(&expected, TEST_PACKAGES);
}

#[test]
fn every_shipped_type_has_a_vector_or_is_our_own() {
    let expected = vectors(include_str!("vectors/type_hashes_jazzy.txt"));
    let found = Generator::new().packages(PACKAGES).hashes().unwrap();
    let missing: Vec<_> = found.keys().filter(|name| !expected.contains_key(name.as_str())).collect();
    assert!(missing.is_empty(), "no vector for {missing:#?}");
}

//! Type hashes.

use std::collections::BTreeMap;

use rosactor_codegen::Generator;

use crate::{
    ours::{self, DIFFERENT_IN_KILTED, NOT_SHIPPED, ONLY_IN_KILTED},
    ros::{JAZZY, KILTED, Ros},
};

type Hashes = BTreeMap<String, String>;

/// Fails unless both have the same names with the same hashes.
fn assert_equal(ros: &Ros, theirs: &Hashes, found: &Hashes) {
    let lacking: Vec<_> = theirs.keys().filter(|name| !found.contains_key(*name)).collect();
    let own: Vec<_> = found.keys().filter(|name| !theirs.contains_key(*name)).collect();
    let differing: Vec<_> =
        theirs.iter().filter(|(name, hash)| found.get(*name).is_some_and(|other| other != *hash)).collect();
    let equal = theirs.len() - lacking.len() - differing.len();
    tell!("{}: {equal} of {} type hashes equal", ros.name, theirs.len());
    assert!(
        lacking.is_empty() && own.is_empty() && differing.is_empty(),
        "{}: ROS has, and we lack, {lacking:#?}; we have, and ROS lacks, {own:#?}; other hashes than ROS's have {differing:#?}",
        ros.name
    );
}

fn without(mut hashes: Hashes, left_out: impl Fn(&str) -> bool) -> Hashes {
    hashes.retain(|name, _| !left_out(name));
    hashes
}

#[test]
fn every_shipped_type_has_the_hash_of_jazzy() {
    let theirs = without(JAZZY.hashes(), |name| NOT_SHIPPED.contains(&ours::package(name)));
    assert_equal(&JAZZY, &theirs, &ours::hashes());
}

#[test]
fn every_shipped_type_has_the_hash_of_kilted_where_its_definition_is_the_same() {
    let differs = |name: &str| DIFFERENT_IN_KILTED.contains(&name);
    let left_out =
        |name: &str| NOT_SHIPPED.contains(&ours::package(name)) || ONLY_IN_KILTED.contains(&name) || differs(name);
    assert_equal(&KILTED, &without(KILTED.hashes(), left_out), &without(ours::hashes(), differs));
}

#[test]
fn kilted_differs_from_jazzy_in_the_types_that_are_listed() {
    let (jazzy, kilted) = (JAZZY.hashes(), KILTED.hashes());
    let changed: Vec<_> =
        jazzy.iter().filter(|(name, hash)| kilted.get(*name).is_some_and(|other| other != *hash)).collect();
    let changed: Vec<_> = changed.into_iter().map(|(name, _)| name.as_str()).collect();
    let added: Vec<_> = kilted.keys().filter(|name| !jazzy.contains_key(*name)).map(String::as_str).collect();
    let gone: Vec<_> = jazzy.keys().filter(|name| !kilted.contains_key(*name)).collect();
    tell!("kilted has other definitions of {changed:?}, and has besides {added:?}");
    assert_eq!(changed, DIFFERENT_IN_KILTED);
    assert_eq!(added, ONLY_IN_KILTED);
    assert!(gone.is_empty(), "kilted has no longer {gone:?}");
}

/// The definitions that ROS itself has, comments and all, give the hashes that ROS has.
fn check_own_definitions(ros: &Ros, not_read: &[&str]) {
    let found = Generator::new().packages(ros.share()).hashes().unwrap();
    assert_equal(ros, &without(ros.hashes(), |name| not_read.contains(&name)), &found);
}

#[test]
fn the_definitions_of_jazzy_give_the_hashes_of_jazzy() {
    check_own_definitions(&JAZZY, &[]);
}

#[test]
fn the_definitions_of_kilted_give_the_hashes_of_kilted() {
    check_own_definitions(&KILTED, &ONLY_IN_KILTED);
}

//! What this library has, and where it and ROS are known not to have the same.

use std::collections::BTreeMap;

/// Interface packages of ROS that are not shipped: what rmw tells other processes about nodes on DDS.
pub(crate) const NOT_SHIPPED: [&str; 1] = ["rmw_dds_common"];

/// Types that Kilted has and Jazzy has not. All are defined in IDL, which this library does not read.
pub(crate) const ONLY_IN_KILTED: [&str; 4] = [
    "test_msgs/msg/ComplexNestedKey",
    "test_msgs/msg/KeyedLong",
    "test_msgs/msg/KeyedString",
    "test_msgs/msg/NonKeyedWithNestedKey",
];

/// Types that both have, and whose definition differs. There is none.
pub(crate) const DIFFERENT_IN_KILTED: [&str; 0] = [];

/// Whether a type is one of a service's events, which only introspection publishes. They have a hash here, and no struct.
pub(crate) fn is_event(name: &str) -> bool {
    name.ends_with("_Event")
}

pub(crate) fn package(name: &str) -> &str {
    name.split_once('/').expect("a type's name begins with its package").0
}

/// The hash of every type of the shipped packages and of `test_msgs`, by name.
pub(crate) fn hashes() -> BTreeMap<String, String> {
    let packages = rosactor_messages::PACKAGES.iter().chain(rosactor_every_type::PACKAGES);
    let types = packages.flat_map(|package| package.types).flat_map(|kind| [vec![*kind], kind.derived()].concat());
    types.map(|kind| (kind.name.to_owned(), kind.hash.to_owned())).collect()
}

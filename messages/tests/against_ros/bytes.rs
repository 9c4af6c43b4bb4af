//! Bytes, both ways.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use rosactor_every_type::{Source, Type, Value, all};
use rosactor_messages::EncodeError;

use crate::{
    ours::{self, DIFFERENT_IN_KILTED, NOT_SHIPPED, ONLY_IN_KILTED},
    ros::{JAZZY, KILTED, Ros, Sample},
};

/// How many values of each type rclpy makes.
const VALUES: usize = 20;
/// How many values of each type this library makes.
const OWN_VALUES: u64 = 5;

type Types = BTreeMap<&'static str, Type>;

fn from_scalars(kind: &Type, scalars: &str) -> Box<dyn Value> {
    let mut source = Source::Listed(serde_json::from_str(scalars).unwrap());
    // A list that does not fit ends in a panic that does not say of which type it is.
    let value = catch_unwind(AssertUnwindSafe(|| (kind.make)(&mut source)))
        .unwrap_or_else(|_| panic!("{}: the fields are of other types than those of {scalars}", kind.name));
    assert!(matches!(source, Source::Listed(left) if left.is_empty()), "{}: fields are missing", kind.name);
    value
}

/// Compares one value with what rclpy made of it, and returns the bytes that this library writes for it.
fn check(kind: &Type, Sample { name, bytes, scalars }: &Sample) -> Vec<u8> {
    let value = from_scalars(kind, scalars);
    let encoded = value.encode().unwrap();
    // rclpy makes its buffer as long as a value of this shape may get, so zeros may follow.
    let (body, rest) = bytes.split_at_checked(encoded.len()).unwrap_or_else(|| panic!("{name}: rclpy writes less"));
    assert_eq!(encoded, body, "{name}: other bytes than rclpy's for {scalars}");
    assert!(rest.iter().all(|byte| *byte == 0), "{name}: rclpy writes more for {scalars}");
    for (what, bytes) in [("rclpy", bytes.as_slice()), ("this library", &encoded)] {
        // What follows rclpy's body may be longer than the padding that a reader accepts.
        let bytes = if rest.len() > 3 { &bytes[..encoded.len()] } else { bytes };
        let read = (kind.decode)(bytes).unwrap_or_else(|error| panic!("{name}: {error} in what {what} wrote"));
        assert!(read.equals(&*value), "{name}: read {read:?} from what {what} wrote, not {value:?}");
    }
    encoded
}

/// The types that both have, after checking that neither has one that the other lacks.
fn common_types(ros: &Ros, samples: &[Sample], differs: impl Fn(&str) -> bool) -> Types {
    let ours: BTreeSet<_> = all().iter().map(|kind| kind.name).collect();
    let theirs: BTreeSet<_> = samples.iter().map(|sample| sample.name.as_str()).collect();
    let (events, theirs): (BTreeSet<_>, BTreeSet<_>) = theirs.into_iter().partition(|name| ours::is_event(name));
    tell!("{}: {} service events have a hash here and no struct", ros.name, events.len());
    let shipped = |name: &&str| !NOT_SHIPPED.contains(&ours::package(name)) && !differs(name);
    let theirs: BTreeSet<_> = theirs.into_iter().filter(shipped).collect();
    let ours: BTreeSet<_> = ours.into_iter().filter(|name| !differs(name)).collect();
    assert_eq!(ours, theirs, "{}: left is what we have, right is what ROS has", ros.name);
    all().into_iter().filter(|kind| theirs.contains(kind.name)).map(|kind| (kind.name, kind)).collect()
}

/// What rclpy makes of its own values is what it makes of them when this library has written them.
fn check_values_of_ros(ros: &Ros, types: &Types, samples: &[Sample]) {
    let known = |sample: &&Sample| types.contains_key(sample.name.as_str());
    let samples: Vec<_> = samples.iter().filter(known).collect();
    let written: Vec<_> =
        samples.iter().map(|sample| (sample.name.as_str(), check(&types[sample.name.as_str()], sample))).collect();
    for (sample, scalars) in samples.iter().zip(ros.read(&written, "values_of_ros")) {
        assert_eq!(scalars, sample.scalars, "{}: rclpy reads another {} from our bytes", ros.name, sample.name);
    }
    assert_eq!(samples.len(), types.len() * VALUES, "{}: some values are missing", ros.name);
    tell!("{}: {} of {} types, {} values of rclpy equal both ways", ros.name, types.len(), types.len(), samples.len());
}

/// The default value is the same.
fn check_defaults(types: &Types, samples: &[Sample]) {
    let mut seen = BTreeSet::new();
    for sample in samples {
        let Some(kind) = types.get(sample.name.as_str()) else { continue };
        if seen.insert(kind.name) {
            let (ours, theirs) = ((kind.default)(), from_scalars(kind, &sample.scalars));
            assert!(ours.equals(&*theirs), "{}: the default is {ours:?}, and rclpy's is {theirs:?}", kind.name);
        }
    }
}

/// A value, and what it was written as.
type Written = (Type, Box<dyn Value>, Vec<u8>);

/// Random values of a type, without those that break a bound.
fn own_values(kind: &Type) -> Vec<Written> {
    let value = |round| {
        let value = (kind.make)(&mut Source::Random { state: round, longest: usize::try_from(round).unwrap() });
        match value.encode() {
            Ok(bytes) => Some((*kind, value, bytes)),
            Err(EncodeError::OverBound(_)) => None,
            Err(error) => panic!("{}: {error}", kind.name),
        }
    };
    (0..OWN_VALUES).filter_map(value).collect()
}

/// rclpy reads from this library's bytes what was written.
fn check_own_values(ros: &Ros, types: &Types) {
    let values: Vec<_> = types.values().flat_map(own_values).collect();
    let written: Vec<_> = values.iter().map(|(kind, _, bytes)| (kind.name, bytes.clone())).collect();
    for ((kind, value, _), scalars) in values.iter().zip(ros.read(&written, "own_values")) {
        let read = from_scalars(kind, &scalars);
        assert!(read.equals(&**value), "{}: rclpy reads {read:?} where {value:?} was written", kind.name);
    }
    tell!("{}: rclpy read {} of {} of our own values right", ros.name, values.len(), values.len());
}

fn check_all(ros: &Ros, differs: impl Fn(&str) -> bool) {
    let samples = ros.write(VALUES, 1);
    let types = common_types(ros, &samples, differs);
    check_defaults(&types, &samples);
    check_values_of_ros(ros, &types, &samples);
    check_own_values(ros, &types);
}

#[test]
fn every_type_has_the_bytes_of_jazzy() {
    check_all(&JAZZY, |_| false);
}

#[test]
fn every_type_has_the_bytes_of_kilted_where_its_definition_is_the_same() {
    check_all(&KILTED, |name| ONLY_IN_KILTED.contains(&name) || DIFFERENT_IN_KILTED.contains(&name));
}

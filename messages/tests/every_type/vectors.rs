//! Bytes that rclpy wrote.

use std::collections::{BTreeMap, BTreeSet};

use rosactor_messages::{
    Action, Message,
    action_wire::{FeedbackMessage, GetResultResponse, SendGoalRequest},
};

use crate::{
    maker::{Source, make},
    types::{every_type, test_msgs},
};

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

fn check<T: Message>(vectors: &[Vector]) {
    let name = T::TYPE_NAME;
    for (place, Vector { bytes, scalars }) in vectors.iter().enumerate() {
        let mut source = Source::Listed(serde_json::from_str(scalars).unwrap());
        let value: T = make(&mut source);
        assert!(matches!(source, Source::Listed(left) if left.is_empty()), "{name}: fields are missing");
        if place == 0 {
            assert_eq!(value, T::default(), "{name}: another default");
        }
        let encoded = value.encode().unwrap();
        // rclpy makes its buffer as long as a value of this shape may get, so zeros may follow.
        let (body, rest) = bytes.split_at_checked(encoded.len()).expect("a vector is not shorter");
        assert_eq!(encoded, body, "{name}: other bytes than rclpy's");
        assert!(rest.iter().all(|byte| *byte == 0), "{name}: bytes are missing");
        assert_eq!(T::decode(body).unwrap(), value, "{name}: another value than rclpy's");
    }
}

#[test]
fn every_type_has_the_bytes_of_rclpy() {
    let vectors = vectors();
    let mut checked = BTreeSet::new();
    macro_rules! check_type {
        ($kind:ty) => {
            let name = <$kind as Message>::TYPE_NAME;
            check::<$kind>(vectors.get(name).unwrap_or_else(|| panic!("no vector for {name}")));
            checked.insert(name);
        };
    }
    every_type!(check_type);
    check_type!(SendGoalRequest<test_msgs::Fibonacci>);
    check_type!(GetResultResponse<test_msgs::Fibonacci>);
    check_type!(FeedbackMessage<test_msgs::Fibonacci>);
    check_type!(SendGoalRequest<test_msgs::NestedMessage>);
    check_type!(GetResultResponse<test_msgs::NestedMessage>);
    check_type!(FeedbackMessage<test_msgs::NestedMessage>);
    assert_eq!(test_msgs::Fibonacci::SEND_GOAL.name, "test_msgs/action/Fibonacci_SendGoal");
    assert!(checked.len() > 250, "only {} types", checked.len());
}

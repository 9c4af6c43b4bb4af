//! Types as JSON, which stands for every format in which people write messages.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use rosactor_messages::{
    geometry_msgs::{PoseWithCovariance, Quaternion},
    rcl_interfaces::ParameterDescriptor,
    std_msgs::{Empty, Float32MultiArray},
};
use serde_json::{from_str, to_string};

#[test]
fn what_is_left_out_has_the_default_of_the_definition() {
    let quaternion: Quaternion = from_str(r#"{"z": 0.5}"#).unwrap();
    assert_eq!(quaternion, Quaternion { x: 0.0, y: 0.0, z: 0.5, w: 1.0 });
    assert_eq!(from_str::<PoseWithCovariance>("{}").unwrap(), PoseWithCovariance::default());
}

#[test]
fn names_are_those_of_the_definition() {
    let descriptor: ParameterDescriptor = from_str(r#"{"name": "speed", "type": 3, "read_only": true}"#).unwrap();
    assert_eq!((descriptor.r#type, descriptor.read_only), (3, true));
    assert!(to_string(&descriptor).unwrap().contains(r#""type":3"#));
}

#[test]
fn long_arrays_are_lists_of_exactly_their_length() {
    let mut pose = PoseWithCovariance::default();
    pose.covariance[35] = 2.5;
    let text = to_string(&pose).unwrap();
    assert_eq!(from_str::<PoseWithCovariance>(&text).unwrap(), pose);
    let error = from_str::<PoseWithCovariance>(r#"{"covariance": [1.0, 2.0]}"#).unwrap_err().to_string();
    assert!(error.contains("invalid length 2, expected an array of 36 elements"), "{error}");
}

#[test]
fn a_type_without_fields_is_an_empty_object() {
    assert_eq!(to_string(&Empty::default()).unwrap(), "{}");
    assert_eq!(from_str::<Float32MultiArray>("{}").unwrap(), Float32MultiArray::default());
}

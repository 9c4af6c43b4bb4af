//! Payloads as they must be written, and payloads that must be accepted. Those that must be refused are in `rejects`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use rosactor_messages::{
    Message,
    action_wire::{GetResultRequest, SendGoalRequest, SendGoalResponse},
    builtin_interfaces::Time,
    example_interfaces::{Fibonacci, FibonacciGoal, WString},
    std_msgs::{Bool, ByteMultiArray, Empty, Float64MultiArray, String as Text, UInt8MultiArray},
};

/// A little-endian payload with this body.
fn le(body: &[u8]) -> Vec<u8> {
    [&[0, 1, 0, 0], body].concat()
}

#[test]
fn options_in_the_header_are_not_looked_at() {
    assert_eq!(Bool::decode(&[0, 1, 0xff, 0xff, 1]), Ok(Bool { data: true }));
}

#[test]
fn strings_end_in_nul() {
    assert_eq!(Text::decode(&le(b"\x03\0\0\0ab\0")).unwrap().data, "ab");
    // Not what CDR says, but what real ROS accepts.
    assert_eq!(Text::decode(&le(b"\0\0\0\0")).unwrap().data, "");
}

#[test]
fn wide_strings_are_utf16_in_four_bytes_each() {
    let text = WString { data: "a😀".to_owned() };
    let bytes = le(&[3, 0, 0, 0, b'a', 0, 0, 0, 0x3d, 0xd8, 0, 0, 0, 0xde, 0, 0]);
    assert_eq!(text.encode().unwrap(), bytes);
    assert_eq!(WString::decode(&bytes).unwrap(), text);
}

#[test]
fn a_type_without_fields_has_a_byte_that_may_be_missing() {
    assert_eq!(Empty::default().encode().unwrap(), le(&[0]));
    for body in [&[][..], &[0], &[0, 0, 0, 0]] {
        assert_eq!(Empty::decode(&le(body)), Ok(Empty {}));
    }
}

#[test]
fn an_empty_sequence_is_not_aligned_for_elements_it_does_not_have() {
    let bytes = Float64MultiArray::default().encode().unwrap();
    assert_eq!(bytes, le(&[0; 12]));
    let one = Float64MultiArray { data: vec![1.0], ..Default::default() };
    assert_eq!(one.encode().unwrap().len(), 4 + 12 + 4 + 8);
}

#[test]
fn both_byte_orders_are_read() {
    let big = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 0, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0,
        0, 0,
    ];
    let array = Float64MultiArray::decode(&[&big[..16], &big[16..]].concat()).unwrap();
    assert_eq!((array.layout.data_offset, array.data), (5, vec![1.5, -2.0]));
    let time = Time::decode(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 9]).unwrap();
    assert_eq!(time, Time { sec: -2, nanosec: 9 });
}

#[test]
fn long_sequences_are_copied_whole() {
    // Longer than any block that is copied at once, and not a multiple of it.
    let data: Vec<f64> = (0..1003).map(f64::from).collect();
    let array = Float64MultiArray { data, ..Default::default() };
    assert_eq!(Float64MultiArray::decode(&array.encode().unwrap()).unwrap(), array);
    let bytes =
        UInt8MultiArray { data: (0..=255).cycle().take(1003).collect(), ..Default::default() }.encode().unwrap();
    assert_eq!(bytes.len(), 4 + 12 + 1003);
    assert_eq!(ByteMultiArray::decode(&bytes).unwrap().data[1002], (1002 % 256) as u8);
}

#[test]
fn wire_types_of_actions_have_their_fields_in_order() {
    let request = SendGoalRequest::<Fibonacci> { goal_id: [7; 16], goal: FibonacciGoal { order: 5 } };
    let bytes = le(&[&[7; 16], &[5, 0, 0, 0][..]].concat());
    assert_eq!(request.encode().unwrap(), bytes);
    assert_eq!(SendGoalRequest::<Fibonacci>::decode(&bytes).unwrap(), request);
    assert_eq!(SendGoalRequest::<Fibonacci>::TYPE_NAME, "example_interfaces/action/Fibonacci_SendGoal_Request");
    let response = SendGoalResponse { accepted: true, stamp: Time { sec: 1, nanosec: 2 } };
    assert_eq!(response.encode().unwrap(), le(&[1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]));
    assert_eq!(GetResultRequest { goal_id: [9; 16] }.encode().unwrap(), le(&[9; 16]));
}

#[test]
fn errors_say_what_was_expected_and_found() {
    let error = Bool::decode(&le(&[])).unwrap_err().to_string();
    assert_eq!(error, "expected 1 more bytes at offset 4, found 0; the payload is cut off or of another type");
    let error = Bool::decode(&[0, 7, 0, 0, 1]).unwrap_err().to_string();
    assert!(error.contains("found 00 07"), "{error}");
}

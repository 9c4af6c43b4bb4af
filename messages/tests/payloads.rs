//! Payloads that must be refused, each with its error, and some that must not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use rosactor_messages::{
    DecodeError, EncodeError, Message, OverBound,
    action_wire::{GetResultRequest, SendGoalRequest, SendGoalResponse},
    builtin_interfaces::Time,
    example_interfaces::{Fibonacci, FibonacciGoal, WString},
    rcl_interfaces::{FloatingPointRange, ParameterDescriptor, ParameterValue},
    std_msgs::{Bool, ByteMultiArray, Empty, Float64MultiArray, String as Text, UInt8MultiArray},
};

/// A little-endian payload with this body.
fn le(body: &[u8]) -> Vec<u8> {
    [&[0, 1, 0, 0], body].concat()
}

#[test]
fn headers_are_checked() {
    assert_eq!(Bool::decode(&[]), Err(DecodeError::NoHeader { found: 0 }));
    assert_eq!(Bool::decode(&[0, 1, 0]), Err(DecodeError::NoHeader { found: 3 }));
    // Parameter lists and XCDR version 2.
    for id in [[0, 2], [0, 3], [0, 6], [0, 7], [1, 0]] {
        assert_eq!(Bool::decode(&[id[0], id[1], 0, 0, 1]), Err(DecodeError::UnknownEncapsulation { id }));
    }
    assert_eq!(Bool::decode(&[0, 1, 0xff, 0xff, 1]), Ok(Bool { data: true }), "options are not looked at");
}

#[test]
fn truth_values_are_0_or_1() {
    assert_eq!(Bool::decode(&le(&[2])), Err(DecodeError::BadBool { at: 4, found: 2 }));
    let mut bytes =
        ParameterValue { bool_array_value: vec![true, false, true], ..Default::default() }.encode().unwrap();
    let at = bytes.windows(7).position(|window| window == [3, 0, 0, 0, 1, 0, 1]).unwrap() + 5;
    bytes[at] = 9;
    assert_eq!(ParameterValue::decode(&bytes), Err(DecodeError::BadBool { at, found: 9 }));
}

#[test]
fn strings_end_in_nul_and_are_utf8() {
    assert_eq!(Text::decode(&le(b"\x03\0\0\0ab\0")).unwrap().data, "ab");
    assert_eq!(Text::decode(&le(b"\x02\0\0\0ab")), Err(DecodeError::MissingNul { at: 8, found: b'b' }));
    assert_eq!(Text::decode(&le(b"\x04\0\0\0ab\xff\0")), Err(DecodeError::NotUtf8 { at: 8, valid: 2 }));
    // Not what CDR says, but what real ROS accepts.
    assert_eq!(Text::decode(&le(b"\0\0\0\0")).unwrap().data, "");
}

#[test]
fn wide_strings_are_utf16_in_four_bytes_each() {
    let text = WString { data: "a😀".to_owned() };
    let bytes = le(&[3, 0, 0, 0, b'a', 0, 0, 0, 0x3d, 0xd8, 0, 0, 0, 0xde, 0, 0]);
    assert_eq!(text.encode().unwrap(), bytes);
    assert_eq!(WString::decode(&bytes).unwrap(), text);
    for unit in [[0x3d, 0xd8, 0, 0], [0, 0xde, 0, 0], [0, 0, 1, 0]] {
        let lone = [&[1, 0, 0, 0], &unit[..]].concat();
        assert_eq!(WString::decode(&le(&lone)), Err(DecodeError::NotUtf16 { at: 8 }));
    }
}

#[test]
fn a_length_that_lies_makes_no_memory() {
    let huge = [0xff; 4];
    assert!(matches!(Text::decode(&le(&huge)), Err(DecodeError::Truncated { at: 8, left: 0, .. })));
    assert!(matches!(WString::decode(&le(&huge)), Err(DecodeError::Truncated { at: 8, left: 0, .. })));
    // The dimensions of the layout are structs, the data are numbers.
    let error = Float64MultiArray::decode(&le(&huge)).unwrap_err();
    assert_eq!(error, DecodeError::LengthTooLarge { at: 8, count: 0xffff_ffff, left: 0 });
    let data = [&[0; 8], &huge[..], &[1; 16]].concat();
    assert!(matches!(Float64MultiArray::decode(&le(&data)), Err(DecodeError::Truncated { at: 20, left: 12, .. })));
}

#[test]
fn bounds_hold_in_both_directions() {
    let range = FloatingPointRange::default();
    let two = ParameterDescriptor { floating_point_range: vec![range.clone(), range], ..Default::default() };
    let field = "rcl_interfaces/msg/ParameterDescriptor.floating_point_range";
    let error = OverBound { field: field.into(), found: 2, bound: 1 };
    assert_eq!(two.encode(), Err(EncodeError::OverBound(error.clone())));
    // What a sender without the bound would write: the fields before the sequence take 24 bytes, and numbers lie at multiples of 8.
    let before = &ParameterDescriptor::default().encode().unwrap()[4..28];
    let bytes = le(&[before, &[2, 0, 0, 0], &[0; 4], &[0; 48], &[0; 4]].concat());
    assert_eq!(ParameterDescriptor::decode(&bytes), Err(DecodeError::OverBound(error)));
}

#[test]
fn a_type_without_fields_has_a_byte_that_may_be_missing() {
    assert_eq!(Empty::default().encode().unwrap(), le(&[0]));
    for body in [&[][..], &[0], &[0, 0, 0, 0]] {
        assert_eq!(Empty::decode(&le(body)), Ok(Empty {}));
    }
    assert_eq!(Empty::decode(&le(&[0; 5])), Err(DecodeError::TrailingBytes { at: 5, left: 4 }));
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

//! Payloads of types that were written from definitions.

use rosactor_every_type::test_msgs::{self, Arrays, BasicTypes, BoundedPlainSequences, BoundedSequences, Strings};
use rosactor_every_type::test_msgs::{UnboundedSequences, WStrings};
use rosactor_messages::{
    DecodeError, Message, action_wire as wire,
    builtin_interfaces::Time,
    bytes::Bytes,
    example_interfaces::{AddTwoIntsRequest, WString},
    geometry_msgs::{PoseWithCovariance, Vector3},
    rcl_interfaces::{ListParametersResult, ParameterDescriptor, ParameterValue},
    sensor_msgs::{Image, LaserScan, PointCloud2},
    std_msgs::{Bool, Empty, Float32, Float64MultiArray, Header, Int8, Int16, String as Text, UInt8MultiArray, UInt64},
    std_srvs::SetBoolResponse,
    tf2_msgs::TFMessage,
};

use crate::notation::*;

/// A payload and why it is refused.
struct Row {
    line: u32,
    decode: fn(&[u8]) -> Result<String, DecodeError>,
    decode_shared: fn(&Bytes) -> Result<String, DecodeError>,
    payload: Vec<u8>,
    error: DecodeError,
}

macro_rules! rows {
    ($($kind:ty: $payload:expr => $error:expr;)*) => {
        vec![$(Row {
            line: line!(),
            decode: |payload| <$kind>::decode(payload).map(|value| format!("{value:?}")),
            decode_shared: |payload| <$kind>::decode_shared(payload).map(|value| format!("{value:?}")),
            payload: $payload,
            error: $error.into(),
        }),*]
    };
}

fn check(rows: Vec<Row>) {
    for Row { line, decode, decode_shared, payload, error } in rows {
        assert_eq!(decode(&payload), Err(error.clone()), "the row in line {line}");
        assert_eq!(decode_shared(&payload.into()), Err(error), "the row in line {line}, shared");
    }
}

/// A payload of a value that is its type's default but for the first bytes of its body.
fn beginning<T: Message>(first: &str) -> Vec<u8> {
    let mut payload = T::default().encode().unwrap();
    let first = bytes(first);
    payload[4..4 + first.len()].copy_from_slice(&first);
    payload
}

/// As a sender without bounds would write a value that is its type's default but for its first fields, which take `skipped`
/// bytes by default. There are a multiple of 8 bytes more, so that all else stays aligned.
fn growing<T: Message>(skipped: usize, first: &str) -> Vec<u8> {
    let rest = &T::default().encode().unwrap()[4 + skipped..];
    let first = bytes(first);
    assert_eq!((first.len() - skipped) % 8, 0);
    [&[0, 1, 0, 0], &*first, rest].concat()
}

#[test]
fn headers() {
    check(rows! {
        Bool: bytes("") => DecodeError::NoHeader { found: 0 };
        Bool: bytes("00") => DecodeError::NoHeader { found: 1 };
        TFMessage: bytes("00 01 00") => DecodeError::NoHeader { found: 3 };
        // Parameter lists of XCDR version 1, in both byte orders.
        Bool: bytes("00 02 00 00 01") => unknown([0, 2]);
        Bool: bytes("00 03 00 00 01") => unknown([0, 3]);
        // XCDR version 2: plain, delimited, parameter list.
        Bool: bytes("00 06 00 00 01") => unknown([0, 6]);
        Bool: bytes("00 07 00 00 01") => unknown([0, 7]);
        Bool: bytes("00 09 00 00 01") => unknown([0, 9]);
        Bool: bytes("00 0b 00 00 01") => unknown([0, 0x0b]);
        Empty: bytes("01 00 00 00") => unknown([1, 0]);
        Text: bytes("ff ff ff ff") => unknown([0xff, 0xff]);
    });
}

#[test]
fn numbers_that_are_cut_off() {
    check(rows! {
        Int8: le("") => truncated(4, 1, 0);
        Int16: le("01") => truncated(4, 2, 1);
        Float32: le("00 00 80") => truncated(4, 4, 3);
        UInt64: le("01 02 03 04 05 06 07") => truncated(4, 8, 7);
        UInt64: be("01 02 03 04 05 06 07") => truncated(4, 8, 7);
        // A bool, then two numbers of one byte, which are read at once.
        BasicTypes: le("01 | 02") => truncated(5, 2, 1);
        // The payload ends within the padding in front of the number, right behind it, and within the number.
        BasicTypes: le("01 | 02 03 |") => truncated(8, 4, 0);
        BasicTypes: le("01 | 02 03 | 00 |") => truncated(8, 4, 0);
        BasicTypes: le("01 | 02 03 | 00 | 00 00 80") => truncated(8, 4, 3);
        BasicTypes: be("01 | 02 03 | 00 | 3f 80 00 00 | 00*7") => truncated(12, 8, 7);
        // Structs that are nothing but numbers of one size are read at once.
        Time: le("01 00 00 00 | 02") => truncated(4, 8, 5);
        Vector3: le("00*23") => truncated(4, 24, 23);
        PoseWithCovariance: le("00*56 | 00*287") => truncated(4, 344, 343);
        AddTwoIntsRequest: be("00*15") => truncated(4, 16, 15);
        LaserScan: le("00*12 | 00*27") => truncated(16, 28, 27);
        Arrays: le("01 00") => truncated(4, 3, 2);
    });
}

#[test]
fn strings_and_sequences_that_are_cut_off() {
    check(rows! {
        Text: le("") => truncated(4, 4, 0);
        Text: le("01 00") => truncated(4, 4, 2);
        Text: le("05 00 00 00 | 'ab'") => truncated(8, 5, 2);
        Text: be("00 00 00 05 | 'abcd'") => truncated(8, 5, 4);
        Header: le("00*8 | 03 00 00 00 | 'a' 00") => truncated(16, 3, 2);
        WString: le("02 00 00") => truncated(4, 4, 3);
        WString: le("02 00 00 00 | 'a' 00*3") => truncated(8, 8, 4);
        WString: be("00 00 00 02 | 00*3 'a' 00*3") => truncated(8, 8, 7);
        UInt8MultiArray: le("00*8 | 05 00 00 00 | 01 02") => truncated(16, 5, 2);
        BoundedSequences: le("03 00 00 00 | 01 00") => truncated(8, 3, 2);
        // Numbers of 8 bytes lie at multiples of 8: the first is at 20, behind padding, which may be cut off as well.
        Float64MultiArray: le("00*8 | 02 00 00 00 | 00*4 | 00*8") => truncated(20, 16, 8);
        Float64MultiArray: le("00*8 | 02 00 00 00 | 00*2") => truncated(20, 16, 0);
        ListParametersResult: le("02 00 00 00 | 02 00 00 00 'a' 00 | 00*2 | 05 00 00 00 'b'") => truncated(20, 5, 1);
        // A transform takes 72 bytes and padding, so one is possible here, but what begins is longer.
        TFMessage: le("01 00 00 00 | 00*8 00*4 00*4 | 00*4 | 00*52") => truncated(28, 56, 52);
        // The length of the second sequence is missing.
        LaserScan: le("00*12 | 00*28 | 00*4") => truncated(48, 4, 0);
        Image: le("00*12 | 00*8 | 01 00 00 00 00 | 00 | 00*2 | 00*4 | 04 00 00 00 | 01 02 03") => truncated(40, 4, 3);
    });
}

#[test]
fn lengths_that_lie() {
    const MAX: usize = 0xffff_ffff;
    check(rows! {
        Text: le("ff*4") => truncated(8, MAX, 0);
        Text: be("7f ff ff ff | 'a' 00") => truncated(8, 0x7fff_ffff, 2);
        WString: le("ff*4") => truncated(8, 4 * MAX, 0);
        UInt8MultiArray: le("00*8 | ff*4 | 01") => truncated(16, MAX, 1);
        Float64MultiArray: le("00*8 | ff*4 | 01*16") => truncated(20, 8 * MAX, 12);
        // One short of what is there, and one more: 2 numbers of 8 bytes in 15, 3 in 23.
        Float64MultiArray: le("00*8 | 02 00 00 00 | 00*4 | 00*15") => truncated(20, 16, 15);
        Float64MultiArray: be("00*8 | 00 00 00 03 | 00*4 | 00*23") => truncated(20, 24, 23);
        // Structs: two dimensions take 24 bytes at least, and here are 23.
        Float64MultiArray: le("ff*4") => too_large(8, MAX, 0);
        Float64MultiArray: le("02 00 00 00 | 00*23") => too_large(8, 2, 23);
        Float64MultiArray: be("00 00 00 02 | 00*23") => too_large(8, 2, 23);
        TFMessage: le("01 00 00 00 | 00*71") => too_large(8, 1, 71);
        TFMessage: le("00 00 00 01 | 00*71") => too_large(8, 0x0100_0000, 71);
        PointCloud2: le("00*12 | 00*8 | ff ff 00 00 | 00*64") => too_large(28, 0xffff, 64);
        // Strings: each has a length of four bytes at least.
        ListParametersResult: le("ff*4 | 00*40") => too_large(8, MAX, 40);
        ListParametersResult: le("03 00 00 00 | 00*11") => too_large(8, 3, 11);
        ListParametersResult: le("00*4 | 03 00 00 00 | 00*11") => too_large(12, 3, 11);
        // A struct without fields takes a byte, or the length alone would make work.
        UnboundedSequences: le("00*52 | 00*4 | 00*4 | ff*4 | 00*9") => too_large(68, MAX, 9);
        UnboundedSequences: le("00*52 | 00*4 | 00*4 | 0a 00 00 00 | 00*9") => too_large(68, 10, 9);
        // Truth values are bytes, but not read as such.
        UnboundedSequences: le("ff*4 | 01") => truncated(8, MAX, 1);
        // A fixed array of structs has no length of its own; three of these do not fit into 8 bytes.
        test_msgs::MultiNested: le("ff*8") => too_large(4, 3, 8);
    });
}

#[test]
fn truth_values() {
    check(rows! {
        Bool: le("02") => bad_bool(4, 2);
        Bool: le("ff") => bad_bool(4, 0xff);
        Bool: be("80") => bad_bool(4, 0x80);
        SetBoolResponse: le("03 | 00*3 | 01 00 00 00 00") => bad_bool(4, 3);
        Arrays: beginning::<Arrays>("01 00 02") => bad_bool(6, 2);
        BoundedSequences: growing::<BoundedSequences>(4, "03 00 00 00 | 01 00 05 | 00 | 00*4") => bad_bool(10, 5);
        ParameterValue: le("06 | 07") => bad_bool(5, 7);
        ParameterDescriptor: le("00*4 | 03 | 00*3 | 00*8 | 01 02 | 00*16") => bad_bool(21, 2);
    });
}

#[test]
fn strings_that_are_none() {
    check(rows! {
        Text: le("01 00 00 00 | 'a'") => missing_nul(8, b'a');
        Text: le("02 00 00 00 | 'ab'") => missing_nul(8, b'b');
        Text: be("00 00 00 03 | 'a' 00 'c'") => missing_nul(8, b'c');
        ListParametersResult: le("01 00 00 00 | 01 00 00 00 01 | 00*3 | 00*4") => missing_nul(12, 1);
        // A byte that begins nothing, a character cut off, one written too long, half of a pair, one beyond the last.
        Text: le("04 00 00 00 | 'ab' ff 00") => not_utf8(8, 2);
        Text: le("04 00 00 00 | 'a' e6 9c 00") => not_utf8(8, 1);
        Text: le("03 00 00 00 | c0 80 00") => not_utf8(8, 0);
        Text: le("04 00 00 00 | ed a0 80 00") => not_utf8(8, 0);
        Text: le("05 00 00 00 | f4 90 80 80 00") => not_utf8(8, 0);
        Header: le("00*8 | 03 00 00 00 | 'a' 80 00") => not_utf8(16, 1);
        ListParametersResult: le("02 00 00 00 | 00*4 | 02 00 00 00 80 00 | 00*2 | 00*4") => not_utf8(16, 0);
    });
}

#[test]
fn wide_strings_that_are_none() {
    check(rows! {
        // The first and the second half of a pair, alone; two first halves; a unit of more than 16 bits.
        WString: le("01 00 00 00 | 3d d8 00 00") => not_utf16(8);
        WString: le("01 00 00 00 | 00 de 00 00") => not_utf16(8);
        WString: le("02 00 00 00 | 3d d8 00 00 | 3d d8 00 00") => not_utf16(8);
        WString: le("02 00 00 00 | 'a' 00*3 | 00 00 01 00") => not_utf16(8);
        WString: be("00 00 00 01 | 00 00 d8 3d") => not_utf16(8);
        // A unit in the other byte order.
        WString: be("00 00 00 01 | 'a' 00*3") => not_utf16(8);
        WStrings: le("00*4 00*4 00*4 00*4 | 00*4 01 00 00 00 | 00 d8 00 00") => not_utf16(28);
        WStrings: le("00*4 00*4 00*4 00*4 | 00*12 | 00*4 | 01 00 00 00 | 01 00 00 00 | 00*2 01 00") => not_utf16(44);
    });
}

#[test]
fn bounds() {
    const RANGE: &str = "rcl_interfaces/msg/ParameterDescriptor.floating_point_range";
    const INTEGERS: &str = "rcl_interfaces/msg/ParameterDescriptor.integer_range";
    const STRING: &str = "test_msgs/msg/Strings.bounded_string_value";
    const WIDE: &str = "test_msgs/msg/WStrings.bounded_sequence_of_wstrings";
    check(rows! {
        // Structs, in the fields behind strings.
        ParameterDescriptor: le("00*4 | 00*4 | 00*8 | 00*4 | 02 00 00 00 | 00*48 | 00*4") => over(RANGE, 2, 1);
        ParameterDescriptor: be("00*4 | 00*4 | 00*8 | 00*4 | 00*4 | 00 00 00 03 | 00*4 | 00*72") => over(INTEGERS, 3, 1);
        // Truth values and numbers.
        BoundedSequences: growing::<BoundedSequences>(4, "08 00 00 00 | 01*8")
            => over("test_msgs/msg/BoundedSequences.bool_values", 8, 3);
        BoundedPlainSequences: growing::<BoundedPlainSequences>(4, "08 00 00 00 | 00*8")
            => over("test_msgs/msg/BoundedPlainSequences.bool_values", 8, 3);
        BoundedPlainSequences: growing::<BoundedPlainSequences>(8, "00*4 | 08 00 00 00 | 01*8")
            => over("test_msgs/msg/BoundedPlainSequences.byte_values", 8, 3);
        // The sequences in between are empty; each has a length of four bytes.
        BoundedSequences: growing::<BoundedSequences>(16, "00*12 | 04 00 00 00 | 00*16")
            => over("test_msgs/msg/BoundedSequences.float32_values", 4, 3);
        // Strings: their number, and their bytes.
        BoundedSequences: growing::<BoundedSequences>(56, "00*52 | 04 00 00 00 | 00*16")
            => over("test_msgs/msg/BoundedSequences.string_values", 4, 3);
        Strings: le("00*24 | 18 00 00 00 'x'*23 00 | 00*20") => over(STRING, 23, 22);
        Strings: be("00*24 | 00 00 00 18 'x'*23 00 | 00*20") => over(STRING, 23, 22);
        // Bytes are counted, not characters: twelve of two.
        Strings: le("00*24 | 19 00 00 00 'é'*12 00 | 00*3 | 00*20") => over(STRING, 24, 22);
        WStrings: le("00*16 | 00*12 | 04 00 00 00 | 00*16 | 00*4") => over(WIDE, 4, 3);
    });
}

#[test]
fn bytes_behind_the_end() {
    check(rows! {
        Bool: le("01 | 00*4") => trailing(5, 4);
        Bool: be("01 | 00*7") => trailing(5, 7);
        Empty: le("00 | 00*4") => trailing(5, 4);
        Text: le("02 00 00 00 'a' 00 | 00*4") => trailing(10, 4);
        Vector3: le("00*24 | 00*8") => trailing(28, 8);
        WString: le("00*4 | 00*4") => trailing(8, 4);
        TFMessage: le("00*4 | ff*4") => trailing(8, 4);
        // A message of a longer type: a stamped vector read as its header.
        Header: le("00*8 | 01 00 00 00 00 | 00*3 | 00*24") => trailing(17, 27);
    });
}

#[test]
fn what_actions_send() {
    use test_msgs::{Fibonacci, NestedMessage};
    check(rows! {
        wire::SendGoalRequest<Fibonacci>: le("07*15") => truncated(4, 16, 15);
        wire::SendGoalRequest<Fibonacci>: le("07*16 | 05 00") => truncated(20, 4, 2);
        wire::SendGoalRequest<Fibonacci>: le("07*16 | 05 00 00 00 | 00*4") => trailing(24, 4);
        wire::SendGoalRequest<NestedMessage>: le("07*16 | 00*16 | 02") => bad_bool(36, 2);
        wire::SendGoalResponse: le("02 | 00*3 | 00*8") => bad_bool(4, 2);
        wire::SendGoalResponse: le("01 | 00*3 | 00*7") => truncated(8, 8, 7);
        wire::SendGoalResponse: be("01 | 00*3 | 00*8 | 00*4") => trailing(16, 4);
        wire::GetResultRequest: le("") => truncated(4, 16, 0);
        wire::GetResultRequest: bytes("00 01") => DecodeError::NoHeader { found: 2 };
        wire::GetResultResponse<Fibonacci>: le("04 | 00*3 | ff*4") => truncated(12, 4 * 0xffff_ffff, 0);
        wire::GetResultResponse<Fibonacci>: le("04") => truncated(8, 4, 0);
        wire::FeedbackMessage<Fibonacci>: le("07*16 | 02 00 00 00 | 00*7") => truncated(24, 8, 7);
        wire::FeedbackMessage<Fibonacci>: be("07*16 | 00 00 00 02 | 00*7") => truncated(24, 8, 7);
        wire::FeedbackMessage<Fibonacci>: bytes("00 03 00 00 | 07*16") => unknown([0, 3]);
    });
}

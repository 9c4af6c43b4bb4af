//! Messages from JSON and YAML: what people may write, and what they are told if they may not.

use std::sync::Arc;

use rosactor_messages::{
    builtin_interfaces::Time,
    dynamic::{Message, Seed, Type, Types, Value},
};
use serde::de::DeserializeSeed;
use serde_json::Deserializer;

/// The shipped types and one that has everything.
fn types() -> Types {
    let mut types = Types::new();
    let everything = "bool flag true\nbyte raw\nint8 small\nuint64 large\nfloat32 single 0.5\nfloat64 double\n\
        string<=5 word hello\nwstring<=2 wide\n\
        float64[3] three [1, 2, 3]\nint16[<=2] few\nuint8[] bytes\nint8[] signed\n\
        string<=3[] words ['a', 'b']\nbool[2] flags\ngeometry_msgs/Point[] points\nstd_msgs/Header header\n\
        builtin_interfaces/Time[] times\nwstring[<=2] wides\nbyte[2] raws\n";
    types.add_definition("my_robot/msg/Everything", everything).unwrap();
    types
}

fn everything() -> Arc<Type> {
    types().get("my_robot/msg/Everything").unwrap()
}

fn json(ty: &Arc<Type>, text: &str) -> serde_json::Result<Message> {
    ty.deserialize(&mut Deserializer::from_str(text))
}

pub(crate) fn yaml(ty: &Arc<Type>, text: &str) -> Result<Message, serde_saphyr::Error> {
    // `y` and `n` are bytes as ROS prints them, and not truth values.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::PassThrough,
    };
    serde_saphyr::with_deserializer_from_str_with_options(text, options, |yaml| ty.deserialize(yaml))
}

#[test]
fn what_is_left_out_has_the_default_of_the_definition() {
    let message = json(&everything(), r#"{"points": [{"y": 2}], "word": "hi"}"#).unwrap();
    for (path, expected) in [
        ("flag", Value::Bool(true)),
        ("single", Value::F32(0.5)),
        ("three", Value::F64s(vec![1.0, 2.0, 3.0])),
        ("words", Value::Strings(vec!["a".to_owned(), "b".to_owned()])),
        ("word", Value::from("hi")),
        ("points[0].x", Value::F64(0.0)),
        ("points[0].y", Value::F64(2.0)),
        ("flags", Value::Bools(vec![false; 2])),
    ] {
        assert_eq!(*message.get(path).unwrap(), expected, "{path}");
    }
    assert_eq!(json(&everything(), "{}").unwrap(), everything().default_message());
}

#[test]
fn every_spelling_that_ros_reads_is_read_from_yaml() {
    let octets = |bytes: &[u8]| Value::U8s(bytes.into());
    let cases = [
        ("flag: no", "flag", Value::Bool(false)),
        ("flag: On", "flag", Value::Bool(true)),
        ("flag: 0", "flag", Value::Bool(false)),
        ("raw: 200", "raw", Value::U8(200)),
        ("raw: A", "raw", Value::U8(65)),
        ("raw: '1'", "raw", Value::U8(49)),
        ("raw: \"\\xC8\"", "raw", Value::U8(200)),
        ("raws: [n, 7]", "raws", octets(b"n\x07")),
        ("small: -0x10", "small", Value::I8(-16)),
        ("small: 2.0", "small", Value::I8(2)),
        ("large: 18446744073709551615", "large", Value::U64(u64::MAX)),
        ("single: 1", "single", Value::F32(1.0)),
        ("single: 1e3", "single", Value::F32(1000.0)),
        ("double: .inf", "double", Value::F64(f64::INFINITY)),
        ("double: -.INF", "double", Value::F64(f64::NEG_INFINITY)),
        ("double: inf", "double", Value::F64(f64::INFINITY)),
        ("word: 1.10", "word", Value::from("1.10")),
        ("word: yes", "word", Value::from("yes")),
        ("word: ''", "word", Value::from("")),
        ("wide: 😀", "wide", Value::from("😀")),
        ("three: [1, 2.5, -.inf]", "three", Value::F64s(vec![1.0, 2.5, f64::NEG_INFINITY])),
        ("bytes: [0, 255]", "bytes", octets(&[0, 255])),
        ("bytes: !!binary AAH/", "bytes", octets(&[0, 1, 255])),
        ("signed: [-128, 127]", "signed", Value::I8s([-128, 127].into())),
        ("words: []", "words", Value::Strings(vec![])),
        ("flags: [yes, false]", "flags", Value::Bools(vec![true, false])),
        ("header: {stamp: {sec: 3}, frame_id: base}", "header.stamp.sec", Value::I32(3)),
        ("points:\n- x: 1\n- {z: 3}\n", "points[1].z", Value::F64(3.0)),
    ];
    let ty = everything();
    for (text, path, expected) in cases {
        let message = yaml(&ty, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(*message.get(path).unwrap(), expected, "{text}");
    }
    let nan = yaml(&ty, "double: .nan").unwrap();
    assert!(nan.get("double").unwrap().as_f64().unwrap().is_nan());
}

#[test]
fn words_stand_for_what_json_has_no_number_for() {
    let ty = everything();
    let message = json(&ty, r#"{"double": "NaN", "single": "-Infinity", "three": [null, "inf", 1]}"#).unwrap();
    assert!(message.get("double").unwrap().as_f64().unwrap().is_nan());
    assert_eq!(*message.get("single").unwrap(), Value::F32(f32::NEG_INFINITY));
    assert!(message.get("three[0]").unwrap().as_f64().unwrap().is_nan());
    assert_eq!(*message.get("three[1]").unwrap(), Value::F64(f64::INFINITY));
    let text = serde_json::to_string(&message.lossless()).unwrap();
    assert!(text.contains(r#""single":"-Infinity","double":"NaN""#), "{text}");
    assert!(text.contains(r#""three":["NaN","Infinity",1.0]"#), "{text}");
    assert!(serde_json::to_string(&message).unwrap().contains(r#""single":null,"double":null"#));
}

#[test]
fn now_and_auto_stand_for_the_time_that_is_given() {
    let ty = everything();
    let text = r#"{"header": "auto", "times": ["now", {"sec": 1}]}"#;
    let now = Time { sec: 7, nanosec: 9 };
    let message = Seed::new(&ty).now(now).deserialize(&mut Deserializer::from_str(text)).unwrap();
    assert_eq!(*message.get("header.stamp.sec").unwrap(), Value::I32(7));
    assert_eq!(*message.get("times[0].nanosec").unwrap(), Value::U32(9));
    assert_eq!(*message.get("times[1].sec").unwrap(), Value::I32(1));
    let error = json(&ty, text).unwrap_err().to_string();
    assert!(
        error.starts_with("header: expected a map of fields for std_msgs/msg/Header, found a string \"auto\" where")
    );
}

#[test]
fn mistakes_name_the_path_and_both_sides() {
    let cases = [
        (r#"{"double": "fast"}"#, "double: expected a number for float64, found a string \"fast\""),
        (r#"{"double": true}"#, "double: expected a number for float64, found true"),
        (r#"{"double": [1]}"#, "double: expected a number for float64, found a list"),
        (r#"{"double": {}}"#, "double: expected a number for float64, found a map"),
        (r#"{"single": 1e60}"#, "single: expected a number for float32, found 1e60"),
        (r#"{"small": 128}"#, "small: expected a whole number from -128 to 127 for int8, found 128"),
        (r#"{"small": 1.5}"#, "small: expected a whole number from -128 to 127 for int8, found 1.5"),
        (r#"{"small": null}"#, "small: expected a whole number from -128 to 127 for int8, found nothing"),
        (r#"{"raw": -1}"#, "raw: expected a whole number from 0 to 255 for byte, found -1"),
        (r#"{"raw": "é€"}"#, "raw: expected a whole number from 0 to 255 for byte, found a string \"é€\""),
        (r#"{"raw": "€"}"#, "raw: expected a whole number from 0 to 255 for byte, found a string \"€\""),
        (r#"{"large": -1}"#, "large: expected a whole number from 0 to 18446744073709551615 for uint64, found -1"),
        (r#"{"flag": 2}"#, "flag: expected true or false for bool, found 2"),
        (r#"{"flag": "maybe"}"#, "flag: expected true or false for bool, found a string \"maybe\""),
        (r#"{"word": "longer"}"#, "word: expected a string for string<=5, found one of 6 bytes"),
        (r#"{"wide": "😀😀"}"#, "wide: expected a string for wstring<=2, found one of 4 UTF-16 units"),
        (r#"{"word": 5}"#, "invalid type: integer `5`, expected a string for string<=5 at word"),
        (r#"{"bytes": "AAH/"}"#, "invalid type: string \"AAH/\", expected a list for uint8[] at bytes"),
        (r#"{"bytes": [0, 256]}"#, "bytes[1]: expected a whole number from 0 to 255 for uint8, found 256"),
        (r#"{"three": [1, 2]}"#, "three: expected a list of 3 elements for float64[3], found 2"),
        (r#"{"three": [1, 2, 3, 4]}"#, "three: expected a list of 3 elements for float64[3], found more"),
        (r#"{"few": [1, 2, 3]}"#, "few: expected a list of at most 2 elements for int16[<=2], found more"),
        (r#"{"few": 1}"#, "few: expected a list of at most 2 elements for int16[<=2], found 1"),
        (r#"{"words": ["ab", "abcd"]}"#, "words[1]: expected a string for string<=3, found one of 4 bytes"),
        (r#"{"points": [{}, {"x": "a"}]}"#, "points[1].x: expected a number for float64, found a string \"a\""),
        (r#"{"points": [3]}"#, "points[0]: expected a map of fields for geometry_msgs/msg/Point, found 3"),
        (
            r#"{"points": [{"w": 1}]}"#,
            "points[0]: expected fields of geometry_msgs/msg/Point (x, y, z), found the field \"w\"",
        ),
        (
            r#"{"header": {"stamp": {"secs": 1}}}"#,
            "header.stamp: expected fields of builtin_interfaces/msg/Time (sec, nanosec), \
             found the field \"secs\"; did you mean sec?",
        ),
        (r#"{"header": "now"}"#, "header: expected a map of fields for std_msgs/msg/Header, found a string \"now\""),
        (
            r#"{"flag": true, "flag": true}"#,
            "my_robot/msg/Everything: expected a map of fields for my_robot/msg/Everything, found the field flag twice",
        ),
        ("[]", "my_robot/msg/Everything: expected a map of fields for my_robot/msg/Everything, found a list"),
        ("null", "my_robot/msg/Everything: expected a map of fields for my_robot/msg/Everything, found nothing"),
    ];
    let ty = everything();
    for (text, expected) in cases {
        let error = json(&ty, text).expect_err(text).to_string();
        assert!(error.starts_with(expected), "{text}\n  expected {expected}\n  found    {error}");
    }
}

#[test]
fn mistakes_in_yaml_have_their_line_too() {
    let error = yaml(&everything(), "word: a\nheader:\n  stamp:\n    sec: soon\n").unwrap_err().to_string();
    assert!(error.contains("line 4 column 10"), "{error}");
    let expected =
        "header.stamp.sec: expected a whole number from -2147483648 to 2147483647 for int32, found a string \"soon\"";
    assert!(error.contains(expected), "{error}");
}

//! What `ros2 topic echo` prints: `rosidl_runtime_py` turns the message into a map, and PyYAML writes it. The expected
//! texts were written down from the latter.

use allocation_counter::measure;
use rosactor_messages::{
    Message as _,
    builtin_interfaces::Time,
    bytes::Bytes,
    diagnostic_msgs::{DiagnosticArray, DiagnosticStatus, KeyValue},
    dynamic::{Message, Types},
    example_interfaces::{ByteMultiArray, MultiArrayDimension},
    geometry_msgs::{Pose, Twist, TwistStamped, Vector3},
    rcl_interfaces::ParameterDescriptor,
    sensor_msgs::{Image, LaserScan, NavSatFix},
    std_msgs::{Empty, Header, String as Text},
};

fn dynamic<M: rosactor_messages::Message>(message: &M) -> Message {
    Message::from_static(message).unwrap()
}

fn header() -> Header {
    Header { stamp: Time { sec: 17, nanosec: 5 }, frame_id: "base_link".to_owned() }
}

#[test]
fn numbers_and_messages_in_each_other() {
    let linear = Vector3 { x: 0.5, y: -1e-5, z: 1e16 };
    let twist = TwistStamped { header: header(), twist: Twist { linear, angular: Vector3::default() } };
    assert_eq!(
        dynamic(&twist).to_string(),
        "header:\n  stamp:\n    sec: 17\n    nanosec: 5\n  frame_id: base_link\n\
         twist:\n  linear:\n    x: 0.5\n    y: -1.0e-05\n    \
         z: 1.0e+16\n  angular:\n    x: 0.0\n    y: 0.0\n    z: 0.0"
    );
    assert_eq!(dynamic(&Pose::default()).to_string().lines().last().unwrap(), "  w: 1.0");
}

#[test]
fn lists_of_floats_have_the_digits_of_a_double() {
    let scan = LaserScan { ranges: vec![0.1, f32::INFINITY, f32::NAN, 2.0], angle_min: -2.7, ..LaserScan::default() };
    assert_eq!(
        dynamic(&scan).to_string(),
        "header:\n  stamp:\n    sec: 0\n    nanosec: 0\n  frame_id: ''\nangle_min: -2.700000047683716\nangle_max: 0.0\n\
         angle_increment: 0.0\ntime_increment: 0.0\nscan_time: 0.0\nrange_min: 0.0\nrange_max: 0.0\nranges:\n\
         - 0.10000000149011612\n- .inf\n- .nan\n- 2.0\nintensities: []"
    );
}

#[test]
fn lists_of_messages_are_not_indented() {
    let value = |key: &str, value: &str| KeyValue { key: key.to_owned(), value: value.to_owned() };
    let status = DiagnosticStatus {
        level: b'\x02',
        name: "motor: left".to_owned(),
        message: "hot\nvery".to_owned(),
        hardware_id: "0x10".to_owned(),
        values: vec![value("t", "80.5"), value("on", "yes")],
    };
    let array = DiagnosticArray { header: Header::default(), status: vec![status, DiagnosticStatus::default()] };
    assert_eq!(
        dynamic(&array).to_string(),
        "header:\n  stamp:\n    sec: 0\n    nanosec: 0\n  frame_id: ''\n\
         status:\n- level: \"\\x02\"\n  name: 'motor: left'\n  \
         message: 'hot\n\n    very'\n  hardware_id: '0x10'\n  \
         values:\n  - key: t\n    value: '80.5'\n  - key: 'on'\n    value: 'yes'\n\
         - level: \"\\0\"\n  name: ''\n  message: ''\n  hardware_id: ''\n  values: []"
    );
}

#[test]
fn bytes_are_characters_and_octets_are_numbers() {
    let mut bytes = ByteMultiArray { data: vec![0, 65, 49, 0xe9, 0x85].into(), ..ByteMultiArray::default() };
    bytes.layout.dim.push(MultiArrayDimension { label: "n".to_owned(), size: 5, stride: 5 });
    assert_eq!(
        dynamic(&bytes).to_string(),
        "layout:\n  dim:\n  - label: n\n    size: 5\n    stride: 5\n  data_offset: 0\n\
         data:\n- \"\\0\"\n- A\n- '1'\n- é\n- \"\\N\""
    );
    let image = Image { encoding: "mono8".to_owned(), data: vec![1, 255].into(), ..Image::default() };
    assert!(dynamic(&image).to_string().ends_with("encoding: mono8\nis_bigendian: 0\nstep: 0\ndata:\n- 1\n- 255"));
}

#[test]
fn what_is_empty_is_in_braces() {
    assert_eq!(dynamic(&Empty::default()).to_string(), "{}");
    let mut types = Types::new();
    let ty =
        types.add_definition("my_robot/msg/Holes", "std_msgs/Empty one\nstd_msgs/Empty[2] two\nbool[] none\n").unwrap();
    assert_eq!(ty.default_message().to_string(), "one: {}\ntwo:\n- {}\n- {}\nnone: []");
}

#[test]
fn truth_values_and_arrays() {
    assert_eq!(
        dynamic(&ParameterDescriptor { read_only: true, ..ParameterDescriptor::default() }).to_string(),
        "name: ''\ntype: 0\ndescription: ''\nadditional_constraints: ''\nread_only: true\ndynamic_typing: false\n\
         floating_point_range: []\ninteger_range: []"
    );
    let fix = dynamic(&NavSatFix::default()).to_string();
    assert!(
        fix.ends_with(&format!("position_covariance:\n{}position_covariance_type: 0", "- 0.0\n".repeat(9))),
        "{fix}"
    );
}

#[test]
fn what_is_long_is_cut() {
    let scan = LaserScan { header: header(), ranges: vec![1.0; 4], intensities: vec![2.0; 2], ..LaserScan::default() };
    let cut = dynamic(&scan).yaml().longest(2).to_string();
    assert!(cut.contains("frame_id: ba...\n"), "{cut}");
    assert!(cut.ends_with("ranges:\n- 1.0\n- 1.0\n- '...'\nintensities:\n- 2.0\n- 2.0"), "{cut}");
    let status =
        DiagnosticStatus { name: "äöüß".to_owned(), values: vec![KeyValue::default(); 2], ..Default::default() };
    let cut = dynamic(&status).yaml().longest(1).to_string();
    assert_eq!(
        cut,
        "level: \"\\0\"\nname: ä...\nmessage: ''\nhardware_id: ''\nvalues:\n- key: ''\n  value: ''\n- '...'"
    );
    assert!(dynamic(&scan).yaml().longest(0).to_string().contains("ranges:\n- '...'\n"));
}

#[test]
fn lists_and_strings_are_left_out() {
    let mut types = Types::new();
    let text = "float32[3] a\nfloat64[] b\n\
        string[<=4] c\nbyte[] d\nbool[] e\ngeometry_msgs/Point[<=2] f\n\
        char[] g\nwstring[] h\nstring i héllo\n";
    let message = types.add_definition("my_robot/msg/Lists", text).unwrap().default_message();
    assert_eq!(
        message.yaml().no_arrays().no_strings().to_string(),
        "a: '<array type: float[3]>'\nb: '<sequence type: double, length: 0>'\n\
         c: '<sequence type: string[4], length: 0>'\n\
         d: '<sequence type: octet, length: 0>'\ne: '<sequence type: boolean, length: 0>'\n\
         f: '<sequence type: geometry_msgs/msg/Point[2], length: 0>'\ng: '<sequence type: uint8, length: 0>'\n\
         h: '<sequence type: wstring, length: 0>'\ni: '<string length: <5>>'"
    );
}

#[test]
fn floats_have_the_digits_that_python_gives_them() {
    let cases = [
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (1e-4, "0.0001"),
        (1e-5, "1.0e-05"),
        (5e-324, "5.0e-324"),
        (123_456_789_012_345.6, "123456789012345.6"),
        (1e16, "1.0e+16"),
        (1.234_567_890_123_456_8e17, "1.2345678901234568e+17"),
        (f64::MAX, "1.7976931348623157e+308"),
        // As near to ...813, but this is even.
        (f64::from(-169.102_08_f32), "-169.10208129882812"),
        (f64::from(0.1_f32), "0.10000000149011612"),
    ];
    let ty = Types::new().get("std_msgs/msg/Float64").unwrap();
    for (number, expected) in cases {
        let mut message = ty.default_message();
        message.set("data", number).unwrap();
        assert_eq!(message.to_string(), format!("data: {expected}"));
    }
}

/// Texts and what PyYAML 6 makes of them as the value of `data`, but for the line breaks that are not `\n`: they are
/// escaped here.
const TEXTS: &[(&str, &str)] = &[
    ("", "''"),
    ("a", "a"),
    ("a b", "a b"),
    (" a", "' a'"),
    ("a ", "'a '"),
    ("1", "'1'"),
    ("1.0", "'1.0'"),
    ("true", "'true'"),
    ("null", "'null'"),
    ("~", "'~'"),
    ("yes", "'yes'"),
    ("no", "'no'"),
    ("on", "'on'"),
    ("y", "y"),
    ("=", "'='"),
    ("<<", "'<<'"),
    ("-", "'-'"),
    ("- a", "'- a'"),
    ("-a", "-a"),
    ("a: b", "'a: b'"),
    ("a:b", "a:b"),
    ("a:", "'a:'"),
    ("#a", "'#a'"),
    ("a #b", "'a #b'"),
    ("a#b", "a#b"),
    ("'q'", "'''q'''"),
    ("it's", "it's"),
    ("\"q\"", "'\"q\"'"),
    ("a\nb", "'a\n\n  b'"),
    ("a\n", "'a\n\n  '"),
    ("\n", "'\n\n  '"),
    ("a\n\nb", "'a\n\n\n  b'"),
    ("a\tb", "\"a\\tb\""),
    ("\t", "\"\\t\""),
    ("é", "é"),
    ("木", "木"),
    ("😀", "😀"),
    ("a\u{7}b", "\"a\\ab\""),
    ("!x", "'!x'"),
    ("&x", "'&x'"),
    ("*x", "'*x'"),
    ("?", "'?'"),
    ("? x", "'? x'"),
    ("?x", "?x"),
    ("[a", "'[a'"),
    ("a]", "a]"),
    ("{a", "'{a'"),
    ("a,b", "a,b"),
    ("|", "'|'"),
    ("> a", "'> a'"),
    ("%a", "'%a'"),
    ("@a", "'@a'"),
    ("`a", "'`a'"),
    ("---", "'---'"),
    ("...", "'...'"),
    ("--- a", "'--- a'"),
    ("0x10", "'0x10'"),
    ("1_000", "'1_000'"),
    ("1:30", "'1:30'"),
    ("2001-01-01", "'2001-01-01'"),
    ("2001-01-01 10:00:00", "'2001-01-01 10:00:00'"),
    (".nan", "'.nan'"),
    (".inf", "'.inf'"),
    ("-.inf", "'-.inf'"),
    ("nan", "nan"),
    ("1e3", "1e3"),
    ("1.e3", "1.e3"),
    ("+1", "'+1'"),
    ("0o7", "0o7"),
    ("0b1", "'0b1'"),
    ("012", "'012'"),
    ("a\\b", "a\\b"),
    ("C:\\x", "C:\\x"),
    ("\u{a0}", "\u{a0}"),
    ("\u{feff}a", "\"\\uFEFFa\""),
    ("a\u{2028}b", "\"a\\Lb\""),
    ("a\u{85}b", "\"a\\Nb\""),
    ("\u{0}", "\"\\0\""),
    ("\u{ff}", "\u{ff}"),
    ("a\u{200b}b", "a\u{200b}b"),
    ("  ", "'  '"),
    ("a  b", "a  b"),
    ("a\n b", "\"a\\n b\""),
    ("a \nb", "\"a \\nb\""),
    ("\\n", "\\n"),
    ("Off", "'Off'"),
    ("TRUE", "'TRUE'"),
    ("Null", "'Null'"),
    ("NULL", "'NULL'"),
    ("None", "None"),
    ("a:b:c", "a:b:c"),
    ("1.5e+3", "'1.5e+3'"),
    ("685_230.15", "'685_230.15'"),
    ("0.", "'0.'"),
    ("._1", "._1"),
    (".5", "'.5'"),
    ("-", "'-'"),
    ("--", "--"),
    ("a!", "a!"),
    ("a&b", "a&b"),
    ("a%b", "a%b"),
    ("/abs", "/abs"),
    ("~a", "~a"),
    ("a~", "a~"),
    ("0b", "0b"),
    ("0x", "0x"),
    ("08", "08"),
    ("190:20:30", "'190:20:30'"),
    ("190:20:30.15", "'190:20:30.15'"),
    ("+.inf", "'+.inf'"),
    ("2020-1-1T1:1:1Z", "2020-1-1T1:1:1Z"),
    ("😀 x", "😀 x"),
    ("\u{d7ff}", "\u{d7ff}"),
    ("\u{e000}", "\u{e000}"),
    ("\u{fffd}", "\u{fffd}"),
    ("\u{fffe}", "\"\\uFFFE\""),
    ("a\r", "\"a\\r\""),
    ("a\rb", "\"a\\rb\""),
    (" \n", "\" \\n\""),
    ("\na", "'\n\n  a'"),
    ("日本: x", "'日本: x'"),
    (", a", "', a'"),
    (": a", "': a'"),
    (":a", ":a"),
    ("a\n: b", "'a\n\n  : b'"),
    ("=a", "=a"),
    ("é\nb", "'é\n\n  b'"),
    ("😀\nb", "'😀\n\n  b'"),
    ("€", "€"),
    ("a- b", "a- b"),
    ("a ?", "a ?"),
    ("NO", "'NO'"),
    ("nO", "nO"),
    ("1__0", "'1__0'"),
    ("0_7", "'0_7'"),
    ("09", "09"),
    ("1.0e+", "1.0e+"),
    ("1e+3", "1e+3"),
    ("-.5", "-.5"),
    ("+.5", "+.5"),
    ("1:60", "1:60"),
    ("0:30.5", "'0:30.5'"),
    ("1:2:3.", "'1:2:3.'"),
    ("2001-1-1", "2001-1-1"),
    ("2001-01-01T10:00:00.5-07:00", "'2001-01-01T10:00:00.5-07:00'"),
    ("2001-01-01 1:00:00 +1:30", "'2001-01-01 1:00:00 +1:30'"),
    ("a'b\nc", "'a''b\n\n  c'"),
    ("x\u{9f}y", "\"x\\x9Fy\""),
    ("é\u{7}", "\"é\\a\""),
    ("😀\u{7}", "\"\\U0001F600\\a\""),
    ("\u{a0}\u{7}", "\"\u{a0}\\a\""),
    ("\"\\\u{7}", "\"\\\"\\\\\\a\""),
    ("-1", "'-1'"),
    ("- ", "'- '"),
    ("a:\tb", "\"a:\\tb\""),
    ("a\u{2029}\n\nb", "\"a\\P\\n\\nb\""),
    ("..", ".."),
    ("....", "'....'"),
    ("- -", "'- -'"),
    ("1_", "'1_'"),
    ("_1", "_1"),
    ("+", "+"),
    ("-0x1F", "'-0x1F'"),
    ("0b_1", "'0b_1'"),
    ("--- x", "'--- x'"),
    ("\u{10ffff}", "\"\\U0010FFFF\""),
    ("ends:", "'ends:'"),
    ("#", "'#'"),
    ("k: 'v'", "'k: ''v'''"),
    ("!", "'!'"),
    ("@", "'@'"),
    ("%", "'%'"),
    ("<<x", "<<x"),
    ("==", "=="),
    ("~~", "~~"),
];

#[test]
fn texts_are_quoted_where_yaml_needs_it() {
    for (text, expected) in TEXTS {
        let message = dynamic(&Text { data: (*text).to_owned() });
        assert_eq!(message.to_string(), format!("data: {expected}"), "{text:?}");
    }
}

#[test]
fn printing_a_shared_payload_needs_no_copy_of_it() {
    let image = Image { data: vec![7; 4096].into(), ..Image::default() };
    let payload = Bytes::from(image.encode().unwrap());
    let message = dynamic(&Image::default()).ty().decode_shared(&payload).unwrap();
    let data = message.get("data").unwrap();
    let rosactor_messages::dynamic::Value::U8s(octets) = &*data else { panic!("data are {data:?}") };
    assert!(payload.as_ptr_range().contains(&octets.as_ptr()), "the bytes were copied");
    let mut pieces = 0;
    let taken = measure(|| pieces = message.encode_scattered().unwrap().pieces().count()).bytes_max;
    assert_eq!(pieces, 2);
    assert!(taken < 1000, "{taken} bytes were taken to lend 4096");
    assert_eq!(message.yaml().longest(1).to_string().lines().last(), Some("- '...'"));
}

//! Reaching into messages, and turning them into Rust types and back.

use std::sync::Arc;

use rosactor_messages::{
    Message as _,
    action_wire::SendGoalRequest,
    dynamic::{ConvertError, Message, PathError, SetError, Type, TypeError, Types, Value},
    example_interfaces::{Fibonacci, FibonacciGoal},
    geometry_msgs::{Point, Polygon, PolygonStamped, Pose, PoseArray, Vector3},
    rcl_interfaces::{FloatingPointRange, ParameterDescriptor},
    sensor_msgs::{Image, LaserScan},
};

fn scan() -> Message {
    let mut scan = LaserScan { angle_max: 1.5, ranges: vec![1.0, 2.0, 3.0], ..LaserScan::default() };
    scan.header.frame_id = "laser".to_owned();
    Message::from_static(&scan).unwrap()
}

fn poses() -> Message {
    let poses = vec![Pose { position: Point { x: 1.0, y: 2.0, z: 3.0 }, ..Pose::default() }];
    Message::from_static(&PoseArray { poses, ..PoseArray::default() }).unwrap()
}

#[test]
fn paths_lead_through_messages_and_sequences() {
    let (scan, poses) = (scan(), poses());
    assert_eq!(scan.get("header.frame_id").unwrap().as_str(), Some("laser"));
    assert_eq!(*scan.get("ranges").unwrap(), Value::F32s(vec![1.0, 2.0, 3.0]));
    assert_eq!(*scan.get("ranges[2]").unwrap(), Value::F32(3.0));
    assert_eq!(poses.get("poses[0].position.y").unwrap().as_f64(), Some(2.0));
    assert_eq!(poses.get("poses[0]").unwrap().as_message().unwrap().ty().name(), "geometry_msgs/msg/Pose");
    assert_eq!(poses.get("poses").unwrap().as_messages().unwrap().len(), 1);
}

#[test]
fn paths_that_lead_nowhere_say_where_they_end() {
    let cases = [
        ("", "expected a path such as pose.position.x or ranges[3], found \"\", which is wrong at character 0"),
        (
            "header..stamp",
            "expected a path such as pose.position.x or ranges[3], found \"header..stamp\", \
             which is wrong at character 7",
        ),
        (
            "ranges[x]",
            "expected a path such as pose.position.x or ranges[3], found \"ranges[x]\", which is wrong at character 6",
        ),
        (
            "ranges[1",
            "expected a path such as pose.position.x or ranges[3], found \"ranges[1\", which is wrong at character 6",
        ),
        (
            "ranges[0][0]",
            "expected a path such as pose.position.x or ranges[3], found \"ranges[0][0]\", \
             which is wrong at character 6",
        ),
        (
            "ranges[99999999999999999999]",
            "expected a path such as pose.position.x or ranges[3], \
             found \"ranges[99999999999999999999]\", which is wrong at character 6",
        ),
        ("[0]", "expected a path such as pose.position.x or ranges[3], found \"[0]\", which is wrong at character 0"),
        ("range", "expected a field of sensor_msgs/msg/LaserScan, found \"range\"; did you mean ranges?"),
        ("header.stamp.zzz.a", "expected a field of builtin_interfaces/msg/Time, found \"header.stamp.zzz\""),
        ("ranges[3]", "expected an index below 3, found \"ranges[3]\""),
        ("angle_min[0]", "expected a sequence in front of the end of \"angle_min[0]\", found the number 0.0"),
        ("angle_min.x", "expected a message in front of the end of \"angle_min.x\", found the number 0.0"),
        ("ranges.x", "expected a message in front of the end of \"ranges.x\", found a list of float32"),
        ("ranges[0].x", "expected a message in front of the end of \"ranges[0].x\", found the number 1.0"),
        (
            "header[0]",
            "expected a sequence in front of the end of \"header[0]\", found a message of type std_msgs/msg/Header",
        ),
    ];
    let mut scan = scan();
    for (path, expected) in cases {
        let error = scan.get(path).expect_err(path);
        assert_eq!(error.to_string(), expected);
        assert_eq!(scan.set(path, 1), Err(SetError::Path(error)), "{path}");
    }
    let error = poses().get("poses[1].position").unwrap_err();
    assert_eq!(error, PathError::NoElement { path: "poses[1]".to_owned(), length: 1 });
}

#[test]
fn fields_take_what_they_can_hold() {
    let mut scan = scan();
    scan.set("angle_min", 0.1).unwrap();
    scan.set("ranges[1]", 7).unwrap();
    scan.set("intensities", vec![0.5_f32]).unwrap();
    scan.set("header.frame_id", "front").unwrap();
    scan.set("header.stamp.nanosec", 5_i64).unwrap();
    let back: LaserScan = scan.to_static().unwrap();
    assert_eq!((back.angle_min, back.ranges, back.intensities), (0.1, vec![1.0, 7.0, 3.0], vec![0.5]));
    assert_eq!((back.header.frame_id.as_str(), back.header.stamp.nanosec), ("front", 5));

    let mut poses = poses();
    poses.set("poses[0].position.x", 4.5_f32).unwrap();
    let pose = poses.get("poses[0]").unwrap().into_owned();
    poses.set("poses", vec![pose.as_message().unwrap().clone(); 2]).unwrap();
    poses.set("poses[1]", pose).unwrap();
    poses.set("poses[1].position.x", 5).unwrap();
    let back: PoseArray = poses.to_static().unwrap();
    assert_eq!(back.poses.iter().map(|pose| pose.position.x).collect::<Vec<_>>(), [4.5, 5.0]);

    let mut image = Message::from_static(&Image::default()).unwrap();
    image.set("data", vec![1_u8, 2]).unwrap();
    image.set("data[1]", 9).unwrap();
    assert_eq!(image.to_static::<Image>().unwrap().data, [1, 9]);
}

#[test]
fn fields_refuse_what_they_cannot_hold() {
    let mut types = Types::new();
    let text = "uint8 small\nbool flag\nstring<=3 word\nint32[2] two\nfloat32[<=1] few\n\
        string<=2[] words\ngeometry_msgs/Point[] points\ngeometry_msgs/Point point\nfloat32 single\n";
    let mut message = types.add_definition("my_robot/msg/Narrow", text).unwrap().default_message();
    let vector = || Message::from_static(&Vector3::default()).unwrap();
    let cases: Vec<(&str, Value, &str)> = vec![
        ("small", 256.into(), "small: expected a whole number from 0 to 255 for uint8, found the number 256"),
        ("small", 0.5.into(), "small: expected a whole number from 0 to 255 for uint8, found the number 0.5"),
        ("small", true.into(), "small: expected a whole number from 0 to 255 for uint8, found a bool"),
        ("flag", 1.into(), "flag: expected a value for bool, found the number 1"),
        ("word", "long".into(), "word: expected a string for string<=3, found one of 4 bytes"),
        ("two", vec![1].into(), "two: expected a value for int32[2], found 1 elements"),
        ("two", vec![1_i64, 2].into(), "two: expected a value for int32[2], found a list of int64"),
        (
            "two[0]",
            "a".into(),
            "two[0]: expected a whole number from -2147483648 to 2147483647 for int32, found a string",
        ),
        ("few", vec![1_f32, 2.0].into(), "few: expected a value for float32[<=1], found 2 elements"),
        ("words", vec!["abc".to_owned()].into(), "words: expected a value for string<=2[], found one of 3 bytes"),
        (
            "point",
            vector().into(),
            "point: expected a value for geometry_msgs/msg/Point, found a message of type geometry_msgs/msg/Vector3",
        ),
        (
            "points",
            vec![vector()].into(),
            "points: expected a value for geometry_msgs/msg/Point[], found one of geometry_msgs/msg/Vector3",
        ),
        ("single", 1e60.into(), "single: expected a number for float32, found the number 1e60"),
    ];
    let before = message.clone();
    for (path, value, expected) in cases {
        assert_eq!(message.set(path, value).expect_err(path).to_string(), expected);
    }
    assert_eq!(message, before);
}

#[test]
fn messages_become_rust_types_only_of_their_own_type() {
    let error = scan().to_static::<Image>().unwrap_err();
    assert!(matches!(&error, ConvertError::OtherType { .. }), "{error}");
    assert!(error.to_string().starts_with("expected a message of type sensor_msgs/msg/Image (RIHS01_"), "{error}");
    let ranges = vec![FloatingPointRange::default(); 2];
    let over = ParameterDescriptor { floating_point_range: ranges, ..ParameterDescriptor::default() };
    assert!(matches!(Message::from_static(&over), Err(ConvertError::Encode(_))));
}

#[test]
fn a_type_is_made_once_and_shared() {
    let (one, other) = (Type::of::<PolygonStamped>().unwrap(), Types::new().get(PolygonStamped::TYPE_NAME).unwrap());
    assert!(Arc::ptr_eq(&one, &other));
    // Types within types are equal, if not the same.
    assert_eq!(one.references()["geometry_msgs/msg/Polygon"], &Type::of::<Polygon>().unwrap());
}

#[test]
fn the_wire_types_of_shipped_actions_are_known_as_parts_of_them() {
    let request = SendGoalRequest::<Fibonacci> { goal_id: [7; 16], goal: FibonacciGoal { order: 5 } };
    let message = Message::from_static(&request).unwrap();
    assert_eq!(*message.get("goal.order").unwrap(), Value::I32(5));
    assert_eq!(*message.get("goal_id.uuid[15]").unwrap(), Value::U8(7));
    assert_eq!(message.to_static::<SendGoalRequest<Fibonacci>>().unwrap(), request);
}

#[test]
fn a_type_written_by_hand_has_no_fields_to_show() {
    #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Hand {}
    impl rosactor_messages::Message for Hand {
        const TYPE_NAME: &'static str = "my_robot/msg/Hand";
        const TYPE_HASH: &'static str = "";
    }
    assert_eq!(Type::of::<Hand>().unwrap_err(), TypeError::NotDescribed { name: "my_robot/msg/Hand" });
}

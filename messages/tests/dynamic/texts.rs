//! Types from definitions, alone and several in one text.

use rosactor_messages::{
    Service as _,
    dynamic::{Arity, Kind, Type, TypeError, Types},
    example_interfaces::AddTwoInts,
};

/// What MCAP files have for `geometry_msgs/msg/PointStamped`, with the line ends of another system.
const POINT_STAMPED: &str = "std_msgs/Header header\r\nPoint point\n\
    \n================================================================================\nMSG: std_msgs/Header\n\
    builtin_interfaces/Time stamp\nstring frame_id\n\
    \n================================================================================\r\n\
    MSG: builtin_interfaces/msg/Time\r\n\
    int32 sec\nuint32 nanosec\n\
    ================================================================================\nMSG: geometry_msgs/Point\n\
    # ===\nfloat64 x\nfloat64 y\nfloat64 z";

#[test]
fn a_stored_text_gives_the_type_that_was_stored() {
    let shipped = Types::new().get("geometry_msgs/msg/PointStamped").unwrap();
    for name in ["geometry_msgs/msg/PointStamped", "geometry_msgs/PointStamped"] {
        assert_eq!(Type::from_ros2msg(name, POINT_STAMPED).unwrap(), shipped);
    }
    // What is shipped may be left out.
    let short = POINT_STAMPED.split("\r\nMSG").next().unwrap().rsplit_once('\n').unwrap().0;
    assert_eq!(Type::from_ros2msg("geometry_msgs/msg/PointStamped", &format!("{short}\n")).unwrap(), shipped);
}

#[test]
fn a_stored_text_may_define_another_type_of_a_shipped_name() {
    let old = POINT_STAMPED.replace("float64", "float32");
    let ty = Type::from_ros2msg("geometry_msgs/msg/PointStamped", &old).unwrap();
    assert_eq!(ty.default_message().encode().unwrap().len(), 4 + 8 + 8 + 12);
    let error = Types::new().add_ros2msg("geometry_msgs/msg/PointStamped", &old).unwrap_err();
    assert!(matches!(&error, TypeError::Conflict { name, .. } if name == "geometry_msgs/msg/Point"), "{error}");
    assert!(Types::new().add_ros2msg("geometry_msgs/msg/PointStamped", POINT_STAMPED).is_ok());
}

#[test]
fn parts_of_a_service_have_the_text_of_the_service() {
    let text = "int64 a\nint64 b\n---\nint64 sum\n";
    for part in ["", "_Request", "_Response", "_Event"] {
        let name = format!("{}{part}", AddTwoInts::TYPE_NAME);
        assert_eq!(Type::from_ros2msg(&name, text).unwrap(), Types::new().get(&name).unwrap());
    }
    let text = "int32 order\n---\nint32[] sequence\n---\nint32[] sequence\n";
    let name = "example_interfaces/action/Fibonacci_FeedbackMessage";
    assert_eq!(Type::from_ros2msg(name, text).unwrap(), Types::new().get(name).unwrap());
}

#[test]
fn stored_texts_with_mistakes_are_refused() {
    const LINE: &str = "================================================================================";
    let cases = [
        (
            format!("int32 a\n{LINE}"),
            "expected `MSG: package/Name` in line 3 behind the separator, found the end of the text",
        ),
        (
            format!("int32 a\n{LINE}\nIDL: a/B\n"),
            "expected `MSG: package/Name` in line 3 behind the separator, found \"IDL: a/B\"",
        ),
        (
            format!("a/B b\n{LINE}\nMSG: a/B\nint8 x\n{LINE}\nMSG: a/B\nint8 y\n"),
            "expected one description of a/msg/B, found two different ones",
        ),
        (format!("a/B b\n{LINE}\nMSG: a/B\nint9 x\n"), "a/msg/B:1:1: \"int9\" is no valid name for a type"),
        (
            format!("a/B b\n{LINE}\nMSG: a/B\nmy_robot/Root x\n"),
            "my_robot/msg/Root:1:1: the type contains itself: my_robot/msg/Root -> a/msg/B -> my_robot/msg/Root",
        ),
        ("a/B b\n".to_owned(), "my_robot/msg/Root:1:1: the type a/msg/B is not defined"),
        (String::from("int32\n"), "my_robot/msg/Root:1:6: expected a blank and a name"),
    ];
    for (text, expected) in cases {
        let error = Type::from_ros2msg("my_robot/msg/Root", &text).expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{text}\n  expected {expected}\n  found    {error}");
    }
}

#[test]
fn definitions_may_refer_to_each_other_and_come_all_or_none() {
    let mut types = Types::new();
    let wheels =
        [("my_robot/msg/Wheels", "Wheel[2] wheels\nWheel spare\n"), ("my_robot/msg/Wheel", "float32 speed 0.5\n")];
    let error = types.add_definitions([wheels[0]]).unwrap_err();
    assert!(
        error.to_string().starts_with("my_robot/msg/Wheels:1:1: the type my_robot/msg/Wheel is not defined"),
        "{error}"
    );
    let wrong = [wheels[0], wheels[1], ("my_robot/msg/Third", "int32 a 1.5\nint33 b\n")];
    let error = types.add_definitions(wrong).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 2, "{error}");
    assert!(types.get("my_robot/msg/Wheel").is_err());
    types.add_definitions(wheels).unwrap();
    let wheels = types.get("my_robot/Wheels").unwrap();
    let field = &wheels.fields()[0];
    assert!(matches!(field.kind(), Kind::Message(wheel) if wheel.fields()[0].default_value().as_f64() == Some(0.5)));
    assert_eq!((field.arity(), field.type_name().as_str()), (Arity::Array(2), "my_robot/msg/Wheel[2]"));
    assert_eq!(types.names().filter(|name| name.starts_with("my_robot/")).count(), 2);
}

#[test]
fn a_service_brings_the_types_that_ros_derives_from_it() {
    let mut types = Types::new();
    types.add_definition("my_robot/srv/Get", "string key\n---\nfloat64 value 1.5\n").unwrap();
    // Rust could not have both, but ROS can.
    types.add_definitions([("my_robot/srv/Set", "---\n"), ("my_robot/srv/SetRequest", "---\n")]).unwrap();
    let event = types.get("my_robot/srv/Get_Event").unwrap();
    assert_eq!(event.field("response").unwrap().type_name(), "my_robot/srv/Get_Response[<=1]");
    assert_eq!(event.field("info").unwrap().type_name(), "service_msgs/msg/ServiceEventInfo");
    types.add_definition("my_robot/action/Go", "---\n---\n").unwrap();
    assert_eq!(
        types.get("my_robot/action/Go_SendGoal_Request").unwrap().field("goal").unwrap().type_name(),
        "my_robot/action/Go_Goal"
    );
}

#[test]
fn the_same_may_be_added_again_but_not_another_of_the_name() {
    let mut types = Types::new();
    types.add_definition("my_robot/msg/A", "int8 a\n").unwrap();
    types.add_definition("my_robot/msg/A", "# Again.\nint8 a\n").unwrap();
    let error = types.add_definition("my_robot/msg/A", "int8 b\n").unwrap_err();
    assert!(error.to_string().starts_with("expected my_robot/msg/A with the hash RIHS01_"), "{error}");
    let error = types.add_definition("std_msgs/msg/String", "string other\n").unwrap_err();
    assert!(matches!(error, TypeError::Conflict { .. }), "{error}");
    types.add_definition("std_msgs/msg/String", "string data\n").unwrap();
}

#[test]
fn a_name_that_is_not_known_has_near_ones() {
    let error = Types::new().get("geometry_msgs/msg/Twits").unwrap_err();
    let expected =
        "expected the name of a known type, found \"geometry_msgs/msg/Twits\"; did you mean geometry_msgs/msg/Twist";
    assert!(error.to_string().starts_with(expected), "{error}");
    for name in ["my_robot/Wheels", "a/b/C/D", "Wheels", "my_robot/idl/A"] {
        assert!(Types::new().add_definition(name, "int8 a\n").is_err(), "{name}");
    }
}

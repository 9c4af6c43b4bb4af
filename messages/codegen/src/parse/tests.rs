use super::*;
use crate::model::{Arity, Base, FieldType, Kind, Primitive, Value};

fn name(kind: Kind) -> TypeName {
    TypeName { package: "my_pkg".to_owned(), kind, name: "Thing".to_owned() }
}

fn message(text: &str) -> Interface {
    interface(name(Kind::Message), text).expect("the text is a definition")
}

/// Place and text of the only mistake.
fn mistake(text: &str) -> String {
    let errors = interface(name(Kind::Message), text).expect_err("the text has a mistake");
    assert_eq!(errors.len(), 1, "{errors:?}");
    format!("{}:{} {}", errors[0].0.line, errors[0].0.column, errors[0].1)
}

#[test]
fn every_form_of_type_is_read() {
    let text = "string<=5[<=2] a\nint32[3] b\nuint8[] c\nwstring<=9 d\n\
                Other[<=7] e\nstd_msgs/Header f\nstd_msgs/msg/Header g\n";
    let types: Vec<String> = message(text).sections[0].fields.iter().map(|field| field.ty.to_string()).collect();
    let expected = [
        "string<=5[<=2]",
        "int32[3]",
        "uint8[]",
        "wstring<=9",
        "my_pkg/msg/Other[<=7]",
        "std_msgs/msg/Header",
        "std_msgs/msg/Header",
    ];
    assert_eq!(types, expected);
}

#[test]
fn values_are_read_in_every_notation() {
    let cases = [
        ("int32 X=-0x10", Value::Integer(-16)),
        ("uint8 X = 0b101 # five", Value::Integer(5)),
        ("uint64 X=18446744073709551615", Value::Integer(u64::MAX.into())),
        ("float32 X=1e3", Value::Float(1000.0)),
        ("bool X=True", Value::Bool(true)),
        ("string X=plain words # not this", Value::Text("plain words".to_owned())),
        ("string X=\"a b \\\"c\\\"\" # not this", Value::Text("a b \"c\"".to_owned())),
        ("string X=", Value::Text(String::new())),
    ];
    for (text, expected) in cases {
        assert_eq!(message(text).sections[0].constants[0].value, expected, "{text}");
    }
}

#[test]
fn defaults_are_read() {
    let definition =
        message("int8[] a [1, -2]\nstring[2] b [\"x, y\", 'z']\nfloat64 c 0.5\nbool d false\nint32[] e []\n");
    let defaults: Vec<Value> = definition.sections[0].fields.iter().filter_map(|field| field.default.clone()).collect();
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = [
        Value::List(vec![Value::Integer(1), Value::Integer(-2)]),
        Value::List(vec![text("x, y"), text("z")]),
        Value::Float(0.5),
        Value::Bool(false),
        Value::List(vec![]),
    ];
    assert_eq!(defaults, expected);
}

#[test]
fn comments_find_what_they_are_about() {
    let interface =
        message("# The whole.\n# Of it.\n\n# Above a.\nint8 a # Beside a.\n\n# Above B.\nint8 B=1\nint8 c\n");
    assert_eq!(interface.doc, "The whole.\nOf it.");
    let definition = &interface.sections[0];
    assert_eq!(definition.fields[0].doc, "Above a.\nBeside a.");
    assert_eq!(definition.constants[0].doc, "Above B.");
    assert_eq!(definition.fields[1].doc, "");
}

#[test]
fn services_and_actions_have_their_sections() {
    let service = interface(name(Kind::Service), "---\n").expect("an empty service");
    assert!(service.sections.iter().all(|section| section.fields.is_empty()));
    let action = interface(name(Kind::Action), "int32 a\n---\n# About b.\nint32 b\n---\nint32 c").expect("an action");
    assert_eq!(action.sections.len(), 3);
    assert_eq!(action.sections[1].fields[0].doc, "About b.");
    let number = FieldType { base: Base::Primitive(Primitive::Int32), arity: Arity::One };
    assert!(action.sections.iter().all(|section| section.fields[0].ty == number));
}

#[test]
fn mistakes_are_refused_with_their_place() {
    let cases = [
        ("int32", "1:6 expected a blank and a name behind the type, found the end of the line"),
        ("\n  int32 9a", "2:9 \"9a\" is no valid name for a field"),
        ("int32 a__b", "1:7 \"a__b\" is no valid name for a field"),
        ("int32 aB", "1:7 \"aB\" is no valid name for a field"),
        ("int32 a_", "1:7 \"a_\" is no valid name for a field"),
        ("int32 a=1", "1:7 \"a\" is no valid name for a constant"),
        ("int33 a", "1:1 \"int33\" is no valid name for a type"),
        ("a/b/c/D x", "1:1 expected a type of the form"),
        ("My_pkg/D x", "1:1 \"My_pkg\" is no valid name for a package"),
        ("[3] a", "1:1 expected a type, found \"[3]\""),
        ("int32[ a", "1:7 expected a number of elements"),
        ("int32[3 a", "1:8 expected a ] behind the number of elements, found \"a\""),
        ("int32[0] a", "1:7 expected a number of elements from 1"),
        ("int32[<=99999999999] a", "1:9 expected a number of elements"),
        ("string<=x a", "1:9 expected a number of elements"),
        ("int32<=5 a", "1:6 expected a blank and a name"),
        ("int8 a 128", "1:8 expected a value for int8, found 128"),
        ("uint8 a -1", "1:9 expected a value for uint8, found -1"),
        ("int32 a 1.5", "1:9 expected a value for int32, found 1.5"),
        ("int32 a 0x", "1:9 expected a value for int32, found 0x"),
        ("int32 A=", "1:9 expected a value for int32, found nothing"),
        ("bool a yes", "1:8 expected a value for bool, found yes"),
        ("float32 a 1e60", "1:11 expected a value for float32, found 1e60"),
        ("float64 a one", "1:11 expected a value for float64, found one"),
        ("string a \"open", "1:10 expected a string that ends in the quote"),
        ("string<=2 a \"abc\"", "1:13 expected a value for string<=2, found \"abc\""),
        ("string a 'it''", "1:14 expected a comment or the end of the line, found \"'\""),
        ("int32[2] a [1]", "1:12 expected a value for int32[2], found [1]"),
        ("int32[<=1] a [1, 2]", "1:14 expected a value for int32[<=1]"),
        ("int32[] a 1", "1:11 expected a list of values in [ ], found \"1\""),
        ("int32[] a [1 2]", "1:14 expected a , or a ] behind a value, found \"2]\""),
        ("int32[] a [1,", "1:14 expected a value for int32, found nothing"),
        ("Other a 1", "1:9 a field of type my_pkg/msg/Other cannot have a default"),
        ("Other A=1", "1:1 a constant cannot be of type my_pkg/msg/Other"),
        ("int32[] A=1", "1:1 a constant cannot be of type int32[]"),
        ("int32 a\nint8 a", "2:6 a is defined twice; the first is in line 1"),
        ("int32 a 1 2", "1:11 expected a comment or the end of the line, found \"2\""),
        ("int32 a\n---\nint32 b", "2:1 expected 1 section without any line of ---, because this is a message, found 2"),
    ];
    for (text, expected) in cases {
        let found = mistake(text);
        assert!(found.starts_with(expected), "{text:?}\n  expected {expected}\n  found    {found}");
    }
}

#[test]
fn all_mistakes_of_a_file_come_together() {
    let errors = interface(name(Kind::Message), "int33 a\nint32 b\nint32 B\n").expect_err("two mistakes");
    let lines: Vec<usize> = errors.iter().map(|(at, _)| at.line).collect();
    assert_eq!(lines, [1, 3]);
}

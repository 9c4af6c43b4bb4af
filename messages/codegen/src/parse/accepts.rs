//! What is accepted, and what it means. Unless a row says otherwise, rosidl of ROS 2 Jazzy gives the same types and
//! values.

use super::*;
use crate::model::{Definition, Kind, Value};

fn show(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::List(values) => format!("[{}]", values.iter().map(show).collect::<Vec<_>>().join(", ")),
    }
}

/// Constants, then fields, as in `int32 X = 1; string a = "b"; float64[] c`.
fn show_all(definition: &Definition) -> String {
    let constants =
        definition.constants.iter().map(|item| format!("{} {} = {}", item.base, item.name, show(&item.value)));
    let fields = definition.fields.iter().map(|field| {
        let default = field.default.as_ref().map(|value| format!(" = {}", show(value))).unwrap_or_default();
        format!("{} {}{default}", field.ty, field.name)
    });
    constants.chain(fields).collect::<Vec<_>>().join("; ")
}

fn read(kind: Kind, text: &str) -> String {
    let name = TypeName { package: "p".to_owned(), kind, name: "Thing".to_owned() };
    match interface(name, text) {
        Ok(interface) => interface.sections.iter().map(show_all).collect::<Vec<_>>().join(" --- "),
        Err(errors) => format!("{errors:?}"),
    }
}

fn check(kind: Kind, rows: &[(&str, &str)]) {
    let wrong = rows.iter().filter(|(text, expected)| read(kind, text) != *expected);
    let wrong: Vec<String> = wrong
        .map(|(text, expected)| format!("{text:?}\n  expected {expected}\n  found    {}", read(kind, text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types() {
    check(
        Kind::Message,
        &[
            ("bool a\nbyte b\nchar c", "bool a; byte b; char c"),
            ("int8 a\nuint8 b\nint16 c\nuint16 d", "int8 a; uint8 b; int16 c; uint16 d"),
            ("int32 a\nuint32 b\nint64 c\nuint64 d", "int32 a; uint32 b; int64 c; uint64 d"),
            ("float32 a\nfloat64 b\nstring c\nwstring d", "float32 a; float64 b; string c; wstring d"),
            ("string<=5 a\nwstring<=5 b", "string<=5 a; wstring<=5 b"),
            ("string<=+5 a\nstring<=1_000 b\nstring<=007 c", "string<=5 a; string<=1000 b; string<=7 c"),
            ("int32[] a\nint32[<=3] b\nint32[3] c", "int32[] a; int32[<=3] b; int32[3] c"),
            ("int32[33] a\nint32[1001] b\nint32[4294967295] c", "int32[33] a; int32[1001] b; int32[4294967295] c"),
            ("string<=5[] a\nwstring<=5[<=2] b\nstring[<=5] c", "string<=5[] a; wstring<=5[<=2] b; string[<=5] c"),
            ("Other a\nq/Other[] b", "p/msg/Other a; q/msg/Other[] b"),
            // rosidl refuses the form with three parts.
            ("q/msg/Other[<=3] a", "q/msg/Other[<=3] a"),
        ],
    );
}

#[test]
fn integers() {
    check(
        Kind::Message,
        &[
            ("int32 X=5", "int32 X = 5"),
            ("int32 X  =  -5   # five", "int32 X = -5"),
            ("int32 X=+5", "int32 X = 5"),
            ("int32 X=0x1F\nint32 Y=-0X1f", "int32 X = 31; int32 Y = -31"),
            ("int32 X=0b101\nint32 Y=0o17", "int32 X = 5; int32 Y = 15"),
            ("int32 X=017\nint32 Y=00", "int32 X = 17; int32 Y = 0"),
            ("int32 X=1_000\nint32 Y=0x_ff", "int32 X = 1000; int32 Y = 255"),
            ("byte X=0xff\nchar Y=97", "byte X = 255; char Y = 97"),
            ("int8 X=-128\nuint8 Y=255", "int8 X = -128; uint8 Y = 255"),
            ("int16 X=-32768\nuint16 Y=65535", "int16 X = -32768; uint16 Y = 65535"),
            ("int32 X=-2147483648\nuint32 Y=4294967295", "int32 X = -2147483648; uint32 Y = 4294967295"),
            ("int64 X=-9223372036854775808", "int64 X = -9223372036854775808"),
            ("uint64 X=18446744073709551615", "uint64 X = 18446744073709551615"),
            ("bool X=true\nbool Y=TRUE\nbool Z=1", "bool X = true; bool Y = true; bool Z = true"),
            ("bool X=False\nbool Y=0", "bool X = false; bool Y = false"),
        ],
    );
}

#[test]
fn floats() {
    check(
        Kind::Message,
        &[
            ("float32 X=1\nfloat32 Y=1.\nfloat32 Z=.5", "float32 X = 1.0; float32 Y = 1.0; float32 Z = 0.5"),
            (
                "float64 X=1e3\nfloat64 Y=1E+3\nfloat64 Z=-1e-7",
                "float64 X = 1000.0; float64 Y = 1000.0; float64 Z = -1e-7",
            ),
            ("float64 X=-0.0\nfloat64 Y=+1_0.5", "float64 X = -0.0; float64 Y = 10.5"),
            ("float64 X=3.14159265358979323846", "float64 X = 3.141592653589793"),
            (
                "float64 X=5e-324\nfloat64 Y=1.7976931348623157e308",
                "float64 X = 5e-324; float64 Y = 1.7976931348623157e308",
            ),
            // rosidl passes these on as words, without the sign.
            ("float32 X=nan\nfloat64 Y=-inf\nfloat64 Z=Infinity", "float32 X = NaN; float64 Y = -inf; float64 Z = inf"),
        ],
    );
}

#[test]
fn strings() {
    check(
        Kind::Message,
        &[
            ("string X=abc", r#"string X = "abc""#),
            ("string X=  a b  # c", r#"string X = "a b""#),
            ("string X=\"  a b  \"", r#"string X = "  a b  ""#),
            ("string X=\nstring Y=''\nstring Z=\"\"", r#"string X = ""; string Y = ""; string Z = """#),
            (r#"string X='a"b'"#, r#"string X = "a\"b""#),
            (r#"string X="it's""#, r#"string X = "it's""#),
            ("string X=it's", r#"string X = "it's""#),
            (r"string X='it\'s'", r#"string X = "it's""#),
            (r#"string X="a\"b""#, r#"string X = "a\"b""#),
            ("string X=a\"b", r#"string X = "a\"b""#),
            ("string X=http://a.org/?b=c", r#"string X = "http://a.org/?b=c""#),
            ("string X=[1, 2]", r#"string X = "[1, 2]""#),
            ("string X=a\tb\nstring Y='a\tb'", r#"string X = "a b"; string Y = "a b""#),
            ("string X=\u{e9}\u{4e2d}\u{1f600}", "string X = \"\u{e9}\u{4e2d}\u{1f600}\""),
            ("wstring X=\"\u{e9}\"", "wstring X = \"\u{e9}\""),
            (
                r#"string X="a\tb"
string Y=a\tb"#,
                r#"string X = "a\tb"; string Y = "a\tb""#,
            ),
            (r"string X=\x41\101\0", r#"string X = "AA\0""#),
            (r"string X=\d+", r#"string X = "\\d+""#),
            // Unescaped twice, as rosidl does it.
            (r"string X=a\\d", r#"string X = "a\\d""#),
            (r"string X=a\\n", r#"string X = "a\n""#),
            // rosidl cannot carry these through IDL.
            (r"string X=a\nb", r#"string X = "a\nb""#),
            (r#"string X="a\\""#, r#"string X = "a\\""#),
            (r"string X=\u00e9", "string X = \"\u{e9}\""),
        ],
    );
}

#[test]
fn defaults() {
    check(
        Kind::Message,
        &[
            ("int32 a 5\nint32 b   -0x10 # c", "int32 a = 5; int32 b = -16"),
            ("bool a True\nbyte b 255\nchar c 97", "bool a = true; byte b = 255; char c = 97"),
            ("float32 a 1\nfloat64 b -1e5", "float32 a = 1.0; float64 b = -100000.0"),
            ("string a x y\nstring b ''\nstring c", r#"string a = "x y"; string b = ""; string c"#),
            ("string a #b", "string a"),
            ("string<=3 a abc\nwstring<=2 b \u{1f600}", "string<=3 a = \"abc\"; wstring<=2 b = \"\u{1f600}\""),
            ("int32[] a [1, 2]\nint32[] b [ 1 ,2 ]", "int32[] a = [1, 2]; int32[] b = [1, 2]"),
            ("int32[] a []\nstring[] b []", "int32[] a = []; string[] b = []"),
            ("int32[2] a [0x10, 1_0]\nint32[<=3] b [1]", "int32[2] a = [16, 10]; int32[<=3] b = [1]"),
            ("bool[] a [true, 0, False]", "bool[] a = [true, false, false]"),
            ("byte[] a [1, 255]\nchar[] b [97]", "byte[] a = [1, 255]; char[] b = [97]"),
            ("float32[3] a [1., .5, 1e3]", "float32[3] a = [1.0, 0.5, 1000.0]"),
            // rosidl passes the whole list on as text, in which its generator for C++ cannot read a nan.
            ("float32[] a [nan]", "float32[] a = [NaN]"),
            (r#"string[] a ["x", 'y', z w]"#, r#"string[] a = ["x", "y", "z w"]"#),
            (r#"string[] a ["x, y", "]"]"#, r#"string[] a = ["x, y", "]"]"#),
            (r#"string[] a ["it's", 'a"b', "a\"b"]"#, r#"string[] a = ["it's", "a\"b", "a\"b"]"#),
            (r#"string[] a ["x",]"#, r#"string[] a = ["x"]"#),
            (r#"string[] a ["", " x "]"#, r#"string[] a = ["", "x"]"#),
            // Unescaped once, as rosidl does it.
            (r#"string[] a ["a\nb", "a\\n"]"#, r#"string[] a = ["a\nb", "a\\n"]"#),
            ("wstring<=2[<=2] a [ab]", r#"wstring<=2[<=2] a = ["ab"]"#),
            // rosidl takes the = for that of a constant.
            ("string a x=y", r#"string a = "x=y""#),
            // rosidl refuses the blank.
            ("int32[] a [ ]", "int32[] a = []"),
        ],
    );
}

#[test]
fn lines_and_comments() {
    check(
        Kind::Message,
        &[
            ("", ""),
            ("\n# only\n#\n##\n", ""),
            ("int32 a", "int32 a"),
            ("int32\ta\t\t5\t", "int32 a = 5"),
            ("int32    a   \n\t\nint32 b", "int32 a; int32 b"),
            ("int32 a\r\nint32 b\r\n", "int32 a; int32 b"),
            ("int32 a\rint32 b\u{b}int32 c\u{2028}int32 d", "int32 a; int32 b; int32 c; int32 d"),
            ("int32 a#\nint32 b 5# c\nint32 X=1#", "int32 X = 1; int32 a; int32 b = 5"),
            ("int32 a # \u{e9}\u{4e2d} \" ' \0\n  # indented", "int32 a"),
            // rosidl unescapes comments as well, and refuses those that it cannot.
            ("int32 a # C:\\users\\x", "int32 a"),
            ("int32 a # --- [1, 2] = 5", "int32 a"),
            ("int32 type\nint32 self\nint32 class\nint32 a1_b2", "int32 type; int32 self; int32 class; int32 a1_b2"),
            ("int32 A=1\nint32 a", "int32 A = 1; int32 a"),
            ("int32 A1_B2=1\nint32 A1B=1", "int32 A1_B2 = 1; int32 A1B = 1"),
            // rosidl refuses both: what the first begins with is an invisible mark of some editors.
            ("\u{feff}int32 a", "int32 a"),
            ("  int32 a\n\tint32 B=1", "int32 B = 1; int32 a"),
        ],
    );
}

#[test]
fn sections() {
    check(
        Kind::Service,
        &[
            ("---", " --- "),
            ("int32 a\n---\nint32 a", "int32 a --- int32 a"),
            ("# ---\nint32 A=1\r\n---\r\n# b\r\nint32 b", "int32 A = 1 --- int32 b"),
            // rosidl refuses blanks behind the dashes.
            ("---  \nint32 a", " --- int32 a"),
        ],
    );
    check(
        Kind::Action,
        &[
            ("---\n---\n", " ---  --- "),
            ("int32 a\n---\nint32 b 1\n---\nint32 C=2", "int32 a --- int32 b = 1 --- int32 C = 2"),
        ],
    );
}

#[test]
fn size_is_no_obstacle() {
    let numbers = "1,".repeat(1_000_000) + "1";
    let long_list = format!("int32[] a [{numbers}]");
    assert_eq!(read(Kind::Message, &long_list).matches("1").count(), 1_000_001);
    let many: String = (0..200_000).map(|n| format!("int32 a{n}\nint32 A{n}={n}\n")).collect();
    assert_eq!(read(Kind::Message, &many).matches(';').count(), 399_999);
    let long_comment = "# ".to_owned() + &"x".repeat(10_000_000);
    assert_eq!(read(Kind::Message, &long_comment), "");
    let long_text = format!("string X={}", "\\x41".repeat(1_000_000));
    assert_eq!(read(Kind::Message, &long_text).len(), "string X = ".len() + 2 + 1_000_000);
}

#[test]
fn nonsense_of_any_size_is_refused_in_few_words() {
    let megabyte = 1_000_000;
    let cases = [
        "[".repeat(megabyte),
        format!("int32{} a", "[3]".repeat(megabyte)),
        format!("int32 {}", "a".repeat(megabyte) + "_"),
        format!("int32 X={}", "9".repeat(megabyte)),
        format!("float64 X={}", "9".repeat(megabyte)),
        format!("string<={} a", "9".repeat(megabyte)),
        format!("int32[] a {}", "[".repeat(megabyte)),
        format!("string X='{}", "\\'".repeat(megabyte)),
        format!("{}A a", "a/".repeat(megabyte)),
        "-".repeat(megabyte),
        "int32 a\n".repeat(megabyte),
        "?\n".repeat(megabyte),
        "---\n".repeat(megabyte),
        "\u{0}".repeat(megabyte),
        "\u{e9}".repeat(megabyte),
    ];
    for case in cases {
        let name = TypeName { package: "p".to_owned(), kind: Kind::Message, name: "Thing".to_owned() };
        let errors = interface(name, &case).expect_err("nonsense");
        assert!(errors.len() <= MOST_MISTAKES + 1, "{} errors", errors.len());
        for (_, problem) in errors {
            assert!(problem.to_string().len() < 500, "{}", problem.to_string().len());
        }
    }
}

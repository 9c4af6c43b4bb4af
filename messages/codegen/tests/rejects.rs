//! What is refused: each mistake with its kind, its place, and the words that tell what to do.
//!
//! A row of the first tables is the text of `p/msg/M.msg`, the one mistake in it as `line:column Kind`, and a part of
//! what is said about it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use rosactor_codegen::{Error, Generator, Problem};
use support::folder;

fn kind(problem: &Problem) -> &'static str {
    match problem {
        Problem::Io { .. } => "Io",
        Problem::NoOutDir => "NoOutDir",
        Problem::NoPackages => "NoPackages",
        Problem::BadManifest { .. } => "BadManifest",
        Problem::PackageTwice { .. } => "PackageTwice",
        Problem::NoPrefixes => "NoPrefixes",
        Problem::NoSuchPackage { .. } => "NoSuchPackage",
        Problem::NoInterfaces { .. } => "NoInterfaces",
        Problem::NotUtf8 => "NotUtf8",
        Problem::Unexpected { .. } => "Unexpected",
        Problem::BadName { .. } => "BadName",
        Problem::Twice { .. } => "Twice",
        Problem::BadValue { .. } => "BadValue",
        Problem::BadConstantType { .. } => "BadConstantType",
        Problem::NoDefault { .. } => "NoDefault",
        Problem::TooMany { .. } => "TooMany",
        Problem::Sections { .. } => "Sections",
        Problem::UnknownType { .. } => "UnknownType",
        Problem::Cycle { .. } => "Cycle",
        Problem::Hidden { .. } => "Hidden",
        Problem::NameClash { .. } => "NameClash",
    }
}

fn mistakes(folder: &Path) -> Vec<Error> {
    Generator::new().packages(folder).generate().map_or_else(|errors| errors.0, |_| Vec::new())
}

/// `file:line:column Kind`, without the folder's name.
fn place(error: &Error, folder: &Path) -> String {
    let file = error.file.strip_prefix(folder).unwrap_or(&error.file).display().to_string();
    let at = error.at.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
    format!("{file}{at} {}", kind(&error.problem))
}

/// What is wrong with a row, if anything.
fn differs<T: AsRef<[u8]>>(files: &[(&str, T)], expected: &str, words: &str) -> Option<String> {
    let folder = folder(files);
    let found = mistakes(folder.path());
    let texts: Vec<String> = found
        .iter()
        .map(|error| {
            let said = error.problem.to_string().replace(&format!("{}/", folder.path().display()), "");
            format!("{}: {said}", place(error, folder.path()))
        })
        .collect();
    let right = matches!(texts.as_slice(), [one] if one.starts_with(&format!("{expected}: ")) && one.contains(words));
    (!right).then(|| format!("expected {expected}: ...{words}...\nfound    {texts:#?}"))
}

fn check(rows: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected, words)| {
            let differs = differs(&[("p/msg/M.msg", text)], &format!("p/msg/M.msg:{expected}"), words)?;
            Some(format!("{text:?}\n{differs}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn types() {
    check(&[
        ("int33 a", "1:1 BadName", "\"int33\" is no valid name for a type: it is none of bool, byte, char"),
        ("float a", "1:1 BadName", "float32, float64, int8 to int64"),
        ("wchar a", "1:1 BadName", "string and wstring"),
        ("std_msgs a", "1:1 BadName", "a message's name begins with an upper-case letter"),
        ("Self a", "1:1 BadName", "is not Self"),
        ("Foo_Bar a", "1:1 BadName", "has only letters and digits"),
        ("Foo_Request a", "1:1 BadName", "has only letters and digits"),
        ("q/foo a", "1:1 BadName", "\"foo\" is no valid name for a type"),
        ("Q/Foo a", "1:1 BadName", "\"Q\" is no valid name for a package"),
        ("q_/Foo a", "1:1 BadName", "\"q_\" is no valid name for a package"),
        ("q__r/Foo a", "1:1 BadName", "single underscores within"),
        ("/Foo a", "1:1 BadName", "\"\" is no valid name for a package"),
        ("q/ a", "1:1 BadName", "\"\" is no valid name for a type"),
        ("a/b/c/D a", "1:1 Unexpected", "Name, package/Name or package/msg/Name, found \"a/b/c/D\""),
        ("q/srv/Foo a", "1:1 Unexpected", "Name, package/Name or package/msg/Name"),
        ("time stamp", "1:1 Unexpected", "time and duration are builtin_interfaces/Time and Duration"),
        ("duration[] d", "1:1 Unexpected", "builtin_interfaces/Time and Duration"),
        ("[3] a", "1:1 Unexpected", "expected a type, found \"[3]\""),
        ("=5", "1:1 Unexpected", "expected a type, found \"=5\""),
        ("// comment", "1:1 Unexpected", "Name, package/Name or package/msg/Name, found \"//\""),
        ("\u{e9} a", "1:1 Unexpected", "expected a type, found \"\u{e9}\""),
    ]);
}

#[test]
fn bounds() {
    const COUNT: &str = "expected a number of elements from 1 to 4294967295, found";
    check(&[
        ("int32[0] a", "1:7 Unexpected", COUNT),
        ("int32[-1] a", "1:7 Unexpected", COUNT),
        ("int32[x] a", "1:7 Unexpected", COUNT),
        ("int32[0x10] a", "1:7 Unexpected", COUNT),
        ("int32[ 3] a", "1:7 Unexpected", COUNT),
        ("int32[3 ] a", "1:8 Unexpected", "expected a ] behind the number of elements"),
        ("int32[3 a", "1:8 Unexpected", "expected a ] behind the number of elements, found \"a\""),
        ("int32[<3] a", "1:7 Unexpected", COUNT),
        ("int32[<=] a", "1:9 Unexpected", COUNT),
        ("int32[<=0] a", "1:9 Unexpected", COUNT),
        ("int32[4294967296] a", "1:7 Unexpected", COUNT),
        ("int32[1__0] a", "1:7 Unexpected", COUNT),
        ("int32[3][4] a", "1:9 Unexpected", "expected a blank and a name behind the type, found \"[4]\""),
        ("int32<=5 a", "1:6 Unexpected", "expected a blank and a name"),
        ("q/Foo<=5 a", "1:6 Unexpected", "expected a blank and a name"),
        ("string<=0 a", "1:9 Unexpected", COUNT),
        ("string<=-5 a", "1:9 Unexpected", COUNT),
        ("string<= 5 a", "1:9 Unexpected", COUNT),
        ("string<5 a", "1:7 Unexpected", "expected a blank and a name behind the type, found \"<5\""),
        ("wstring<=99999999999999999999 a", "1:10 Unexpected", COUNT),
    ]);
}

#[test]
fn names() {
    check(&[
        ("int32", "1:6 Unexpected", "expected a blank and a name behind the type, found the end of the line"),
        ("int32 # a", "1:6 Unexpected", "found the end of the line"),
        ("int32 =5", "1:7 Unexpected", "expected a name behind the type"),
        ("int32 9a", "1:7 BadName", "\"9a\" is no valid name for a field: it begins with a lower-case letter"),
        ("int32 _a", "1:7 BadName", "for a field"),
        ("int32 a_", "1:7 BadName", "for a field"),
        ("int32 a__b", "1:7 BadName", "single underscores within"),
        ("int32 aB", "1:7 BadName", "only lower-case letters"),
        ("int32 A", "1:7 BadName", "\"A\" is no valid name for a field"),
        ("int32 a-b", "1:7 BadName", "for a field"),
        ("int32 a;", "1:7 BadName", "\"a;\" is no valid name for a field"),
        ("int32 a[3]", "1:7 BadName", "\"a[3]\" is no valid name for a field"),
        ("int32 \u{e9}", "1:7 BadName", "for a field"),
        ("int32 a=1", "1:7 BadName", "\"a\" is no valid name for a constant: it begins with an upper-case letter"),
        ("int32 Ab=1", "1:7 BadName", "only upper-case letters"),
        ("int32 A_=1", "1:7 BadName", "for a constant"),
        ("int32 A__B=1", "1:7 BadName", "for a constant"),
        ("int32 1A=1", "1:7 BadName", "for a constant"),
        ("int32 a\n# b\nint8 a", "3:6 Twice", "a is defined twice; the first is in line 1"),
        ("int32 A=1\nint32 A=1", "2:7 Twice", "A is defined twice; the first is in line 1"),
    ]);
}

#[test]
fn constants() {
    check(&[
        ("bool X=yes", "1:8 BadValue", "expected a value for bool, found yes"),
        ("bool X=01", "1:8 BadValue", "a value for bool"),
        ("byte X=256", "1:8 BadValue", "a value for byte, found 256"),
        ("char X=-1", "1:8 BadValue", "a value for char, found -1"),
        ("char X='a'", "1:8 BadValue", "a value for char, found 'a'"),
        ("int8 X=128", "1:8 BadValue", "a value for int8, found 128"),
        ("int8 X=-129", "1:8 BadValue", "a value for int8, found -129"),
        ("uint8 X=256", "1:9 BadValue", "a value for uint8"),
        ("uint8 X=-1", "1:9 BadValue", "a value for uint8"),
        ("int16 X=0x8000", "1:9 BadValue", "a value for int16, found 0x8000"),
        ("uint16 X=65536", "1:10 BadValue", "a value for uint16"),
        ("int32 X=2147483648", "1:9 BadValue", "a value for int32"),
        ("uint32 X=4294967296", "1:10 BadValue", "a value for uint32"),
        ("int64 X=9223372036854775808", "1:9 BadValue", "a value for int64"),
        ("int64 X=-9223372036854775809", "1:9 BadValue", "a value for int64"),
        ("uint64 X=18446744073709551616", "1:10 BadValue", "a value for uint64"),
        ("int32 X=", "1:9 BadValue", "a value for int32, found nothing"),
        ("int32 X=1.0", "1:9 BadValue", "a value for int32, found 1.0"),
        ("int32 X=1e3", "1:9 BadValue", "a value for int32"),
        ("int32 X=0x", "1:9 BadValue", "a value for int32, found 0x"),
        ("int32 X=0b2", "1:9 BadValue", "a value for int32"),
        ("int32 X=+-5", "1:9 BadValue", "a value for int32"),
        ("int32 X=1__0", "1:9 BadValue", "a value for int32"),
        ("int32 X=_1", "1:9 BadValue", "a value for int32"),
        ("int32 X=5L", "1:9 BadValue", "a value for int32"),
        ("int32 X==5", "1:9 BadValue", "a value for int32, found =5"),
        ("int32 X=5 6", "1:11 Unexpected", "expected a comment or the end of the line, found \"6\""),
        ("float32 X=1e39", "1:11 BadValue", "a value for float32, found 1e39"),
        ("float64 X=1e309", "1:11 BadValue", "a value for float64"),
        ("float64 X=1.5f", "1:11 BadValue", "a value for float64"),
        ("float64 X=1,5", "1:11 BadValue", "a value for float64"),
        ("float64 X=0x10", "1:11 BadValue", "a value for float64"),
        (
            "string X=\"open",
            "1:10 Unexpected",
            "a string that ends in the quote with which it begins, found \"\\\"open\"",
        ),
        ("string X='it's'", "1:14 Unexpected", "a comment or the end of the line, found \"s'\""),
        ("string X=\"a\" b", "1:14 Unexpected", "a comment or the end of the line"),
        ("string X=\"#ff0000\"", "1:10 Unexpected", "before the #, which begins a comment even within quotes"),
        ("string X=\"a\\\"", "1:10 Unexpected", "ends in the quote"),
        ("string X=a\\", "1:10 Unexpected", "a string whose backslashes are"),
        ("string X=\"\\x4\"", "1:10 Unexpected", "a string whose backslashes are"),
        ("int32[] X=[1]", "1:1 BadConstantType", "cannot be of type int32[]"),
        (
            "string<=5 X=abc",
            "1:1 BadConstantType",
            "cannot be of type string<=5; it may be a number, a bool or a string",
        ),
        ("std_msgs/Header X=1", "1:1 BadConstantType", "cannot be of type std_msgs/msg/Header"),
    ]);
}

#[test]
fn defaults() {
    check(&[
        ("int8 a 128", "1:8 BadValue", "a value for int8, found 128"),
        ("int32 a 1.5", "1:9 BadValue", "a value for int32, found 1.5"),
        ("int32 a b", "1:9 BadValue", "a value for int32, found b"),
        ("int32 a // c", "1:9 BadValue", "a value for int32, found //"),
        ("int32 a 1 2", "1:11 Unexpected", "a comment or the end of the line"),
        ("bool a maybe", "1:8 BadValue", "a value for bool, found maybe"),
        ("float32 a one", "1:11 BadValue", "a value for float32, found one"),
        ("string<=2 a abc", "1:13 BadValue", "a value for string<=2, found abc"),
        ("string<=2 a \u{e9}\u{e9}", "1:13 BadValue", "a value for string<=2"),
        ("wstring<=1 a \u{1f600}", "1:14 BadValue", "a value for wstring<=1"),
        ("int32[] a 1", "1:11 Unexpected", "expected a list of values in [ ], found \"1\""),
        ("int32[] a [1", "1:13 Unexpected", "expected a , or a ] behind a value, found the end of the line"),
        ("int32[] a [1 2]", "1:14 Unexpected", "expected a , or a ] behind a value, found \"2]\""),
        ("int32[] a [1,2,]", "1:16 BadValue", "a value for int32, found nothing"),
        ("int32[] a [[1]]", "1:12 BadValue", "a value for int32, found [1"),
        ("int32[] a [1]x", "1:14 Unexpected", "a comment or the end of the line"),
        ("int32[2] a [1]", "1:12 BadValue", "a value for int32[2], found [1]"),
        ("int32[<=1] a [1, 2]", "1:14 BadValue", "a value for int32[<=1], found [1, 2]"),
        ("uint8[] a [256]", "1:12 BadValue", "a value for uint8, found 256"),
        ("string[] a [\"x\" \"y\"]", "1:17 Unexpected", "expected a , or a ] behind a value"),
        ("string[] a [,]", "1:13 Unexpected", "expected a string, found \",]\""),
        ("string[] a [\"x\",,]", "1:17 Unexpected", "expected a string"),
        ("string[] a [x", "1:14 Unexpected", "expected a , or a ] behind a value, found the end of the line"),
        ("string[] a [\"#\"]", "1:13 Unexpected", "before the #"),
        ("string<=1[] a [ab]", "1:16 BadValue", "a value for string<=1, found ab"),
        ("std_msgs/Header a 1", "1:19 NoDefault", "a field of type std_msgs/msg/Header cannot have a default"),
        ("std_msgs/Header[] a []", "1:21 NoDefault", "std_msgs/msg/Header[] cannot have a default"),
    ]);
}

#[test]
fn sections() {
    let rows = [
        (
            "msg/M.msg",
            "int32 a\n---\nint32 b\n",
            "2:1",
            "expected 1 section without any line of ---, because this is a message, found 2",
        ),
        ("srv/S.srv", "", "1:1", "expected 2 sections, request and response, with a line of --- between them, found 1"),
        ("srv/S.srv", "int32 a\n\nint32 b\n", "3:1", "found 1"),
        ("srv/S.srv", "---\nint32 a\n---\n", "3:1", "expected 2 sections, request and response"),
        (
            "action/A.action",
            "---\nint32 a\n",
            "2:1",
            "expected 3 sections, goal, result and feedback, with lines of ---",
        ),
        ("action/A.action", "---\n---\n---\n---\n", "3:1", "found 5"),
    ];
    for (file, text, at, words) in rows {
        let file = format!("p/{file}");
        assert_eq!(differs(&[(&file, text)], &format!("{file}:{at} Sections"), words), None, "{text:?}");
    }
    for (line, column) in [("----", 1), (" ---", 2), ("--- # c", 1), ("- - -", 1), ("-- -", 1)] {
        let expected = format!("p/srv/S.srv:2:{column} Unexpected");
        assert_eq!(
            differs(&[("p/srv/S.srv", format!("---\n{line}\n"))], &expected, "expected a type"),
            None,
            "{line:?}"
        );
    }
}

/// Files, the one mistake, and a part of what is said.
type Row<'a> = (&'a [(&'a str, &'a [u8])], &'a str, &'a str);

#[test]
fn packages() {
    let rows: &[Row<'_>] = &[
        (
            &[("p/msg/lower.msg", b"")],
            "p/msg/lower.msg BadName",
            "\"lower\" is no valid name for a type: it begins with",
        ),
        (&[("p/msg/Under_score.msg", b"")], "p/msg/Under_score.msg BadName", "only letters and digits"),
        (&[("p/srv/2nd.srv", b"---")], "p/srv/2nd.srv BadName", "\"2nd\" is no valid name"),
        (&[("p/msg/Self.msg", b"")], "p/msg/Self.msg BadName", "not Self"),
        (&[("P/msg/M.msg", b"")], "P BadName", "\"P\" is no valid name for a package"),
        (&[("my-msgs/msg/M.msg", b"")], "my-msgs BadName", "\"my-msgs\" is no valid name for a package"),
        (&[("p/msg/M.msg", b"# \xc3\xa9\nint8 a # \xff\n")], "p/msg/M.msg:2:10 NotUtf8", "save the file as UTF-8"),
        (&[("p/msg/M.msg", b"\xff\xfei\0n\0t\0")], "p/msg/M.msg:1:1 NotUtf8", "expected text in UTF-8"),
        (&[("p/msg/M.msg/README", b"a folder")], "p/msg/M.msg Io", "cannot read it: "),
        (&[("README.md", b"")], " NoPackages", "expected a package with definitions in its msg, srv or action"),
        (&[("build/p/msg/M.msg", b"")], " NoPackages", "COLCON_IGNORE"),
        (&[("p/msg/M.idl", b"")], " NoPackages", "found none"),
        (
            &[("p/msg/M.msg", b""), ("p/package.xml", b"<package>")],
            "p/package.xml:1:1 BadManifest",
            "expected a package.xml",
        ),
        (
            &[("p/msg/M.msg", b""), ("p/package.xml", b"<package/>")],
            "p/package.xml:1:1 BadManifest",
            "without a <name>",
        ),
        (
            &[("p/msg/M.msg", b""), ("p/package.xml", b"<package>\n <name>My</name></package>")],
            "p/package.xml:2:2 BadName",
            "\"My\" is no valid name for a package",
        ),
        (&[("p/msg/M.msg", b""), ("p/package.xml", b"\xff")], "p/package.xml:1:1 NotUtf8", "UTF-8"),
        (&[("a/p/msg/M.msg", b""), ("b/p/msg/M.msg", b"int8 a")], "b/p PackageTwice", "is in a/p as well"),
    ];
    for (files, expected, words) in rows {
        assert_eq!(differs(files, expected, words), None, "{files:?}");
    }
}

#[test]
fn types_of_others() {
    let rows: &[Row<'_>] = &[
        (&[("p/msg/M.msg", b"int8 a\n q/B[3] b")], "p/msg/M.msg:2:2 UnknownType", ".packages(..), take it from a ROS"),
        (
            &[("p/msg/M.msg", b"q/B b")],
            "p/msg/M.msg:1:1 UnknownType",
            ".ament([\"q\"]), or name the crate that has it with .external",
        ),
        (&[("p/msg/M.msg", b"Header h")], "p/msg/M.msg:1:1 UnknownType", "did you mean std_msgs/Header?"),
        (
            &[("p/msg/M.msg", b"std_msg/Header h")],
            "p/msg/M.msg:1:1 UnknownType",
            "did you mean std_msgs? Otherwise add its folder",
        ),
        (&[("p/msg/M.msg", b"std_msgs/Heeder h")], "p/msg/M.msg:1:1 UnknownType", "of this name; did you mean Header?"),
        (
            &[("p/srv/S.srv", b"---\n\nstd_srvs/SetBool s")],
            "p/srv/S.srv:3:1 UnknownType",
            "std_srvs/srv/SetBool is a service, and only messages can be types of fields",
        ),
        (
            &[("p/action/A.action", b"---\n---\nA a")],
            "p/action/A.action:3:1 UnknownType",
            "p/action/A is an action, and only messages",
        ),
        (&[("p/msg/M.msg", b"int8 a\nM m")], "p/msg/M.msg:2:1 Cycle", "contains itself: p/msg/M -> p/msg/M"),
        (&[("p/msg/M.msg", b"p/M[] m")], "p/msg/M.msg:1:1 Cycle", "p/msg/M -> p/msg/M"),
        (
            &[("std_msgs/msg/Header.msg", b"string frame_id"), ("p/msg/M.msg", b"geometry_msgs/PoseStamped[] m")],
            "p/msg/M.msg Hidden",
            "it contains geometry_msgs/msg/PoseStamped, which was built with another definition of std_msgs/msg/Header",
        ),
        (
            &[("builtin_interfaces/msg/Duration.msg", b""), ("p/srv/S.srv", b"---")],
            "p/srv/S.srv UnknownType",
            "the type builtin_interfaces/msg/Time is not defined",
        ),
        (
            &[("p/srv/Get.srv", b"---"), ("p/srv/GetResponse.srv", b"---")],
            "p/srv/GetResponse.srv NameClash",
            "both p/srv/Get and p/srv/GetResponse would be named GetResponse in Rust; rename one",
        ),
        (
            &[("p/action/Do.action", b"---\n---"), ("p/action/DoGoal.action", b"---\n---")],
            "p/action/DoGoal.action NameClash",
            "would be named DoGoal",
        ),
    ];
    for (files, expected, words) in rows {
        assert_eq!(differs(files, expected, words), None, "{files:?}");
    }
}

#[test]
fn a_long_way_round_is_told_in_few_words() {
    let count = 300;
    let names: Vec<String> = (0..count).map(|n| format!("p/msg/T{n:04}.msg")).collect();
    let texts: Vec<String> = (0..count).map(|n| format!("T{:04} next", (n + 1) % count)).collect();
    let files: Vec<(&str, &str)> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    let found = mistakes(folder.path());
    assert_eq!(found.len(), count);
    assert!(found.iter().all(|error| kind(&error.problem) == "Cycle" && error.at.is_some()));
    let text = found[0].problem.to_string();
    assert!(text.starts_with("the type contains itself: p/msg/T0000 -> p/msg/T0001 -> "), "{text}");
    assert!(text.ends_with("p/msg/T0009 -> (290 more) -> p/msg/T0000"), "{text}");
}

#[test]
fn after_a_hundred_mistakes_a_file_is_not_read_on() {
    let folder = folder(&[("p/msg/M.msg", "?\n".repeat(1000))]);
    let found = mistakes(folder.path());
    assert_eq!(found.len(), 101);
    assert_eq!(
        found[100].to_string().split(": ").last(),
        Some("expected a definition, found 100 mistakes up to here; what follows was not read")
    );
    assert_eq!(kind(&found[100].problem), "TooMany");
}

#[test]
fn what_cannot_be_written_is_reported() {
    let folder = folder(&[("p/msg/M.msg", "int8 a\n")]);
    let into = folder.path().join("missing/interfaces.rs");
    let error = Generator::new().packages(folder.path()).write_to(&into).unwrap_err().0.remove(0);
    assert_eq!((error.file, kind(&error.problem)), (into, "Io"));
    assert!(error.problem.to_string().starts_with("cannot write it: "));
}

/// Those of an installation are refused in the library's own tests, because they hang on the environment.
const ELSEWHERE: [&str; 4] = ["NoOutDir", "NoPrefixes", "NoSuchPackage", "NoInterfaces"];

#[test]
fn every_kind_of_mistake_is_in_a_table() {
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error.rs")).unwrap();
    let body = source.split("pub enum Problem {").nth(1).unwrap();
    let variants: BTreeSet<&str> = body
        .lines()
        .take_while(|line| *line != "}")
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.trim_end_matches([' ', '{', ',']))
        .collect();
    let tables = include_str!("rejects.rs");
    // Once where kinds are named, and then in a row.
    let is_missing =
        |variant: &&&str| !ELSEWHERE.contains(*variant) && tables.matches(&format!("{variant}\"")).count() < 2;
    let missing: Vec<&&str> = variants.iter().filter(is_missing).collect();
    assert!(variants.len() >= 20, "{variants:?}");
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

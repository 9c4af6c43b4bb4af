//! Folders of packages: what is generated for them, and what is wrong with them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;

use rosactor_codegen::{Errors, Generator, Problem};
use support::folder;

fn generate(folder: &Path) -> Result<String, Errors> {
    Generator::new().packages(folder).generate()
}

/// The mistakes of a folder, without the folder's name.
fn mistakes(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let prefix = format!("{}/", folder.path().display());
    let errors = generate(folder.path()).expect_err("there is a mistake");
    errors.0.iter().map(|error| error.to_string().replace(&prefix, "")).collect()
}

#[test]
fn shipped_packages_are_referred_to_and_not_written_again() {
    let folder = folder(&[
        ("my_robot/msg/State.msg", "std_msgs/Header header\nWheel[4] wheels\n"),
        ("my_robot/msg/Wheel.msg", "float32 speed\n"),
    ]);
    let code = generate(folder.path()).unwrap();
    assert!(code.contains("pub header: ::rosactor_messages::std_msgs::msg::Header,"), "{code}");
    assert!(code.contains("pub wheels: [super::super::my_robot::msg::Wheel; 4],"), "{code}");
    assert!(!code.contains("pub mod std_msgs"), "{code}");
}

#[test]
fn the_paths_of_the_runtime_and_of_others_packages_can_be_set() {
    let theirs = folder(&[("their_msgs/msg/Thing.msg", "int8 a\n")]);
    let ours = folder(&[("our_msgs/msg/Box.msg", "their_msgs/Thing thing\ngeometry_msgs/Pose pose\n")]);
    let generator =
        Generator::new().packages(ours.path()).external(theirs.path(), "::theirs").runtime("::rosactor::messages");
    let code = generator.generate().unwrap();
    assert!(code.contains("pub thing: ::theirs::their_msgs::msg::Thing,"), "{code}");
    assert!(code.contains("pub pose: ::rosactor::messages::geometry_msgs::msg::Pose,"), "{code}");
    assert_eq!(generator.struct_paths().unwrap(), ["our_msgs::msg::Box"]);
}

#[test]
fn names_that_rust_keeps_for_itself_are_written_so_that_they_work() {
    let folder = folder(&[("match/msg/Words.msg", "int8 type\nint8 self\nint8 loop\n")]);
    let code = generate(folder.path()).unwrap();
    for expected in
        ["pub mod r#match {", "pub r#type: i8,", "#[serde(rename = \"self\")]\npub self_: i8,", "pub r#loop: i8,"]
    {
        assert!(code.contains(expected), "{expected}\n{code}");
    }
}

#[test]
fn names_in_two_kinds_stay_apart() {
    let folder = folder(&[("p/msg/Get.msg", "int8 a\n"), ("p/srv/Get.srv", "---\n"), ("p/srv/Put.srv", "---\n")]);
    let code = generate(folder.path()).unwrap();
    assert!(code.contains("pub use self::msg::*;"), "{code}");
    assert!(code.contains("pub use self::srv::{GetRequest, GetResponse, Put, PutRequest, PutResponse};"), "{code}");
}

#[test]
fn a_type_that_does_not_exist_is_reported_where_it_is_used() {
    let found = mistakes(&[("p/msg/A.msg", "# About A.\n\nint8 ok\n  q/B[] b\nC c\n")]);
    let expected = [
        "p/msg/A.msg:4:3: the type q/msg/B is not defined: the package q was not given; add its folder with \
         .packages(..), take it from a ROS installation with .ament([\"q\"]), or name the crate that has it with .external(..)",
        "p/msg/A.msg:5:1: the type p/msg/C is not defined: the package p has no message of this name",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_type_that_contains_itself_is_reported_with_the_way() {
    let found = mistakes(&[
        ("p/msg/A.msg", "int8 x\nB b\n"),
        ("p/msg/B.msg", "p/C[] c\n"),
        ("p/msg/C.msg", "A a\n"),
        ("p/msg/D.msg", "A a\n"),
    ]);
    let expected = [
        "p/msg/A.msg:2:1: the type contains itself: p/msg/A -> p/msg/B -> p/msg/C -> p/msg/A",
        "p/msg/B.msg:1:1: the type contains itself: p/msg/B -> p/msg/C -> p/msg/A -> p/msg/B",
        "p/msg/C.msg:1:1: the type contains itself: p/msg/C -> p/msg/A -> p/msg/B -> p/msg/C",
    ];
    assert_eq!(found, expected);
}

#[test]
fn mistakes_of_all_files_come_together() {
    let found = mistakes(&[
        ("p/msg/A.msg", "int33 a\n"),
        ("p/srv/S.srv", "int8 a\n"),
        ("q/msg/lower.msg", ""),
        ("Q/msg/A.msg", ""),
    ]);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].starts_with("Q: \"Q\" is no valid name for a package"), "{found:#?}");
    assert!(found[1].starts_with("p/msg/A.msg:1:1: \"int33\" is no valid name for a type"), "{found:#?}");
    assert!(
        found[2].starts_with(
            "p/srv/S.srv:1:1: expected 2 sections, request and response, with a line of --- between them, found 1"
        ),
        "{found:#?}"
    );
    assert!(found[3].starts_with("q/msg/lower.msg: \"lower\" is no valid name for a type"), "{found:#?}");
}

#[test]
fn names_that_meet_in_rust_are_refused() {
    let found = mistakes(&[("p/srv/Get.srv", "---\n"), ("p/srv/GetRequest.srv", "---\n")]);
    assert_eq!(
        found,
        ["p/srv/GetRequest.srv: both p/srv/Get and p/srv/GetRequest would be named GetRequest in Rust; rename one"]
    );
}

#[test]
fn a_folder_without_packages_is_a_mistake() {
    let empty = folder(&[("p/README.md", "")]);
    assert_eq!(generate(empty.path()).unwrap_err().0[0].problem, Problem::NoPackages);
    let missing = empty.path().join("missing");
    assert!(matches!(generate(&missing).unwrap_err().0[0].problem, Problem::Io { action: "read", .. }));
}

#[test]
fn the_debug_form_is_the_text_because_cargo_shows_it() {
    let folder = folder(&[("p/msg/A.msg", "int8 a\nint8 a\n")]);
    let errors = generate(folder.path()).unwrap_err();
    assert_eq!(format!("{errors:?}"), errors.to_string());
}

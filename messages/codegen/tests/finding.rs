//! Where packages are found, and where they are not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, os::unix::fs::symlink, path::Path};

use rosactor_codegen::{Errors, Generator, Problem};
use support::folder;

/// The structs of the packages in a folder.
fn found(folder: &Path) -> Vec<String> {
    Generator::new().packages(folder).struct_paths().unwrap()
}

/// The mistakes, without the folder's name.
fn mistakes(folder: &Path, generator: &Generator) -> Vec<String> {
    let Errors(errors) = generator.generate().expect_err("there is a mistake");
    errors.iter().map(|error| error.to_string().replace(&format!("{}/", folder.display()), "")).collect()
}

fn manifest(name: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<package format=\"3\">\n  <name>{name}</name>\n</package>\n")
}

const FIELD: &str = "int8 a\n";

/// What it is, the files, and what is found.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn a_package_is_found_wherever_it_may_lie() {
    let (in_manifest, of_robot) = (manifest("in_manifest"), manifest("robot_driver"));
    let cases: [Case<'_>; 6] = [
        (
            "a folder of packages",
            &[("p/msg/A.msg", FIELD), ("q/srv/S.srv", "---\n")],
            &["p::msg::A", "q::srv::SRequest"],
        ),
        ("a package", &[("msg/A.msg", FIELD), ("package.xml", &in_manifest)], &["in_manifest::msg::A"]),
        ("a colcon tree", &[("src/robot/msgs/msg/A.msg", FIELD), ("src/robot/README.md", "")], &["msgs::msg::A"]),
        (
            "an installation",
            &[
                ("share/p/package.xml", &manifest("p")),
                ("share/p/msg/A.msg", FIELD),
                ("share/p/msg/A.idl", "not read"),
                ("share/p/cmake/msg/B.msg", FIELD),
                ("lib/python3/site-packages/p/msg/_a.py", "not read"),
            ],
            &["p::msg::A"],
        ),
        (
            "a package beside one of another sort",
            &[("a/package.xml", &of_robot), ("p/msg/A.msg", FIELD)],
            &["p::msg::A"],
        ),
        (
            "a package with a folder of another name",
            &[("x/y/msg/A.msg", FIELD), ("x/y/package.xml", &in_manifest)],
            &["in_manifest::msg::A"],
        ),
    ];
    for (what, files, expected) in cases {
        let folder = folder(files);
        let found = found(folder.path());
        assert_eq!(found.iter().filter(|path| !path.ends_with("Response")).collect::<Vec<_>>(), expected, "{what}");
    }
}

#[test]
fn what_is_not_for_us_is_left_alone() {
    let folder = folder(&[
        ("p/msg/A.msg", FIELD),
        ("p/msg/README.md", "no definition"),
        ("p/srv/S_Request.msg", "not in srv"),
        ("p/test/q/msg/A.msg", "in a package"),
        (".hidden/q/msg/A.msg", "hidden"),
        ("build/q/msg/A.msg", "made"),
        ("install/q/share/q/msg/A.msg", "made"),
        ("log/q/msg/A.msg", "made"),
        ("old/COLCON_IGNORE", ""),
        ("old/q/msg/A.msg", "ignored"),
        ("older/AMENT_IGNORE", ""),
        ("older/q/msg/A.msg", "ignored"),
        ("driver/package.xml", "not read, as it has no definitions"),
        ("driver/test_data/q/msg/A.msg", "in a package"),
    ]);
    assert_eq!(found(folder.path()), ["p::msg::A"]);
}

#[test]
fn a_folder_that_was_asked_for_is_looked_into_whatever_it_is_called() {
    let folder = folder(&[("install/COLCON_IGNORE", ""), ("install/p/share/p/msg/A.msg", FIELD)]);
    assert_eq!(found(&folder.path().join("install")), ["p::msg::A"]);
}

#[test]
fn links_are_followed_once() {
    let folder = folder(&[("src/p/msg/A.msg", FIELD), ("elsewhere/q/msg/B.msg", FIELD)]);
    let src = folder.path().join("src");
    symlink(&src, src.join("loop")).unwrap();
    symlink(folder.path().join("elsewhere/q"), src.join("q")).unwrap();
    symlink(folder.path().join("elsewhere/q"), src.join("r")).unwrap();
    symlink(folder.path().join("nowhere"), src.join("broken")).unwrap();
    assert_eq!(found(&src), ["p::msg::A", "q::msg::B"]);
}

#[test]
fn definitions_may_be_links_as_colcon_installs_them() {
    let folder = folder(&[("src/p/msg/A.msg", FIELD), ("share/p/package.xml", &manifest("p"))]);
    fs::create_dir(folder.path().join("share/p/msg")).unwrap();
    symlink(folder.path().join("src/p/msg/A.msg"), folder.path().join("share/p/msg/A.msg")).unwrap();
    assert_eq!(found(&folder.path().join("share")), ["p::msg::A"]);
}

#[test]
fn a_package_that_is_found_twice_with_the_same_text_is_taken_once() {
    let folder = folder(&[("a/p/msg/A.msg", FIELD), ("b/p/msg/A.msg", FIELD)]);
    let both = Generator::new().packages(folder.path().join("a")).packages(folder.path());
    assert_eq!(both.struct_paths().unwrap(), ["p::msg::A"]);
    assert_eq!(both.generate().unwrap().matches("pub struct A {").count(), 1);
}

#[test]
fn two_packages_of_one_name_are_refused_with_both_folders() {
    let cases: [(&[(&str, &str)], &str); 3] = [
        (&[("a/p/msg/A.msg", FIELD), ("b/p/msg/A.msg", "int8 b\n")], "p/msg/A"),
        (&[("a/p/msg/A.msg", FIELD), ("b/p/msg/A.msg", FIELD), ("b/p/srv/B.srv", "---\n")], "p/srv/B"),
        (&[("a/p/msg/A.msg", FIELD), ("a/p/msg/B.msg", FIELD), ("b/p/msg/A.msg", FIELD)], "p/msg/B"),
    ];
    for (files, differs) in cases {
        let folder = folder(files);
        let found = mistakes(folder.path(), &Generator::new().packages(folder.path()));
        let expected = format!("b/p: the package is in a/p as well, and they differ in {differs}; give one of them");
        assert_eq!(found, [expected]);
    }
}

#[test]
fn a_package_that_is_given_hides_all_of_the_shipped_one() {
    let folder = folder(&[
        ("std_msgs/msg/Own.msg", FIELD),
        ("p/msg/A.msg", "std_msgs/Own own\ngeometry_msgs/Point point\n"),
        ("p/msg/B.msg", "std_msgs/Header header\n"),
    ]);
    let found = mistakes(folder.path(), &Generator::new().packages(folder.path()));
    let expected = "p/msg/B.msg:1:1: the type std_msgs/msg/Header is not defined: \
                    the package std_msgs has no message of this name";
    assert_eq!(found, [expected]);
    fs::remove_file(folder.path().join("p/msg/B.msg")).unwrap();
    let code = Generator::new().packages(folder.path()).generate().unwrap();
    assert!(code.contains("pub own: super::super::std_msgs::msg::Own,"), "{code}");
    assert!(code.contains("pub point: ::rosactor_messages::geometry_msgs::msg::Point,"), "{code}");
}

#[test]
fn a_package_that_is_given_may_be_the_same_as_the_shipped_one() {
    let time = include_str!("../../interfaces/builtin_interfaces/msg/Time.msg");
    let header = include_str!("../../interfaces/std_msgs/msg/Header.msg");
    let folder = folder(&[
        ("builtin_interfaces/msg/Time.msg", time),
        ("std_msgs/msg/Header.msg", header),
        ("p/msg/A.msg", "std_msgs/Header header\ngeometry_msgs/PoseStamped pose\n"),
    ]);
    let code = Generator::new().packages(folder.path()).generate().unwrap();
    assert!(code.contains("pub header: super::super::std_msgs::msg::Header,"), "{code}");
    assert!(code.contains("pub pose: ::rosactor_messages::geometry_msgs::msg::PoseStamped,"), "{code}");
}

#[test]
fn a_folder_that_is_given_twice_has_its_mistakes_once() {
    let folder = folder(&[("p/msg/A.msg", "int33 a\n")]);
    let twice = Generator::new().packages(folder.path()).packages(folder.path().join("p"));
    assert_eq!(mistakes(folder.path(), &twice).len(), 1);
}

#[test]
fn external_packages_are_found_in_trees_as_well() {
    let folder = folder(&[("theirs/src/t/msg/T.msg", FIELD), ("ours/msg/A.msg", "t/T thing\n")]);
    let generator =
        Generator::new().packages(folder.path().join("ours")).external(folder.path().join("theirs"), "::theirs");
    assert!(generator.generate().unwrap().contains("pub thing: ::theirs::t::msg::T,"));
}

#[test]
fn a_missing_folder_is_a_mistake_and_says_which() {
    let folder = folder(&[("p/msg/A.msg", FIELD)]);
    let missing = folder.path().join("missing");
    let errors = Generator::new().packages(&missing).packages(folder.path()).generate().unwrap_err().0;
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].file, missing);
    assert!(matches!(errors[0].problem, Problem::Io { action: "read", .. }), "{errors:?}");
}

//! Packages by name, in prefixes that the tests make.

use std::{env, fs};

use tempfile::TempDir;

use super::*;
use crate::load::{self, Inputs, Loaded};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

/// Loads `ament` packages from the prefixes `overlay` and `underlay` of a folder, beside its folder `own` and the
/// external `theirs` if they are there.
fn load(folder: &TempDir, ament: &[&str]) -> Result<Loaded, Vec<String>> {
    let there = |name: &str| Some(folder.path().join(name)).filter(|path| path.exists());
    let external: Vec<_> = there("theirs").into_iter().map(|path| (path, "::theirs".to_owned())).collect();
    let prefixes = env::join_paths(["overlay", "underlay"].map(|name| folder.path().join(name))).unwrap();
    let inputs = Inputs {
        runtime: "::runtime",
        packages: &there("own").into_iter().collect::<Vec<_>>(),
        ament: &ament.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(),
        external: &external,
        prefixes: Some(&prefixes),
    };
    let prefix = format!("{}/", folder.path().display());
    load::load(inputs).map_err(|errors| errors.0.iter().map(|error| error.to_string().replace(&prefix, "")).collect())
}

fn types(loaded: &Loaded) -> Vec<String> {
    let mut types: Vec<String> = loaded.sources.iter().map(|source| source.interface.name.to_string()).collect();
    types.sort();
    types
}

#[test]
fn a_package_comes_with_all_that_it_refers_to() {
    let folder = folder(&[
        ("underlay/share/a/msg/A.msg", "b/B[] b\nstd_msgs/Header header\n"),
        ("underlay/share/b/msg/B.msg", "c/C c\n"),
        ("underlay/share/b/msg/B.idl", "not read"),
        ("underlay/share/c/msg/C.msg", "a/Other other\n"),
        ("underlay/share/a/msg/Other.msg", ""),
        ("underlay/share/d/msg/D.msg", "nobody refers to this"),
        ("underlay/share/std_msgs/msg/Header.msg", "not read, as it is shipped"),
    ]);
    let loaded = load(&folder, &["a"]).unwrap();
    assert_eq!(types(&loaded), ["a/msg/A", "a/msg/Other", "b/msg/B", "c/msg/C"]);
    assert_eq!(loaded.externals["std_msgs"], "::runtime");
}

#[test]
fn the_first_prefix_wins() {
    let folder = folder(&[
        ("overlay/share/a/srv/New.srv", "---\n"),
        ("underlay/share/a/msg/Old.msg", ""),
        ("underlay/share/b/msg/B.msg", ""),
    ]);
    assert_eq!(types(&load(&folder, &["a", "b"]).unwrap()), ["a/srv/New", "b/msg/B"]);
}

#[test]
fn what_is_given_otherwise_is_not_searched() {
    let folder = folder(&[
        ("own/a/msg/A.msg", ""),
        ("theirs/t/msg/T.msg", ""),
        ("underlay/share/a/msg/A.msg", "not read"),
        ("underlay/share/t/msg/T.msg", "not read"),
        ("underlay/share/b/msg/B.msg", "a/A a\nt/T t\n"),
    ]);
    let loaded = load(&folder, &["a", "b", "t", "std_msgs"]).unwrap();
    assert_eq!(types(&loaded), ["a/msg/A", "b/msg/B"]);
    assert_eq!(loaded.externals["t"], "::theirs");
}

#[test]
fn what_is_missing_is_reported_where_it_is_asked_for() {
    let folder = folder(&[
        ("overlay/share/README.md", ""),
        ("underlay/share/a/msg/A.msg", "int8 x\n  my_mesages/M m\n"),
        ("underlay/share/my_messages/msg/M.msg", ""),
        ("underlay/share/driver/package.xml", "<package><name>driver</name></package>"),
        ("underlay/share/idl_only/msg/I.idl", ""),
        ("underlay/share/bad/msg/B.msg", "int33 b\n"),
    ]);
    let cases: [(&[&str], &str); 6] = [
        (
            &["a"],
            "underlay/share/a/msg/A.msg:2:3: expected the package my_mesages in one of overlay/share, underlay/share, \
             found none; did you mean my_messages? Install it, source the workspace that has it, or give its folder \
             with .packages(..)",
        ),
        (
            &["nothing"],
            "AMENT_PREFIX_PATH: expected the package nothing in one of overlay/share, underlay/share, found none. ",
        ),
        (
            &["driver"],
            "AMENT_PREFIX_PATH: expected .msg, .srv or .action files in the package driver, found none in \
             underlay/share/driver (.idl files are not read)",
        ),
        (&["idl_only"], "AMENT_PREFIX_PATH: expected .msg, .srv or .action files in the package idl_only, found none"),
        (&["../etc"], "AMENT_PREFIX_PATH: \"../etc\" is no valid name for a package"),
        (&["bad"], "underlay/share/bad/msg/B.msg:1:1: \"int33\" is no valid name for a type"),
    ];
    for (ament, expected) in cases {
        let found = load(&folder, ament).expect_err("there is a mistake");
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(expected), "\n  expected {expected}\n  found    {}", found[0]);
    }
    let found = load(&folder, &["nothing", "driver", "bad"]).expect_err("three mistakes");
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn without_prefixes_there_is_no_installation() {
    for value in [None, Some(""), Some(":")] {
        let error = prefixes(value.map(OsStr::new)).expect_err("no prefix");
        let expected =
            "AMENT_PREFIX_PATH: expected this environment variable to list the prefixes of ROS, found it unset";
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert_eq!(prefixes(Some(OsStr::new("/a::/b"))).unwrap(), [Path::new("/a"), Path::new("/b")]);
}

#[test]
fn cargo_is_told_what_makes_a_difference() {
    let folder = folder(&[
        ("own/deep/p/msg/A.msg", ""),
        ("own/deep/p/package.xml", "<package><name>p</name></package>"),
        ("theirs/t/action/T.action", "---\n---\n"),
        ("underlay/share/a/srv/A.srv", "---\n"),
    ]);
    let loaded = load(&folder, &["a"]).unwrap();
    let watched: Vec<_> = loaded.watched.iter().map(|path| path.strip_prefix(folder.path()).unwrap()).collect();
    let expected = ["own/deep/p/msg", "own/deep/p/package.xml", "theirs", "theirs/t/action", "underlay/share/a/srv"]
        .map(Path::new);
    assert_eq!(watched, expected);
}

//! `rosactor bridge`, as a user runs it, up to where it would join a DDS domain.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use rosactor_tests::command::{finish, rosactor, text};
use rosactor_tests::process::binary;

/// The exit code, and what was said.
fn bridge(options: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["bridge"], options].concat();
    let output = finish(rosactor(&arguments).env("ROSACTOR_BRIDGE", binary("rosactor-bridge")));
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn the_options_of_the_bridge_are_those_of_the_verb() {
    let (code, said) = bridge(&["--help"]);
    assert_eq!(code, Some(0), "{said}");
    for option in ["--config", "--domain", "--namespace", "--distro", "--discovery", "--connect", "--listen"] {
        assert!(said.contains(option), "{option} is missing: {said}");
    }
    assert!(!said.contains("--resolved"), "{said}");
}

#[test]
fn mistakes_are_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bridge.yaml");
    fs::write(&file, "domain: 3\nallow: {services: [add]}\nlisten: [tcp]\n").unwrap();
    let file = file.to_str().unwrap();
    for (options, expected) in [
        (&[][..], "the command line: no Zenoh endpoint"),
        (&["-d", "7"], "no Zenoh endpoint"),
        (&["-e", "tcp"], "connect has `tcp`"),
        (&["-d", "300", "-e", "tcp/127.0.0.1:1"], "domain is 300"),
        (&["--distro", "jazy"], "jazy"),
        (&["-c", "/nowhere.yaml"], "/nowhere.yaml"),
        (&["-c", file], "allow.services has `add`"),
        (&["-c", file], "listen has `tcp`"),
    ] {
        let (code, said) = bridge(options);
        assert_eq!(code, Some(2), "{options:?}: {said}");
        assert!(said.contains(expected), "{options:?}: {said}");
    }
}

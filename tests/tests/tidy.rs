//! The house rules that a compiler does not check: where foreign crates may be named, which way manifests point, how long a
//! file may be. ARCHITECTURE.md states them; this test makes them true.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file below a folder with this ending, without build output and what others wrote.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "vendor"].contains(&name.as_str()) && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

/// Whether a line of code (comments aside) names a crate: `zenoh::`, `use zenoh;`, `zenoh_ext::`.
fn names(line: &str, krate: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices(krate).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + krate.len()..];
        let begins = !before.is_some_and(|c| c.is_alphanumeric() || "_\"-}".contains(c));
        begins && (after.starts_with("::") || after.starts_with("_ext::") || after.starts_with(';'))
    })
}

const OWN_FILE: &str = "tests/tests/tidy.rs";

/// The only places that may name a crate.
const HOMES: [(&str, &[&str]); 6] = [
    (
        "zenoh",
        &[
            "transport/src/link/",
            "transport/tests/",
            "transport/bridge/",
            "actors/benches/net/zenoh_peers.rs",
            "actors/benches/scale/floor.rs",
            "actors/benches/start/floor.rs",
        ],
    ),
    ("actix", &["actors/src/shell/arbiter.rs", "actors/benches/hop/peers.rs"]),
    // `messages` has a module of its own with this name, so there the crate is `::cdr`.
    ("::cdr", &["messages/src/serde_cdr/", "messages/every-type/", "messages/tests/"]),
    ("tracing_subscriber", &["actors/cli/", "transport/bridge/"]),
    ("cyclors", &["transport/bridge/"]),
    ("hdrhistogram", &["transport/src/mailbox/counters.rs"]),
];

#[test]
fn each_foreign_crate_has_one_home() {
    let mut strangers = Vec::new();
    for path in files(&root(), ".rs") {
        let file = relative(&path);
        let text = fs::read_to_string(&path).unwrap();
        for (krate, homes) in HOMES {
            // This file names them all.
            if homes.iter().any(|home| file.starts_with(home)) || file == OWN_FILE {
                continue;
            }
            let lines = text.lines().enumerate().filter(|(_, line)| names(line, krate));
            strangers.extend(lines.map(|(n, line)| format!("{file}:{}: {krate}: {}", n + 1, line.trim())));
        }
    }
    assert!(strangers.is_empty(), "crates named outside of their home:\n{}", strangers.join("\n"));
}

#[test]
fn the_names_of_crates_are_recognised() {
    assert!(names("use ::cdr::CdrLe;", "::cdr") && !names("use crate::cdr::Reader;", "::cdr"));
    // What the code generator writes begins with the path of the crate to be used.
    assert!(!names("{runtime}::cdr::Reader", "::cdr"));
    for line in ["use zenoh::Session;", "let s = zenoh::open(c);", "use zenoh_ext::AdvancedPublisher;", "use zenoh;"] {
        assert!(names(line, "zenoh"), "{line}");
    }
    for line in ["// zenoh::open panics here", "use rmw_zenoh::keys;", "let zenoh = 1;", "\"zenoh::open\""] {
        assert!(!names(line, "zenoh"), "{line}");
    }
}

/// What each crate of the workspace may depend on among the others and among the core packages.
const MAY_NOT: [(&str, &[&str]); 8] = [
    ("messages/Cargo.toml", &["tokio", "zenoh", "actix", "tracing", "rosactor-transport", "rosactor"]),
    (
        "messages/codegen/Cargo.toml",
        &["tokio", "zenoh", "actix", "tracing", "rosactor-messages", "rosactor-transport", "rosactor"],
    ),
    ("transport/Cargo.toml", &["actix", "tracing-subscriber", "serde-saphyr", "clap", "rosactor"]),
    ("transport/bridge/Cargo.toml", &["actix", "rosactor", "rosactor-lessons", "rosactor-cli"]),
    (
        "actors/Cargo.toml",
        &["zenoh", "zenoh-ext", "cdr", "tracing-subscriber", "clap", "rosactor-bridge", "rosactor-lessons"],
    ),
    (
        "actors/lessons/Cargo.toml",
        &["zenoh", "zenoh-ext", "cdr", "actix", "rosactor-transport", "rosactor-messages", "tracing-subscriber"],
    ),
    // It includes files of the product, and depends on none of its crates.
    ("tests/loom/Cargo.toml", &["tokio", "zenoh", "actix", "rosactor", "rosactor-transport", "rosactor-messages"]),
    ("actors/cli/Cargo.toml", &["zenoh", "zenoh-ext", "cdr", "actix", "rosactor-transport", "rosactor-messages"]),
];

#[test]
fn manifests_point_one_way() {
    let mut wrong = Vec::new();
    for (manifest, forbidden) in MAY_NOT {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        let mut section = "";
        for line in text.lines() {
            if line.starts_with('[') {
                section = line.trim();
                continue;
            }
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if section.ends_with("dependencies]") && section != "[dev-dependencies]" && forbidden.contains(&name) {
                wrong.push(format!("{manifest}: {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "dependencies that point the wrong way: {wrong:?}");
}

const LONGEST_FILE: usize = 500;

#[test]
fn no_file_is_longer_than_a_person_wants_to_read() {
    let long: Vec<String> = files(&root(), ".rs")
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            // A file's own tests do not count.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            (relative(&path), code.lines().filter(|line| !line.trim().is_empty()).count())
        })
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "files over {LONGEST_FILE} lines: {long:?}");
}

#[test]
fn the_top_level_holds_what_it_should() {
    let allowed = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "actors",
        "clippy.toml",
        "configs",
        "deny.toml",
        "examples",
        "messages",
        "rustfmt.toml",
        "target",
        "tests",
        "transport",
    ];
    let strangers: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !allowed.contains(&name.as_str()))
        // What a user's run writes where the README's commands are given.
        .filter(|name| ![".json", ".svg", ".log"].iter().any(|ending| name.ends_with(ending)))
        .collect();
    assert!(strangers.is_empty(), "unexpected at the top level: {strangers:?}");
}

#[test]
fn the_patch_of_a_vendored_crate_is_what_was_changed_in_it() {
    let vendor = root().join("transport/vendor");
    let crates = fs::read_dir(&vendor).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let told = fs::read_to_string(vendor.join("README.md")).unwrap();
    for folder in crates {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            told.contains(&format!("## {name} ")),
            "transport/vendor/README.md does not say what was changed in {name}"
        );
        let mut undo = Command::new("git");
        // Outside of any repository, so that the paths are those of the folder.
        undo.args(["apply", "--reverse", "--check", &format!("../{name}.patch")]).env("GIT_DIR", "/dev/null");
        let output = undo.current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{name}.patch: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The bridge has all of them but one: it calls Cyclone DDS, which is C, in one file.
const OWN_LINTS: &str = "transport/bridge/Cargo.toml";

#[test]
fn only_the_bridge_calls_c_and_only_in_one_file() {
    let unsafe_files: Vec<String> = files(&root(), ".rs")
        .into_iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("allow(unsafe_code)"))
        .map(|path| relative(&path))
        .filter(|file| file != OWN_FILE)
        .collect();
    assert_eq!(unsafe_files, ["transport/bridge/src/dds.rs"]);
    let lints = |manifest: &str, section: &str| -> Vec<String> {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        let lines = text.lines().skip_while(|line| *line != section).skip(1).take_while(|line| !line.starts_with('['));
        lines.filter(|line| line.contains(" = ") && !line.starts_with("unsafe_code")).map(str::to_owned).collect()
    };
    for section in ["rust", "clippy"] {
        let of_workspace = lints("Cargo.toml", &format!("[workspace.lints.{section}]"));
        assert_eq!(lints(OWN_LINTS, &format!("[lints.{section}]")), of_workspace, "the bridge's lints have drifted");
    }
}

#[test]
fn the_workspace_lints_are_in_every_crate() {
    let without: Vec<String> = files(&root(), "Cargo.toml")
        .into_iter()
        .filter(|path| path.parent() != Some(&root()))
        .filter(|path| !fs::read_to_string(path).unwrap().contains("[lints]\nworkspace = true"))
        .map(|path| relative(&path))
        .filter(|manifest| manifest != OWN_LINTS)
        .collect();
    assert!(without.is_empty(), "crates without the workspace's lints: {without:?}");
}

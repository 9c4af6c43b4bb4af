//! Texts are read as definitions.

use std::{fs, path::Path};

use rosactor_codegen::{Errors, Generator};

/// A line that begins like this ends one definition of an input, and the next is a message of another name.
const SEPARATOR: &str = "===";

/// Names of the types of an input, in their order. They are short, so that a fuzzer finds out how to refer to them.
const NAMES: [&str; 4] = ["A", "B", "C", "D"];

/// Reads a text as a package of up to four types: a message, service or action by how many `---` the first part has, and
/// messages. What is accepted makes Rust that can be parsed and hashes; what is refused has a place in the text.
pub fn definition(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let parts = parts(&text);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let files: Vec<_> = NAMES.iter().zip(&parts).map(|(name, part)| file(name, part)).collect();
    for ((file, _), part) in files.iter().zip(&parts) {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, part).expect("a file can be written");
    }
    let generator = Generator::new().packages(folder.path());
    match generator.generate() {
        Ok(code) => {
            if let Err(error) = syn::parse_file(&code) {
                panic!("what was generated is no Rust: {error}\n{code}");
            }
            let hashes = generator.hashes().expect("what can be generated has hashes");
            for (_, name) in &files {
                assert!(hashes.get(name).is_some_and(|hash| is_hash(hash)), "{name} has no hash: {hashes:?}");
            }
        }
        Err(errors) => check_errors(&errors, folder.path(), &files, &parts),
    }
}

/// The definitions of an input.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let ends = line.starts_with(SEPARATOR) && parts.len() < NAMES.len();
        match parts.last_mut() {
            Some(part) if !ends => part.push_str(line),
            _ => parts.push(String::new()),
        }
    }
    parts
}

/// Where a definition belongs within the folder of packages, and the full name of its type.
fn file(name: &str, part: &str) -> (String, String) {
    let kind = match part.lines().filter(|line| line.trim_end() == "---").count() {
        0 => "msg",
        1 if name == NAMES[0] => "srv",
        _ if name == NAMES[0] => "action",
        _ => "msg",
    };
    (format!("p/{kind}/{name}.{kind}"), format!("p/{kind}/{name}"))
}

fn is_hash(hash: &str) -> bool {
    hash.strip_prefix("RIHS01_").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Each mistake is in one of the files, and within its text.
fn check_errors(Errors(errors): &Errors, folder: &Path, files: &[(String, String)], parts: &[String]) {
    assert!(!errors.is_empty(), "it was refused without a reason");
    for error in errors {
        let place = files.iter().position(|(file, _)| folder.join(file) == error.file);
        let place = place.unwrap_or_else(|| panic!("not about a file of the package: {error}"));
        let Some(at) = error.at else { continue };
        let line = parts[place].lines().nth(at.line - 1).unwrap_or_default();
        let lines = parts[place].lines().count().max(1);
        assert!(at.line <= lines, "there are {lines} lines: {error}");
        assert!(at.column <= line.chars().count() + 1, "the line has less columns: {error}");
    }
}

//! An input as a package of definitions.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use rosactor_codegen::{Described, Errors, Library};

/// A line that begins like this ends one definition of an input, and the next is a message of another name.
const SEPARATOR: &str = "===";

/// Names of the types of an input, in their order. They are short, so that a fuzzer finds out how to refer to them.
const NAMES: [&str; 4] = ["A", "B", "C", "D"];

/// Definitions that an input may refer to.
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../interfaces");

/// A definition of an input.
pub(super) struct Part {
    /// Its full name, such as `p/msg/A`.
    pub(super) name: String,
    /// Where it belongs within a folder of packages.
    pub(super) file: String,
    pub(super) text: String,
}

/// The definitions of an input. The first is a message, service or action by how many `---` it has; the others are messages.
pub(super) fn parts(input: &[u8]) -> Vec<Part> {
    let text = String::from_utf8_lossy(input);
    let mut texts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let ends = line.starts_with(SEPARATOR) && texts.len() < NAMES.len();
        match texts.last_mut() {
            Some(text) if !ends => text.push_str(line),
            _ => texts.push(String::new()),
        }
    }
    let part = |(place, text): (usize, String)| {
        let kind = match lines(&text).iter().filter(|line| line.trim_end() == "---").count() {
            1 if place == 0 => "srv",
            2.. if place == 0 => "action",
            _ => "msg",
        };
        let name = format!("p/{kind}/{}", NAMES[place]);
        Part { file: format!("{name}.{kind}"), name, text }
    };
    texts.into_iter().enumerate().map(part).collect()
}

/// The definitions and the shipped types that they refer to.
pub(super) fn library(parts: &[Part]) -> Library {
    let mut library = Library::new();
    parts.iter().for_each(|part| library.add(&part.name, &part.text));
    loop {
        let mut missing = library.missing();
        missing.retain(|name| KNOWN.contains_key(name));
        if missing.is_empty() {
            return library;
        }
        missing.iter().for_each(|name| library.know(&KNOWN[name]));
    }
}

/// The shipped types by name.
static KNOWN: LazyLock<BTreeMap<String, Described>> = LazyLock::new(|| {
    let mut library = Library::new();
    for package in children(Path::new(SHIPPED)) {
        for file in children(&package).iter().flat_map(|kind| children(kind)) {
            let name = file.with_extension("");
            let name = name.strip_prefix(SHIPPED).expect("it is within").to_str().expect("names are UTF-8");
            library.add(name, &fs::read_to_string(&file).expect("shipped definitions can be read"));
        }
    }
    let types = library.describe().expect("shipped definitions are right");
    types.into_iter().map(|described| (described.name.clone(), described)).collect()
});

/// What lies in a folder, nothing if it is none.
fn children(folder: &Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("a folder can be read").path()).collect()
}

/// Each mistake is in one of the definitions, and within its text.
pub(super) fn check_errors(Errors(errors): &Errors, parts: &[Part], file: impl Fn(&Part) -> std::path::PathBuf) {
    assert!(!errors.is_empty(), "it was refused without a reason");
    for error in errors {
        let part = parts.iter().find(|part| file(part) == error.file);
        let text = &part.unwrap_or_else(|| panic!("not about a file of the package: {error}")).text;
        let Some(at) = error.at else { continue };
        let lines = lines(text);
        let line = lines.get(at.line - 1);
        let line = line.unwrap_or_else(|| panic!("there are only {} lines: {error}", lines.len()));
        assert!(at.column <= line.chars().count() + 1, "the line has less columns: {error}");
    }
}

/// The lines of a definition, which end where they do for Python, and perhaps an empty one.
fn lines(text: &str) -> Vec<String> {
    const ENDS: &str = "\n\r\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}";
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    text.split(|c| ENDS.contains(c)).map(str::to_owned).collect()
}

//! Writes the inputs from which fuzzers start: `seeds FOLDER` makes `FOLDER/cdr`, `FOLDER/dynamic` and `FOLDER/definition`.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::Path};

use rosactor_every_type::{Source, all};

/// Folders of packages, whose definitions are seeds.
const PACKAGES: [&str; 2] =
    [concat!(env!("CARGO_MANIFEST_DIR"), "/../interfaces"), concat!(env!("CARGO_MANIFEST_DIR"), "/interfaces")];

/// Payloads above this size are mostly more of the same.
const LONGEST: usize = 3000;

fn main() {
    let folder = env::args().nth(1).unwrap_or_else(|| panic!("expected a folder to write to"));
    payloads(&Path::new(&folder).join("cdr"), &Path::new(&folder).join("dynamic"));
    definitions(&Path::new(&folder).join("definition"));
}

/// The default of every type, and random values, also with the beginning of the type's hash in front.
fn payloads(plain: &Path, with_type: &Path) {
    fs::create_dir_all(plain).unwrap();
    fs::create_dir_all(with_type).unwrap();
    for kind in all() {
        let random = (0..6).map(|state| {
            let mut source = Source::Random { state, longest: usize::try_from(state % 4).unwrap() };
            (kind.make)(&mut source)
        });
        let payloads = std::iter::once((kind.default)()).chain(random).filter_map(|value| value.encode().ok());
        for (place, bytes) in payloads.enumerate().filter(|(_, bytes)| bytes.len() <= LONGEST) {
            let file = format!("{}_{place}", kind.name.replace('/', "_"));
            fs::write(plain.join(&file), &bytes).unwrap();
            if let Some(hash) = kind.description.hash.get(7..11) {
                let hash = u16::from_str_radix(hash, 16).unwrap().to_be_bytes();
                fs::write(with_type.join(&file), [&hash[..], &bytes].concat()).unwrap();
            }
        }
    }
}

fn definitions(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for package in PACKAGES.into_iter().flat_map(|folder| children(Path::new(folder))) {
        for kind in children(&package) {
            children(&kind).iter().for_each(|file| {
                fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
            });
        }
    }
}

fn children(folder: &Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| !path.ends_with("LICENSE")).collect()
}

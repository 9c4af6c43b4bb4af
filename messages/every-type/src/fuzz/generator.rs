//! Texts become Rust.

use std::fs;

use rosactor_codegen::{Generator, Problem};

use super::package::{self, parts};

/// Writes Rust for a package of up to four definitions. What is accepted makes Rust that can be parsed, and is accepted with the
/// same hashes where no Rust is written.
pub fn generator(input: &[u8]) {
    let parts = parts(input);
    let folder = tempfile::tempdir().expect("a folder can be made");
    for part in &parts {
        let path = folder.path().join(&part.file);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, &part.text).expect("a file can be written");
    }
    let described = package::library(&parts).describe();
    match (Generator::new().packages(folder.path()).generate(), described) {
        (Ok(code), Ok(described)) => {
            if let Err(error) = syn::parse_file(&code) {
                panic!("what was generated is no Rust: {error}\n{code}");
            }
            for part in &parts {
                let own = described.iter().find(|ty| ty.name == part.name);
                let hash = &own.unwrap_or_else(|| panic!("{} is not described", part.name)).hash;
                assert!(code.contains(hash), "{} has another hash where no Rust is written", part.name);
            }
        }
        (Err(errors), described) => {
            package::check_errors(&errors, &parts, |part| folder.path().join(&part.file));
            let only_names = errors.0.iter().all(|error| matches!(error.problem, Problem::NameClash { .. }));
            assert!(described.is_err() || only_names, "accepted only where no Rust is written: {errors}");
        }
        (Ok(_), Err(errors)) => panic!("accepted only where Rust is written: {errors}"),
    }
}

//! Does again what fuzzers did with the inputs that were kept: those that reach all code that was ever reached, and those that
//! once broke a law. `fuzz/README.md` says how they were found.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::BTreeSet,
    fs,
    io::{Write, stderr},
    panic::catch_unwind,
    path::{Path, PathBuf},
    time::Instant,
};

use rosactor_every_type::fuzz;

/// What is done with an input.
type Body = fn(&[u8]);

/// Every target.
const TARGETS: [&str; 4] = ["cdr", "definition", "dynamic", "generator"];

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// What lies in a folder, in the order of names.
fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut children: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    children.sort();
    children
}

/// The inputs of a folder of which there must be some.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let inputs = children(folder);
    assert!(!inputs.is_empty(), "{} is empty, so nothing would be tested", folder.display());
    inputs
}

/// Does something with all inputs of a target, and says which broke a law.
fn replay(target: &str, body: Body) {
    let mut files = inputs(&fuzz_folder().join("corpus").join(target));
    let regressions = fuzz_folder().join("regressions").join(target);
    if regressions.exists() {
        files.extend(inputs(&regressions));
    }
    let begin = Instant::now();
    let broken: Vec<_> = files
        .iter()
        .filter(|file| {
            let input = fs::read(file).unwrap();
            catch_unwind(|| body(&input)).is_err()
        })
        .collect();
    // Past the capture of tests' output, so that a run shows that there was something to test.
    let _ = writeln!(stderr(), "corpus of {target}: {} inputs in {:.1?}", files.len(), begin.elapsed());
    assert!(broken.is_empty(), "inputs that broke a law, as the panics above say: {broken:#?}");
}

#[test]
fn payloads_keep_the_laws() {
    replay("cdr", fuzz::cdr);
}

#[test]
fn payloads_keep_the_laws_as_every_type_known_at_run_time() {
    replay("cdr", fuzz::every_dynamic);
}

#[test]
fn payloads_of_types_known_at_run_time_keep_the_laws() {
    replay("dynamic", fuzz::dynamic);
}

#[test]
fn definitions_keep_the_laws() {
    replay("definition", fuzz::definition);
}

#[test]
fn definitions_that_become_rust_keep_the_laws() {
    replay("generator", fuzz::generator);
}

#[test]
fn every_folder_belongs_to_a_target_and_every_target_has_its_program() {
    let names = |folder: &str| -> BTreeSet<String> {
        let name = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
        children(&fuzz_folder().join(folder)).into_iter().map(name).collect()
    };
    let targets: BTreeSet<String> = TARGETS.map(String::from).into();
    assert_eq!(names("corpus"), targets);
    assert_eq!(names("fuzz_targets"), targets);
    assert!(names("regressions").is_subset(&targets));
}

//! Reads everything that a generator was given, and checks what is to be generated.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    ament,
    describe::{self, Catalog},
    discover,
    error::{Error, Errors, Problem},
    hidden,
    packages::{self, Package, Source},
    resolve,
};

/// The definitions that `rosactor-messages` is made of.
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../interfaces");

/// What to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'a> {
    /// Path of `rosactor-messages` in Rust.
    pub(crate) runtime: &'a str,
    /// Folders to generate from.
    pub(crate) packages: &'a [PathBuf],
    /// Packages of a ROS installation to generate.
    pub(crate) ament: &'a [String],
    /// Folders of what is generated elsewhere, with the path in Rust.
    pub(crate) external: &'a [(PathBuf, String)],
    /// The value of `AMENT_PREFIX_PATH`.
    pub(crate) prefixes: Option<&'a OsStr>,
}

/// What the folders hold.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What is to be generated.
    pub(crate) sources: Vec<Source>,
    /// Descriptions of that and of everything else.
    pub(crate) catalog: Catalog,
    /// Where the other packages are in Rust.
    pub(crate) externals: BTreeMap<String, String>,
    /// Files and folders that make a difference.
    pub(crate) watched: BTreeSet<PathBuf>,
}

/// Reads and checks.
pub(crate) fn load(inputs: Inputs<'_>) -> Result<Loaded, Errors> {
    let mut reader = Reader::default();
    let own = reader.own(inputs.packages);
    let others = reader.others(inputs);
    let known = own.keys().chain(others.keys()).cloned().collect();
    let taken = reader.ament(inputs, &known);
    // Packages that are to be generated hide those that are there already, with types that they lack as well.
    let (hidden, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|(package, _)| own.contains_key(package));
    let sources: Vec<Source> = own.into_values().flatten().chain(taken).collect();
    let externals = others.iter().map(|(package, (path, _))| (package.clone(), path.clone())).collect();
    let describe = |sources: &mut dyn Iterator<Item = &Source>| {
        let mut catalog = Catalog::new();
        sources.for_each(|source| describe::add(&mut catalog, &source.interface));
        catalog
    };
    let hidden = describe(&mut hidden.iter().flat_map(|(_, (_, sources))| sources));
    let catalog = describe(&mut others.iter().flat_map(|(_, (_, sources))| sources).chain(&sources));
    if reader.errors.is_empty() {
        // Only then, because a file that could not be read would make its types unknown in all others.
        reader.errors = resolve::check(&sources, &catalog);
    }
    if reader.errors.is_empty() {
        reader.errors = hidden::check(&sources, &catalog, &hidden);
    }
    if !reader.errors.is_empty() {
        return Err(Errors(reader.errors));
    }
    Ok(Loaded { sources, catalog, externals, watched: reader.watched })
}

/// Goes on after mistakes, so that all are found at once.
#[derive(Debug, Default)]
struct Reader {
    errors: Vec<Error>,
    watched: BTreeSet<PathBuf>,
}

impl Reader {
    fn keep<T: Default>(&mut self, result: Result<T, Vec<Error>>) -> T {
        result.unwrap_or_else(|errors| {
            self.errors.extend(errors);
            T::default()
        })
    }

    /// The packages in a folder.
    fn folder(&mut self, folder: &Path) -> Vec<Package> {
        let found = discover::find(folder);
        self.errors.extend(found.errors);
        if found.shallow {
            // Then a new package is noticed. Otherwise not, since Cargo would watch everything below, such as its own
            // output.
            self.watched.insert(folder.to_owned());
        }
        found.packages
    }

    fn package(&mut self, package: &Package) -> Vec<Source> {
        self.watched.extend(package.watched());
        self.keep(package.read())
    }

    /// What is to be generated, by package. A package that is given twice is taken once.
    fn own(&mut self, folders: &[PathBuf]) -> BTreeMap<String, Vec<Source>> {
        let mut taken: BTreeMap<String, Vec<Source>> = BTreeMap::new();
        let mut places: BTreeMap<String, PathBuf> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for package in folders.iter().flat_map(|folder| self.folder(folder)).collect::<Vec<_>>() {
            if fs::canonicalize(&package.folder).is_ok_and(|full| !seen.insert(full)) {
                continue;
            }
            let sources = self.package(&package);
            let Package { name, folder } = package;
            match (taken.get(&name), places.get(&name)) {
                (Some(firsts), Some(first)) => {
                    if let Some(differs) = packages::difference(firsts, &sources) {
                        let problem = Problem::PackageTwice { first: first.clone(), differs };
                        self.errors.push(Error::of_file(folder, problem));
                    }
                }
                _ => {
                    taken.insert(name.clone(), sources);
                    places.insert(name, folder);
                }
            }
        }
        taken
    }

    /// What is in Rust already, by package, with the path there. Of a package in several places the last counts.
    fn others(&mut self, inputs: Inputs<'_>) -> BTreeMap<String, (String, Vec<Source>)> {
        let shipped = discover::find(Path::new(SHIPPED));
        self.errors.extend(shipped.errors);
        let mut others = BTreeMap::new();
        for package in shipped.packages {
            let sources = self.keep(package.read());
            others.insert(package.name, (inputs.runtime.to_owned(), sources));
        }
        for (folder, path) in inputs.external {
            for package in self.folder(folder) {
                let sources = self.package(&package);
                others.insert(package.name, (path.clone(), sources));
            }
        }
        others
    }

    /// What is to be generated of a ROS installation.
    fn ament(&mut self, inputs: Inputs<'_>, known: &BTreeSet<String>) -> Vec<Source> {
        if inputs.ament.is_empty() {
            return Vec::new();
        }
        let prefixes = match ament::prefixes(inputs.prefixes) {
            Ok(prefixes) => prefixes,
            Err(error) => {
                self.errors.push(error);
                return Vec::new();
            }
        };
        let found = self.keep(ament::collect(inputs.ament, &prefixes, known));
        self.watched.extend(found.iter().flat_map(|(package, _)| package.watched()));
        found.into_iter().flat_map(|(_, sources)| sources).collect()
    }
}

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
    let sources = reader.own(inputs.packages);
    let own = names(&sources);
    let (others, externals) = reader.others(inputs, &own);
    let known = own.into_iter().chain(externals.keys().cloned()).collect();
    let taken = reader.ament(inputs, &known);
    let sources: Vec<Source> = sources.into_iter().chain(taken).collect();
    let mut catalog = Catalog::new();
    others.iter().chain(&sources).for_each(|source| describe::add(&mut catalog, &source.interface));
    if reader.errors.is_empty() {
        // Only then, because a file that could not be read would make its types unknown in all others.
        reader.errors = resolve::check(&sources, &catalog);
    }
    if !reader.errors.is_empty() {
        return Err(Errors(reader.errors));
    }
    Ok(Loaded { sources, catalog, externals, watched: reader.watched })
}

fn names(sources: &[Source]) -> BTreeSet<String> {
    sources.iter().map(|source| source.interface.name.package.clone()).collect()
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

    /// The packages in a folder with their definitions.
    fn folder(&mut self, folder: &Path) -> Vec<(Package, Vec<Source>)> {
        let found = discover::find(folder);
        self.errors.extend(found.errors);
        if found.shallow {
            // Then a new package is noticed. Otherwise not, since Cargo would watch everything below, such as its own output.
            self.watched.insert(folder.to_owned());
        }
        found.packages.into_iter().map(|package| (package.clone(), self.package(&package))).collect()
    }

    fn package(&mut self, package: &Package) -> Vec<Source> {
        self.watched.extend(package.watched());
        self.keep(package.read())
    }

    /// What is to be generated. A package that is given twice is taken once.
    fn own(&mut self, folders: &[PathBuf]) -> Vec<Source> {
        let mut taken: BTreeMap<String, (PathBuf, Vec<Source>)> = BTreeMap::new();
        for (Package { name, folder }, sources) in
            folders.iter().flat_map(|folder| self.folder(folder)).collect::<Vec<_>>()
        {
            if let Some((first, firsts)) = taken.get(&name) {
                let same_folder = fs::canonicalize(first).ok() == fs::canonicalize(&folder).ok();
                if let Some(differs) = packages::difference(firsts, &sources).filter(|_| !same_folder) {
                    let problem = Problem::PackageTwice { first: first.clone(), differs };
                    self.errors.push(Error::of_file(folder, problem));
                }
            } else {
                taken.insert(name, (folder, sources));
            }
        }
        taken.into_values().flat_map(|(_, sources)| sources).collect()
    }

    /// What is in Rust already, with the paths of the packages. Those that are to be generated do not count, not even for types
    /// that they lack.
    fn others(&mut self, inputs: Inputs<'_>, own: &BTreeSet<String>) -> (Vec<Source>, BTreeMap<String, String>) {
        let mut others: BTreeMap<String, Vec<Source>> = BTreeMap::new();
        let mut paths = BTreeMap::new();
        let shipped = discover::find(Path::new(SHIPPED));
        self.errors.extend(shipped.errors);
        let shipped: Vec<(Vec<Source>, &str)> =
            shipped.packages.iter().map(|package| (self.keep(package.read()), inputs.runtime)).collect();
        let external = inputs.external.iter().flat_map(|(folder, path)| {
            self.folder(folder).into_iter().map(|(_, sources)| (sources, path.as_str())).collect::<Vec<_>>()
        });
        for (sources, path) in shipped.into_iter().chain(external) {
            if let Some(package) = sources.first().map(|source| source.interface.name.package.clone())
                && !own.contains(&package)
            {
                paths.insert(package.clone(), path.to_owned());
                others.insert(package, sources);
            }
        }
        (others.into_values().flatten().collect(), paths)
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

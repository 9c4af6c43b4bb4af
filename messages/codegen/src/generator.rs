//! What a build script calls.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    describe::{self, Catalog},
    error::{Error, Errors, Problem},
    packages::{self, Source},
    resolve, write,
};

/// The definitions that `rosactor-messages` is made of.
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../interfaces");

/// Where Rust finds the crate that generated code is built on, unless told otherwise.
const RUNTIME: &str = "::rosactor_messages";

/// Writes Rust for folders of ROS packages.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), rosactor_codegen::Errors> {
///     rosactor_codegen::Generator::new().packages("interfaces").build()
/// }
/// ```
///
/// and in the crate `include!(concat!(env!("OUT_DIR"), "/interfaces.rs"));`.
#[derive(Clone, Debug)]
pub struct Generator {
    runtime: String,
    packages: Vec<PathBuf>,
    external: Vec<(PathBuf, String)>,
    features: BTreeMap<String, String>,
}

impl Default for Generator {
    fn default() -> Self {
        Self::new()
    }
}

impl Generator {
    /// A generator that knows the packages of `rosactor-messages` and generates none yet.
    #[must_use]
    pub fn new() -> Self {
        Self { runtime: RUNTIME.to_owned(), packages: Vec::new(), external: Vec::new(), features: BTreeMap::new() }
    }

    /// Generates the packages in `folder`, which holds `<package>/msg/<Name>.msg` and so on. A package that
    /// `rosactor-messages` has as well is taken from here.
    #[must_use]
    pub fn packages(mut self, folder: impl Into<PathBuf>) -> Self {
        self.packages.push(folder.into());
        self
    }

    /// Takes the packages in `folder` from the Rust crate or module at `path`, such as `::my_interfaces`, where they have
    /// been generated already.
    #[must_use]
    pub fn external(mut self, folder: impl Into<PathBuf>, path: impl Into<String>) -> Self {
        self.external.push((folder.into(), path.into()));
        self
    }

    /// Tells where Rust finds `rosactor-messages` if not at `::rosactor_messages`, such as `::rosactor::messages`.
    #[must_use]
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.runtime = path.into();
        self
    }

    /// Generates these packages only with a Cargo feature of the crate that they become part of.
    #[must_use]
    pub fn feature(mut self, feature: &str, packages: &[&str]) -> Self {
        self.features.extend(packages.iter().map(|package| ((*package).to_owned(), feature.to_owned())));
        self
    }

    /// Writes `interfaces.rs` to the folder that Cargo gives to build scripts, and tells Cargo what it depends on.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read or written.
    pub fn build(&self) -> Result<(), Errors> {
        self.build_as("interfaces.rs")
    }

    /// As [`build`](Self::build), to a file of another name.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read or written.
    pub fn build_as(&self, file: &str) -> Result<(), Errors> {
        let no_out_dir = || Errors(vec![Error { file: file.into(), at: None, problem: Problem::NoOutDir }]);
        let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(no_out_dir)?;
        for folder in self.packages.iter().chain(self.external.iter().map(|(folder, _)| folder)) {
            // Cargo reads these lines. If it does not listen, it builds too often or too seldom, which is no reason to stop.
            let _ = writeln!(std::io::stdout(), "cargo::rerun-if-changed={}", folder.display());
        }
        self.write_to(&out.join(file))
    }

    /// Writes the code to a file.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read or written.
    pub fn write_to(&self, file: &Path) -> Result<(), Errors> {
        let code = self.generate()?;
        fs::write(file, code).map_err(|error| {
            let problem = Problem::Io { action: "write", reason: error.to_string() };
            Errors(vec![Error { file: file.to_owned(), at: None, problem }])
        })
    }

    /// The code.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read.
    pub fn generate(&self) -> Result<String, Errors> {
        let Loaded { sources, catalog, externals } = self.load()?;
        Ok(write::packages(
            &sources,
            &write::Context {
                runtime: &self.runtime,
                catalog: &catalog,
                externals: &externals,
                features: &self.features,
            },
        ))
    }

    /// The RIHS01 hash of every type of the generated packages, and of the types derived from them, by name.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read.
    pub fn hashes(&self) -> Result<BTreeMap<String, String>, Errors> {
        let Loaded { sources, catalog, .. } = self.load()?;
        let mut own = Catalog::new();
        sources.iter().for_each(|source| describe::add(&mut own, &source.interface));
        Ok(own.into_keys().map(|name| (name.clone(), crate::hash::rihs01(&catalog, &name))).collect())
    }

    /// The Rust path of every struct of the generated packages, such as `std_msgs::msg::String`: for code that has to name
    /// each of them, such as a table of types.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read.
    pub fn struct_paths(&self) -> Result<Vec<String>, Errors> {
        let sources = self.load()?.sources;
        Ok(sources.iter().flat_map(|source| write::struct_paths(&source.interface)).collect())
    }

    /// Reads everything and checks what is to be generated.
    fn load(&self) -> Result<Loaded, Errors> {
        let mut errors = Vec::new();
        let mut read = |folder: &Path| {
            packages::read(folder).unwrap_or_else(|found| {
                errors.extend(found);
                Vec::new()
            })
        };
        let sources: Vec<Source> = self.packages.iter().flat_map(|folder| read(folder)).collect();
        let shipped = (PathBuf::from(SHIPPED), self.runtime.clone());
        let mut catalog = Catalog::new();
        let mut externals = BTreeMap::new();
        for (folder, path) in [shipped].iter().chain(&self.external) {
            for source in read(folder) {
                describe::add(&mut catalog, &source.interface);
                externals.insert(source.interface.name.package, path.clone());
            }
        }
        for source in &sources {
            describe::add(&mut catalog, &source.interface);
            externals.remove(&source.interface.name.package);
        }
        if errors.is_empty() {
            // Only then, because a file that could not be read would make its types unknown in all others.
            errors = resolve::check(&sources, &catalog);
        }
        if errors.is_empty() { Ok(Loaded { sources, catalog, externals }) } else { Err(Errors(errors)) }
    }
}

/// What the folders hold.
struct Loaded {
    /// What is to be generated.
    sources: Vec<Source>,
    /// Descriptions of that and of everything else.
    catalog: Catalog,
    /// Where the other packages are in Rust.
    externals: BTreeMap<String, String>,
}

//! What a build script calls.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    ament,
    describe::{self, Catalog, layout::Layouts},
    error::{Error, Errors, Problem},
    load::{self, Inputs, Loaded},
    write,
};

/// Where Rust finds the crate that generated code is built on, unless told otherwise.
const RUNTIME: &str = "::rosactor_messages";

/// Writes Rust for ROS packages.
///
/// A crate that has its interfaces beside its `Cargo.toml`, in `interfaces/my_msgs/msg/State.msg` and the like, and
/// that uses `rosactor`, has this `build.rs`:
///
/// ```no_run
/// fn main() -> Result<(), rosactor_codegen::Errors> {
///     rosactor_codegen::Generator::new().packages("interfaces").runtime("::rosactor::messages").build()
/// }
/// ```
///
/// and takes the types into its code, where they are then at `my_msgs::msg::State` or, shorter, `my_msgs::State`:
///
/// ```text
/// include!(concat!(env!("OUT_DIR"), "/interfaces.rs"));
/// ```
///
/// Packages of a ROS installation or of a colcon workspace that was sourced are taken by their names, together with
/// all that they refer to:
///
/// ```no_run
/// # fn main() -> Result<(), rosactor_codegen::Errors> {
/// rosactor_codegen::Generator::new().ament(["nav2_msgs", "my_msgs"]).build()
/// # }
/// ```
///
/// A second crate that uses the types of the first, instead of writing them again:
///
/// ```no_run
/// # fn main() -> Result<(), rosactor_codegen::Errors> {
/// rosactor_codegen::Generator::new().packages("interfaces").external("../first/interfaces", "::first").build()
/// # }
/// ```
///
/// The packages of `rosactor-messages` are always known, and never written again unless a folder of
/// [`packages`](Self::packages) holds them.
#[derive(Clone, Debug)]
pub struct Generator {
    runtime: String,
    packages: Vec<PathBuf>,
    ament: Vec<String>,
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
        Self {
            runtime: RUNTIME.to_owned(),
            packages: Vec::new(),
            ament: Vec::new(),
            external: Vec::new(),
            features: BTreeMap::new(),
        }
    }

    /// Generates the packages in `folder`: a package, a folder of packages, or a tree with packages at any depth, such
    /// as the `src` of a colcon workspace or the `share` of an installation.
    ///
    /// A package is a folder that has definitions in `msg`, `srv` or `action`. Its name is the `<name>` in its
    /// package.xml, or else the folder's. Within `folder`, hidden folders, `build`, `install`, `log`, and folders with
    /// a file `COLCON_IGNORE` or `AMENT_IGNORE` are left out, and what lies in a package belongs to it.
    ///
    /// A package may be found twice if both have the same files with the same text; then one is taken. A package that
    /// `rosactor-messages` has as well is taken from here, with all its types.
    ///
    /// Cargo builds again when a definition changes. A new package is noticed in a package's folder and in a folder of
    /// packages; in a tree, touch the build script.
    #[must_use]
    pub fn packages(mut self, folder: impl Into<PathBuf>) -> Self {
        self.packages.push(folder.into());
        self
    }

    /// Generates these packages of a ROS installation, and every package that they refer to and that nothing else
    /// gives.
    ///
    /// They are searched as ROS does it: in `<prefix>/share/<package>` for the prefixes in the environment variable
    /// `AMENT_PREFIX_PATH`, which ROS's setup files set; the first prefix that has a package wins. Those that come by
    /// [`packages`](Self::packages), by [`external`](Self::external) or with `rosactor-messages` are not searched.
    #[must_use]
    pub fn ament<P: Into<String>>(mut self, packages: impl IntoIterator<Item = P>) -> Self {
        self.ament.extend(packages.into_iter().map(Into::into));
        self
    }

    /// Takes the packages in `folder` from the Rust crate or module at `path`, such as `::my_interfaces`, where they
    /// have been generated already. The folder may be all that it may be for [`packages`](Self::packages).
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
        let out = env::var_os("OUT_DIR").ok_or_else(|| Error::of_file(file, Problem::NoOutDir))?;
        let loaded = self.load()?;
        for line in self.instructions(&loaded) {
            // Cargo reads these lines. If it does not listen, it builds too often or too seldom, which is no reason to
            // stop.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
        self.write_loaded(&loaded, &Path::new(&out).join(file))
    }

    /// What Cargo has to know. Where the build script fails it builds again in any case.
    fn instructions(&self, loaded: &Loaded) -> Vec<String> {
        let variable = (!self.ament.is_empty()).then(|| format!("cargo::rerun-if-env-changed={}", ament::VARIABLE));
        let files = loaded.watched.iter().map(|path| format!("cargo::rerun-if-changed={}", path.display()));
        variable.into_iter().chain(files).collect()
    }

    /// Writes the code to a file.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read or written.
    pub fn write_to(&self, file: &Path) -> Result<(), Errors> {
        self.write_loaded(&self.load()?, file)
    }

    fn write_loaded(&self, loaded: &Loaded, file: &Path) -> Result<(), Errors> {
        let cannot_write =
            |error: std::io::Error| Error::of_file(file, Problem::Io { action: "write", reason: error.to_string() });
        Ok(fs::write(file, self.code(loaded)).map_err(cannot_write)?)
    }

    /// The code.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read.
    pub fn generate(&self) -> Result<String, Errors> {
        Ok(self.code(&self.load()?))
    }

    fn code(&self, Loaded { sources, catalog, externals, .. }: &Loaded) -> String {
        let features = &self.features;
        let layouts = &Layouts::of(catalog);
        write::packages(sources, &write::Context { runtime: &self.runtime, catalog, layouts, externals, features })
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

    /// The Rust path of every struct of the generated packages, such as `std_msgs::msg::String`: for code that has to
    /// name each of them, such as a table of types.
    ///
    /// # Errors
    /// Definitions are wrong, or a file cannot be read.
    pub fn struct_paths(&self) -> Result<Vec<String>, Errors> {
        let sources = self.load()?.sources;
        Ok(sources.iter().flat_map(|source| write::struct_paths(&source.interface)).collect())
    }

    fn load(&self) -> Result<Loaded, Errors> {
        let prefixes = env::var_os(ament::VARIABLE);
        load::load(Inputs {
            runtime: &self.runtime,
            packages: &self.packages,
            ament: &self.ament,
            external: &self.external,
            prefixes: prefixes.as_deref(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf};

    use super::*;

    #[test]
    fn cargo_is_told_in_its_own_words() {
        let loaded = Loaded {
            sources: Vec::new(),
            catalog: Catalog::new(),
            externals: BTreeMap::new(),
            watched: BTreeSet::from([PathBuf::from("interfaces/p/msg")]),
        };
        let folder = "cargo::rerun-if-changed=interfaces/p/msg";
        assert_eq!(Generator::new().instructions(&loaded), [folder]);
        let variable = "cargo::rerun-if-env-changed=AMENT_PREFIX_PATH";
        assert_eq!(Generator::new().ament(["p"]).instructions(&loaded), [variable, folder]);
    }
}

//! What can be wrong with definitions.

use std::{fmt, path::PathBuf};

use thiserror::Error;

use crate::model::Position;

/// Everything that is wrong, in the order of files and lines. Never empty.
///
/// Its `Debug` form is the text for people, because that is what Cargo shows when a build script's `main` returns it.
#[derive(Clone, PartialEq, Eq, Error)]
pub struct Errors(pub Vec<Error>);

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "\n" };
            write!(formatter, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Errors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// One mistake and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{}: {problem}", file.display(), Place(*at))]
pub struct Error {
    /// The file or folder.
    pub file: PathBuf,
    /// Where in the file, if it is about a line.
    pub at: Option<Position>,
    /// What is wrong.
    pub problem: Problem,
}

impl Error {
    /// A mistake that is about a whole file or folder.
    pub(crate) fn of_file(file: impl Into<PathBuf>, problem: Problem) -> Self {
        Self { file: file.into(), at: None, problem }
    }
}

/// Writes `:line:column`.
struct Place(Option<Position>);

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |at| write!(formatter, ":{}:{}", at.line, at.column))
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// A file or folder cannot be read or written.
    #[error("cannot {action} it: {reason}")]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// What the operating system said.
        reason: String,
    },
    /// The build script's environment lacks `OUT_DIR`.
    #[error("expected the environment variable OUT_DIR, which Cargo sets for build scripts; call this from build.rs")]
    NoOutDir,
    /// A folder to be generated from holds no package.
    #[error(
        "expected a package with definitions in its msg, srv or action, or a folder or tree of such packages, \
         found none (hidden folders, build, install, log, and those with COLCON_IGNORE or AMENT_IGNORE in them are \
         not looked into)"
    )]
    NoPackages,
    /// A package.xml that does not name its package.
    #[error("expected a package.xml with one <name> in its <package>, found {found}")]
    BadManifest {
        /// What it has.
        found: String,
    },
    /// Two folders hold packages of one name that are not copies of each other.
    #[error("the package is in {} as well, and they differ in {differs}; give one of them", first.display())]
    PackageTwice {
        /// The other folder.
        first: PathBuf,
        /// The first interface that is not the same in both.
        differs: String,
    },
    /// There is no ROS installation to take packages from.
    #[error(
        "expected this environment variable to list the prefixes of ROS, found it unset or empty; source ROS's setup \
         file before cargo, or give the packages' folders with .packages(..)"
    )]
    NoPrefixes,
    /// A package is in no prefix of ROS.
    #[error(
        "expected the package {name} in one of {searched} Install it, source the workspace that has it, or \
         give its folder with .packages(..)"
    )]
    NoSuchPackage {
        /// The package.
        name: String,
        /// The folders that were looked into, that it is not there, and what may have been meant.
        searched: String,
    },
    /// A package of ROS has nothing to generate.
    #[error(
        "expected .msg, .srv or .action files in the package {name}, found none in {} (.idl files are not read)",
        folder.display()
    )]
    NoInterfaces {
        /// The package.
        name: String,
        /// Where it is.
        folder: PathBuf,
    },
    /// A file that is not text in UTF-8.
    #[error("expected text in UTF-8, found other bytes; save the file as UTF-8")]
    NotUtf8,
    /// Something other than what the language asks for at this place.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What may stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// A name that ROS does not allow.
    #[error("{name:?} is no valid name for a {what}: {rule}")]
    BadName {
        /// The name.
        name: String,
        /// What is named.
        what: &'static str,
        /// What a name must be.
        rule: &'static str,
    },
    /// Two fields or constants of one name.
    #[error("{name} is defined twice; the first is in line {first}")]
    Twice {
        /// The name.
        name: String,
        /// The line of the first.
        first: usize,
    },
    /// A constant or default that its type cannot hold.
    #[error("expected a value for {ty}, found {found}")]
    BadValue {
        /// The type.
        ty: String,
        /// The text of the value.
        found: String,
    },
    /// A constant of a type that constants cannot have.
    #[error("a constant cannot be of type {ty}; it may be a number, a bool or a string without a bound")]
    BadConstantType {
        /// The type.
        ty: String,
    },
    /// A default for a field that cannot have one.
    #[error("a field of type {ty} cannot have a default; only numbers, bools, strings and arrays of them can")]
    NoDefault {
        /// The type.
        ty: String,
    },
    /// More mistakes in one file than anybody wants to see.
    #[error("expected a definition, found {shown} mistakes up to here; what follows was not read")]
    TooMany {
        /// How many were reported.
        shown: usize,
    },
    /// The wrong number of sections.
    #[error("expected {}, found {found}", sections(*expected))]
    Sections {
        /// How many a file of its kind has.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A field's type is not defined anywhere.
    #[error("the type {name} is not defined: {hint}")]
    UnknownType {
        /// Its full name.
        name: String,
        /// Why, and what to do.
        hint: String,
    },
    /// A message contains itself.
    #[error("the type contains itself: {path}")]
    Cycle {
        /// The types in order, with arrows.
        path: String,
    },
    /// A type that is in Rust already is built on another definition of a type than the one that is to be generated.
    #[error(
        "it contains {user}, which was built with another definition of {name} than the one given here; give the package \
         of {user} with .packages(..) as well, or leave out that of {name}"
    )]
    Hidden {
        /// The type that is in Rust already.
        user: String,
        /// The type with two definitions.
        name: String,
    },
    /// Two interfaces would have one name in Rust.
    #[error("both {first} and {second} would be named {name} in Rust; rename one")]
    NameClash {
        /// The name.
        name: String,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
}

/// What a kind of interface consists of, by how much that is.
fn sections(count: usize) -> &'static str {
    match count {
        1 => "1 section without any line of ---, because this is a message",
        2 => "2 sections, request and response, with a line of --- between them",
        _ => "3 sections, goal, result and feedback, with lines of --- between them",
    }
}

/// A piece of a file for an error's text: lines can be of any length.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}... ({} bytes)", text.get(..end).unwrap_or(text), text.len()),
        None => text.to_owned(),
    }
}

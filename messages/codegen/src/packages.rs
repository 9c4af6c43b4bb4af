//! A ROS package: its name and the definitions in it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Problem},
    manifest,
    model::{Interface, Kind, Position, TypeName},
    parse,
};

/// A parsed file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) file: PathBuf,
    pub(crate) interface: Interface,
    /// What the file says, to tell a copy of a package from another package of the same name.
    pub(crate) text: String,
}

/// A folder with `msg/*.msg`, `srv/*.srv` or `action/*.action` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

impl Package {
    /// The package in a folder, named by its package.xml or else by the folder.
    pub(crate) fn at(folder: &Path) -> Result<Self, Error> {
        let name = match manifest::name(folder)? {
            Some(name) => name,
            None => named_by(folder)?,
        };
        Ok(Self { name, folder: folder.to_owned() })
    }

    /// The folders of definitions, and the package.xml if there is one: what a change of the package changes.
    pub(crate) fn watched(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let folders = Kind::ALL.into_iter().map(|kind| self.folder.join(kind.word()));
        folders.chain([self.folder.join(manifest::FILE)]).filter(|path| path.exists())
    }

    /// Reads its definitions, in the order of names. What else lies there is left alone.
    pub(crate) fn read(&self) -> Result<Vec<Source>, Vec<Error>> {
        let mut sources = Vec::new();
        let mut errors = Vec::new();
        for kind in Kind::ALL {
            match definitions(&self.folder, kind) {
                Ok(files) => files.into_iter().for_each(|file| match self.source(kind, file) {
                    Ok(source) => sources.push(source),
                    Err(found) => errors.extend(found),
                }),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(sources) } else { Err(errors) }
    }

    fn source(&self, kind: Kind, file: PathBuf) -> Result<Source, Vec<Error>> {
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = TypeName { package: self.name.clone(), kind, name: stem };
        parse::names::interface(&name.name).map_err(|problem| vec![Error::of_file(&file, problem)])?;
        let text = read_text(&file).map_err(|error| vec![error])?;
        match parse::interface(name, &text) {
            Ok(interface) => Ok(Source { file, interface, text }),
            Err(errors) => {
                let locate = |(at, problem)| Error { file: file.clone(), at: Some(at), problem };
                Err(errors.into_iter().map(locate).collect())
            }
        }
    }
}

/// The name of a package by its folder.
fn named_by(folder: &Path) -> Result<String, Error> {
    // `.` has no name of its own.
    let full = fs::canonicalize(folder).map_err(|error| Error::of_file(folder, cannot_read(&error)))?;
    let name = folder.file_name().or(full.file_name()).map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    parse::names::package(&name).map_err(|problem| Error::of_file(folder, problem))?;
    Ok(name)
}

/// Whether a folder has definitions.
pub(crate) fn has_definitions(folder: &Path) -> Result<bool, Error> {
    for kind in Kind::ALL {
        if !definitions(folder, kind)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The files of one kind in a package's folder.
fn definitions(package: &Path, kind: Kind) -> Result<Vec<PathBuf>, Error> {
    let folder = package.join(kind.word());
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let is_definition = |file: &PathBuf| file.extension().is_some_and(|extension| extension == kind.word());
    Ok(entries(&folder)?.into_iter().filter(is_definition).collect())
}

/// The first interface, such as `p/msg/Pose`, that two packages do not have alike.
pub(crate) fn difference(first: &[Source], second: &[Source]) -> Option<String> {
    let texts = |sources: &[Source]| -> BTreeMap<String, String> {
        sources.iter().map(|source| (source.interface.name.to_string(), source.text.clone())).collect()
    };
    let (first, second) = (texts(first), texts(second));
    first.keys().chain(second.keys()).find(|name| first.get(*name) != second.get(*name)).cloned()
}

/// What lies in a folder, sorted, so that the generated code does not depend on the file system.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = || -> io::Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
    match list() {
        Ok(mut entries) => {
            entries.sort();
            Ok(entries)
        }
        Err(error) => Err(Error::of_file(folder, cannot_read(&error))),
    }
}

/// Reads a file that must be UTF-8.
pub(crate) fn read_text(file: &Path) -> Result<String, Error> {
    let bytes = fs::read(file).map_err(|error| Error::of_file(file, cannot_read(&error)))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let valid = String::from_utf8_lossy(valid);
        let line = valid.rsplit('\n').next().unwrap_or_default();
        let at = Position { line: valid.matches('\n').count() + 1, column: line.chars().count() + 1 };
        Error { file: file.to_owned(), at: Some(at), problem: Problem::NotUtf8 }
    })
}

pub(crate) fn cannot_read(error: &io::Error) -> Problem {
    Problem::Io { action: "read", reason: error.to_string() }
}

//! Finds and reads the definitions below a folder of packages.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Problem},
    model::{Interface, Kind, TypeName},
    parse,
};

/// A parsed file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) file: PathBuf,
    pub(crate) interface: Interface,
}

/// Reads `folder/<package>/{msg,srv,action}/<Name>.{msg,srv,action}`, in the order of names. What else lies there is left alone.
pub(crate) fn read(folder: &Path) -> Result<Vec<Source>, Vec<Error>> {
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    for package in entries(folder).map_err(|error| vec![error])? {
        for kind in Kind::ALL {
            let folder = package.join(kind.word());
            if !folder.is_dir() {
                continue;
            }
            match entries(&folder) {
                Ok(files) => files
                    .into_iter()
                    .filter(|file| file.extension().is_some_and(|extension| extension == kind.word()))
                    .for_each(|file| match source(&package, kind, file) {
                        Ok(source) => sources.push(source),
                        Err(found) => errors.extend(found),
                    }),
                Err(error) => errors.push(error),
            }
        }
    }
    if sources.is_empty() && errors.is_empty() {
        errors.push(Error { file: folder.to_owned(), at: None, problem: Problem::NoPackages });
    }
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

/// Reads one file.
fn source(package: &Path, kind: Kind, file: PathBuf) -> Result<Source, Vec<Error>> {
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = TypeName { package: file_name(package), kind, name: stem(&file) };
    let at_file = |problem| vec![Error { file: file.clone(), at: None, problem }];
    parse::names::package(&name.package).map_err(at_file)?;
    parse::names::interface(&name.name).map_err(at_file)?;
    let text = fs::read_to_string(&file).map_err(|error| at_file(cannot_read(&error)))?;
    match parse::interface(name, &text) {
        Ok(interface) => Ok(Source { file, interface }),
        Err(errors) => {
            let locate = |(at, problem)| Error { file: file.clone(), at: Some(at), problem };
            Err(errors.into_iter().map(locate).collect())
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What lies in a folder, sorted, so that the generated code does not depend on the file system.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = || -> io::Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
    match list() {
        Ok(mut entries) => {
            entries.sort();
            Ok(entries)
        }
        Err(error) => Err(Error { file: folder.to_owned(), at: None, problem: cannot_read(&error) }),
    }
}

fn cannot_read(error: &io::Error) -> Problem {
    Problem::Io { action: "read", reason: error.to_string() }
}

//! Packages of a ROS installation, found as ROS finds them: by the prefixes in `AMENT_PREFIX_PATH`.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Problem},
    hints,
    model::{Base, Position},
    packages::{self, Package, Source},
    parse::names,
};

/// The environment variable.
pub(crate) const VARIABLE: &str = "AMENT_PREFIX_PATH";

/// Where a package is asked for: a field, if it was not the build script.
type Asker = Option<(PathBuf, Position)>;

/// The prefixes in the variable's value, in their order.
pub(crate) fn prefixes(value: Option<&OsStr>) -> Result<Vec<PathBuf>, Error> {
    let prefixes: Vec<PathBuf> =
        value.map(env::split_paths).into_iter().flatten().filter(|path| !path.as_os_str().is_empty()).collect();
    if prefixes.is_empty() { Err(Error::of_file(VARIABLE, Problem::NoPrefixes)) } else { Ok(prefixes) }
}

/// The packages of these names, and every package that one of them refers to and that is not `known` already.
pub(crate) fn collect(
    wanted: &[String],
    prefixes: &[PathBuf],
    known: &BTreeSet<String>,
) -> Result<Vec<(Package, Vec<Source>)>, Vec<Error>> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    let mut asked = known.clone();
    let mut waiting: Vec<(String, Asker)> = wanted.iter().rev().map(|name| (name.clone(), None)).collect();
    while let Some((name, asker)) = waiting.pop() {
        if !asked.insert(name.clone()) {
            continue;
        }
        match package(&name, prefixes, asker.as_ref()) {
            Ok(package) => match package.read() {
                Ok(sources) => {
                    waiting.extend(references(&sources));
                    found.push((package, sources));
                }
                Err(mistakes) => errors.extend(mistakes),
            },
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// The packages that fields refer to, the first last, each with the field.
fn references(sources: &[Source]) -> Vec<(String, Asker)> {
    let mut found = Vec::new();
    for source in sources.iter().rev() {
        for field in source.interface.sections.iter().flat_map(|section| &section.fields).rev() {
            if let Base::Nested(name) = &field.ty.base {
                found.push((name.package.clone(), Some((source.file.clone(), field.at))));
            }
        }
    }
    found
}

/// The package of this name in the first prefix that has one.
fn package(name: &str, prefixes: &[PathBuf], asker: Option<&(PathBuf, Position)>) -> Result<Package, Error> {
    let error = |problem| match asker {
        Some((file, at)) => Error { file: file.clone(), at: Some(*at), problem },
        None => Error::of_file(VARIABLE, problem),
    };
    names::package(name).map_err(error)?;
    let mut folders = prefixes.iter().map(|prefix| share(prefix).join(name));
    let Some(folder) = folders.find(|folder| folder.is_dir()) else {
        let searched = prefixes.iter().map(|prefix| share(prefix).display().to_string()).collect::<Vec<_>>().join(", ");
        let hint = hints::did_you_mean(name, &all(prefixes));
        let searched = format!("{searched}, found none{}", if hint.is_empty() { "." } else { &hint });
        return Err(error(Problem::NoSuchPackage { name: name.to_owned(), searched }));
    };
    if !packages::has_definitions(&folder)? {
        return Err(error(Problem::NoInterfaces { name: name.to_owned(), folder }));
    }
    Ok(Package { name: name.to_owned(), folder })
}

fn share(prefix: &Path) -> PathBuf {
    prefix.join("share")
}

/// The names of all packages with interfaces. Only for hints, so what cannot be read is left out.
fn all(prefixes: &[PathBuf]) -> Vec<String> {
    let folders = prefixes.iter().flat_map(|prefix| packages::entries(&share(prefix)).unwrap_or_default());
    let with_interfaces = folders.filter(|folder| packages::has_definitions(folder).unwrap_or(false));
    with_interfaces.filter_map(|folder| folder.file_name().map(|name| name.to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;

//! Finds the packages below a folder.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Problem},
    manifest,
    packages::{self, Package, cannot_read},
};

/// What colcon makes; packages in there are copies of those beside it.
const OUTPUT: [&str; 3] = ["build", "install", "log"];

/// Files by which ROS's tools are told to stay away from a folder.
const STAY_AWAY: [&str; 2] = ["COLCON_IGNORE", "AMENT_IGNORE"];

/// What a folder holds.
#[derive(Debug)]
pub(crate) struct Found {
    /// In the order of their paths.
    pub(crate) packages: Vec<Package>,
    /// What is wrong with others, or that there are none.
    pub(crate) errors: Vec<Error>,
    /// Whether all of them are the folder itself or directly in it, and nothing else was looked into.
    pub(crate) shallow: bool,
}

/// Finds the packages in a folder, which may be a package itself, hold packages, or be a tree with packages at any
/// depth.
///
/// What is said about folders to skip is about those within it, because somebody asked for this one.
pub(crate) fn find(folder: &Path) -> Found {
    let mut found = Found { packages: Vec::new(), errors: Vec::new(), shallow: true };
    // A link may lead back to where the way came from.
    let mut seen = BTreeSet::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(place) = waiting.pop() {
        match look(&place, &mut seen) {
            Ok(Place::Package(package)) => found.packages.push(package),
            Ok(Place::Folders(folders)) => {
                found.shallow &= place == folder;
                // The last is taken first.
                waiting.extend(folders.into_iter().rev());
            }
            Ok(Place::Nothing) => {}
            Err(error) => found.errors.push(error),
        }
    }
    if found.packages.is_empty() && found.errors.is_empty() {
        found.errors.push(Error::of_file(folder, Problem::NoPackages));
    }
    found
}

enum Place {
    Package(Package),
    Folders(Vec<PathBuf>),
    Nothing,
}

fn look(place: &Path, seen: &mut BTreeSet<PathBuf>) -> Result<Place, Error> {
    let full = fs::canonicalize(place).map_err(|error| Error::of_file(place, cannot_read(&error)))?;
    if !seen.insert(full) {
        return Ok(Place::Nothing);
    }
    if packages::has_definitions(place)? {
        return Package::at(place).map(Place::Package);
    }
    // A package of another sort: nothing in it is a package for ROS.
    if place.join(manifest::FILE).exists() {
        return Ok(Place::Nothing);
    }
    Ok(Place::Folders(
        packages::entries(place)?.into_iter().filter(|entry| entry.is_dir() && !is_skipped(entry)).collect(),
    ))
}

fn is_skipped(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') || OUTPUT.contains(&name.as_str()) || STAY_AWAY.iter().any(|file| folder.join(file).exists())
}

//! Finds types whose packages are generated anew, while packages that are in Rust already were built on the old ones.
//! Their structs and bytes would be the old ones, and their hashes those of the new ones.

use std::collections::BTreeSet;

use crate::{
    describe::Catalog,
    error::{Error, Problem},
    packages::Source,
};

/// All of `sources` that contain such a type. `hidden` has what packages that are not generated were built on.
pub(crate) fn check(sources: &[Source], catalog: &Catalog, hidden: &Catalog) -> Vec<Error> {
    let changed: BTreeSet<&str> =
        hidden.iter().filter(|(name, old)| catalog.get(*name) != Some(old)).map(|(name, _)| name.as_str()).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let own: BTreeSet<&str> = sources.iter().map(|source| source.interface.name.package.as_str()).collect();
    let is_own = |name: &str| name.split('/').next().is_some_and(|package| own.contains(package));
    let error = |source: &Source| {
        let (user, name) =
            find(&source.interface.name.to_string(), catalog, |user, name| !is_own(user) && changed.contains(name))?;
        Some(Error::of_file(&source.file, Problem::Hidden { user, name }))
    };
    sources.iter().filter_map(error).collect()
}

/// The first pair of a type and one that it contains for which `wanted` holds, among all that `start` leads to.
fn find(start: &str, catalog: &Catalog, wanted: impl Fn(&str, &str) -> bool) -> Option<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(description) = waiting.pop().and_then(|name| catalog.get(name)) {
        for field in description.fields.iter().filter(|field| !field.nested.is_empty()) {
            if wanted(&description.name, &field.nested) {
                return Some((description.name.clone(), field.nested.clone()));
            }
            if catalog.contains_key(&field.nested) && seen.insert(field.nested.as_str()) {
                waiting.push(&field.nested);
            }
        }
    }
    None
}

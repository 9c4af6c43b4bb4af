//! Names that a person may have meant.

/// How many are offered.
const MOST: usize = 3;

/// How much alike names must be, from 0 to 1.
const ALIKE: f64 = 0.7;

/// The names most like `name`, the best first.
pub(super) fn names<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut alike: Vec<(f64, &str)> = all
        .map(|other| (strsim::normalized_damerau_levenshtein(name, other), other))
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0));
    alike.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// The end of a sentence that offers names, empty if there are none.
pub(super) fn hint(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

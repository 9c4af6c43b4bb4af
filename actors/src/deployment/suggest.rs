//! "Did you mean ...?"

/// The candidate that `word` was probably meant to be, if one is near enough.
///
/// Near means: at most one edit (insert, delete, replace, swap of neighbours) for every three characters of the longer
/// word, letter case aside. Of equally near candidates the first wins.
pub fn suggest<'c, C: AsRef<str> + ?Sized + 'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c C>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(AsRef::as_ref)
        .filter_map(|candidate| Some((distance(&word, candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(word: &str, candidate: &str) -> Option<usize> {
    let (length, other) = (word.chars().count(), candidate.chars().count());
    let limit = length.max(other).div_ceil(3);
    // Also keeps the quadratic comparison away from a word of a megabyte.
    if length.abs_diff(other) > limit {
        return None;
    }
    let distance = strsim::damerau_levenshtein(word, &candidate.to_lowercase());
    (distance <= limit && distance < length.max(other)).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 5] = ["name", "namespace", "params", "remap", "restart"];

    #[test]
    fn finds_what_was_meant() {
        for (typed, meant) in [
            ("parms", "params"),
            ("Params", "params"),
            ("nmae", "name"),
            ("restarts", "restart"),
            ("name_space", "namespace"),
        ] {
            assert_eq!(suggest(typed, &KEYS), Some(meant), "{typed}");
        }
    }

    #[test]
    fn says_nothing_when_nothing_is_near() {
        for typed in ["", "x", "colour", "zzzz"] {
            assert_eq!(suggest(typed, &KEYS), None, "{typed}");
        }
        assert_eq!(suggest("name", &[] as &[&str]), None);
    }

    #[test]
    fn a_word_of_a_megabyte_is_not_compared() {
        assert_eq!(suggest(&"a".repeat(1_000_000), &KEYS), None);
    }
}

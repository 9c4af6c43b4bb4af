//! Which parameters `list_parameters` names.

use rosactor_transport::messages::rcl_interfaces::{ListParametersRequest, ListParametersResult};

/// Names of parameters are words joined by points. `prefixes` are whole words of the beginning; `depth` counts the words that
/// may follow, 0 means any number.
pub(super) fn list<'a>(names: impl Iterator<Item = &'a str>, prefixes: &[String], depth: u64) -> ListParametersResult {
    let mut result = ListParametersResult::default();
    for name in names.filter(|name| is_wanted(name, prefixes, depth)) {
        result.names.push(name.to_owned());
        if let Some((prefix, _)) = name.rsplit_once('.')
            && !result.prefixes.iter().any(|known| known == prefix)
        {
            result.prefixes.push(prefix.to_owned());
        }
    }
    result
}

fn is_wanted(name: &str, prefixes: &[String], depth: u64) -> bool {
    if prefixes.is_empty() {
        return is_within(name, depth);
    }
    let matches = |prefix: &String| match name.strip_prefix(prefix.as_str()) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|rest| is_within(rest, depth)),
        None => false,
    };
    prefixes.iter().any(matches)
}

fn is_within(words: &str, depth: u64) -> bool {
    depth == ListParametersRequest::DEPTH_RECURSIVE || (words.matches('.').count() as u64) < depth
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prefixes, depth; names and prefixes in the answer.
    type Case = (&'static [&'static str], u64, &'static [&'static str], &'static [&'static str]);

    #[test]
    fn names_are_listed_as_rclpy_lists_them() {
        const NAMES: [&str; 4] = ["arm.joint1.max", "arm.joint1.min", "arm.name", "speed"];
        let cases: [Case; 7] = [
            (&[], 0, &NAMES, &["arm.joint1", "arm"]),
            (&[], 1, &["speed"], &[]),
            (&[], 2, &["arm.name", "speed"], &["arm"]),
            (&["arm"], 0, &["arm.joint1.max", "arm.joint1.min", "arm.name"], &["arm.joint1", "arm"]),
            (&["arm"], 1, &["arm.name"], &["arm"]),
            (&["speed", "arm.joint1"], 1, &["arm.joint1.max", "arm.joint1.min", "speed"], &["arm.joint1"]),
            (&["ar", "spee"], 0, &[], &[]),
        ];
        for (prefixes, depth, names, found_prefixes) in cases {
            let given: Vec<String> = prefixes.iter().map(ToString::to_string).collect();
            let found = list(NAMES.into_iter(), &given, depth);
            assert_eq!(found.names, names, "{prefixes:?} {depth}");
            assert_eq!(found.prefixes, found_prefixes, "{prefixes:?} {depth}");
        }
    }
}

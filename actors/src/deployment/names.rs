//! The rules for ROS names (<https://design.ros2.org/articles/topic_and_service_names.html>), as far as a file is checked.

/// Why a name is not a ROS name: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct NameError(String);

fn refuse(name: &str, reason: &str) -> Result<(), NameError> {
    Err(NameError(format!("{} {reason}", super::quote::quote(name))))
}

/// A node name: one word.
pub(super) fn validate_node_name(name: &str) -> Result<(), NameError> {
    if name.contains('/') {
        return refuse(name, "is not a node name: the `/` belongs to the namespace");
    }
    word(name).or_else(|reason| refuse(name, &format!("is not a node name: {reason}")))
}

/// A namespace: `/`, or words that each follow a `/`.
pub(super) fn validate_namespace(namespace: &str) -> Result<(), NameError> {
    let Some(words) = namespace.strip_prefix('/') else {
        return refuse(namespace, "is not a namespace: it must start with `/`");
    };
    if words.is_empty() {
        return Ok(());
    }
    path(words).or_else(|reason| refuse(namespace, &format!("is not a namespace: {reason}")))
}

/// The name of a topic, service or action: absolute, relative, or below the node's own name (`~/name`).
pub(super) fn validate_name(name: &str) -> Result<(), NameError> {
    let words = name.strip_prefix("~/").or_else(|| name.strip_prefix('/')).unwrap_or(name);
    path(words).or_else(|reason| refuse(name, &format!("is not a ROS name: {reason}")))
}

fn path(words: &str) -> Result<(), String> {
    words.split('/').try_for_each(word)
}

fn word(word: &str) -> Result<(), String> {
    if word.is_empty() {
        return Err("a word is missing".to_owned());
    }
    if word.len() > 200 {
        return Err("it is too long".to_owned());
    }
    if let Some(bad) = word.chars().find(|character| !character.is_ascii_alphanumeric() && *character != '_') {
        return Err(format!("`{}` is not a letter (a-z), a digit or `_`", bad.escape_debug()));
    }
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("a word must not start with a digit".to_owned());
    }
    if word.contains("__") {
        return Err("`__` is reserved".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_names() {
        for name in ["a", "_a1", "Sensor_2"] {
            assert_eq!(validate_node_name(name), Ok(()), "{name}");
        }
        for name in ["", "1a", "a/b", "a b", "ä", "a-b", "a__b"] {
            assert!(validate_node_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn namespaces() {
        for name in ["/", "/a", "/a/b_1"] {
            assert_eq!(validate_namespace(name), Ok(()), "{name}");
        }
        for name in ["", "a", "//", "/a/", "/a//b", "/1"] {
            assert!(validate_namespace(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names() {
        for name in ["scan", "/scan", "front/scan", "~/scan", "/a/b/c"] {
            assert_eq!(validate_name(name), Ok(()), "{name}");
        }
        for name in ["", "/", "~", "~scan", "scan/", "a//b", "/a b", "a/1", "a?"] {
            assert!(validate_name(name).is_err(), "{name}");
        }
    }
}

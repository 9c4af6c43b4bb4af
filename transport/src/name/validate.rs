//! The rules for ROS names, from <https://design.ros2.org/articles/topic_and_service_names.html> and the checks of
//! ROS's own middleware layer (which, unlike the article, accepts repeated underscores).

use super::NameError;

/// The longest topic, service or action name: 255 bytes of DDS less the longest prefix that ROS puts before it.
const NAME_MAX: usize = 247;
/// The longest namespace: a name must still fit behind it.
const NAMESPACE_MAX: usize = 245;
/// The longest node name.
const NODE_MAX: usize = 255;

/// What kind of name is being checked: it decides which characters are allowed, and it is named in the error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Node,
    Namespace,
    Name,
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Self::Node => "node name",
            Self::Namespace => "namespace",
            Self::Name => "name",
        }
    }

    fn limit(self) -> usize {
        match self {
            Self::Node => NODE_MAX,
            Self::Namespace => NAMESPACE_MAX,
            Self::Name => NAME_MAX,
        }
    }
}

/// Checks a node name: letters, digits and underscores, not starting with a digit.
pub fn validate_node_name(name: &str) -> Result<(), NameError> {
    let check = Check { kind: Kind::Node, text: name };
    check.not_empty()?;
    check.characters(|c| c.is_ascii_alphanumeric() || c == '_', "letters, digits and '_'")?;
    check.no_leading_digits()?;
    check.length()
}

/// Checks a namespace: `/`, or an absolute name such as `/robot1`.
pub fn validate_namespace(namespace: &str) -> Result<(), NameError> {
    let check = Check { kind: Kind::Namespace, text: namespace };
    check.not_empty()?;
    check.characters(|c| c.is_ascii_alphanumeric() || c == '_' || c == '/', "letters, digits, '_' and '/'")?;
    if !namespace.starts_with('/') {
        return Err(check.error(0, "it must start with '/'"));
    }
    if namespace == "/" {
        return Ok(());
    }
    check.slashes()?;
    check.no_leading_digits()?;
    check.length()
}

/// Checks a topic, service or action name as a user may write it: absolute, relative, or private (`~/x`).
pub fn validate_name(name: &str) -> Result<(), NameError> {
    let check = Check { kind: Kind::Name, text: name };
    check.not_empty()?;
    check.characters(
        |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '~' | '{' | '}'),
        "letters, digits, '_', '/' and a leading '~'",
    )?;
    check.tilde()?;
    check.braces()?;
    check.slashes()?;
    check.no_leading_digits()?;
    check.length()
}

struct Check<'a> {
    kind: Kind,
    text: &'a str,
}

impl Check<'_> {
    fn error(&self, position: usize, rule: &str) -> NameError {
        NameError { noun: self.kind.noun(), name: self.text.to_owned(), position, rule: rule.to_owned() }
    }

    fn not_empty(&self) -> Result<(), NameError> {
        if self.text.is_empty() { Err(self.error(0, "it is empty")) } else { Ok(()) }
    }

    fn characters(&self, allowed: impl Fn(char) -> bool, which: &str) -> Result<(), NameError> {
        match self.text.char_indices().find(|&(_, c)| !allowed(c)) {
            None => Ok(()),
            Some((at, c)) => Err(self.error(at, &format!("{c:?} is not allowed; use {which}"))),
        }
    }

    fn tilde(&self) -> Result<(), NameError> {
        let rest = self.text.strip_prefix('~').unwrap_or(self.text);
        let skipped = self.text.len() - rest.len();
        if let Some(at) = rest.find('~') {
            return Err(self.error(at + skipped, "'~' may only be the first character"));
        }
        if skipped == 1 && !rest.is_empty() && !rest.starts_with('/') {
            return Err(self.error(1, "'~' must be followed by '/'"));
        }
        Ok(())
    }

    fn braces(&self) -> Result<(), NameError> {
        let mut open = None;
        for (at, c) in self.text.char_indices() {
            match (c, open) {
                ('{', None) => open = Some(at),
                ('}', Some(start)) => {
                    let inner = &self.text[start + 1..at];
                    if !["node", "ns", "namespace"].contains(&inner) {
                        return Err(self.error(start, "only {node}, {ns} and {namespace} are known"));
                    }
                    open = None;
                }
                ('{' | '}', _) => return Err(self.error(at, "the braces do not balance")),
                _ => {}
            }
        }
        match open {
            None => Ok(()),
            Some(at) => Err(self.error(at, "the braces do not balance")),
        }
    }

    fn slashes(&self) -> Result<(), NameError> {
        if let Some(at) = self.text.find("//") {
            return Err(self.error(at + 1, "'/' must not be repeated"));
        }
        if self.text.ends_with('/') {
            return Err(self.error(self.text.len() - 1, "it must not end with '/'"));
        }
        Ok(())
    }

    fn no_leading_digits(&self) -> Result<(), NameError> {
        let mut previous = '/';
        for (at, c) in self.text.char_indices() {
            if previous == '/' && c.is_ascii_digit() {
                return Err(self.error(at, "no part may start with a digit"));
            }
            previous = c;
        }
        Ok(())
    }

    fn length(&self) -> Result<(), NameError> {
        let limit = self.kind.limit();
        if self.text.len() <= limit {
            return Ok(());
        }
        Err(self.error(limit, &format!("it has {} characters; at most {limit} are allowed", self.text.len())))
    }
}

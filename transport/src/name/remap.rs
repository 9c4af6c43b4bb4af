//! One rule that renames: `from:=to` on a command line of ROS.

use super::{NameError, validate_name, validate_node_name};

/// What a name names: some rules are for one of the two only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A topic.
    Topic,
    /// A service.
    Service,
}

/// The prefixes that keep a rule to one scope.
const SCOPES: [(&str, Scope); 2] = [("rostopic://", Scope::Topic), ("rosservice://", Scope::Service)];

/// What ROS renames a node itself by. A node has its name before its endpoints' names are looked at.
const OF_THE_NODE: [&str; 3] = ["__node", "__name", "__ns"];

/// A rule that renames topics and services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    node: Option<String>,
    scope: Option<Scope>,
    from: String,
    to: String,
}

impl Remap {
    /// Reads a rule. `from` is a name, behind `rostopic://` or `rosservice://` if the rule is for topics or services
    /// only, and all that behind `NODE:` if it is for one node only: `nav:rostopic://scan`.
    pub fn new(from: &str, to: &str) -> Result<Self, NameError> {
        // The colon of `rostopic://` is none that ends the name of a node.
        let (node, rest) = match from.split_once(':') {
            Some((node, rest)) if !rest.starts_with("//") => (Some(node), rest),
            _ => (None, from),
        };
        if let Some(node) = node {
            validate_node_name(node)?;
        }
        let scoped = SCOPES.iter().find_map(|(prefix, scope)| Some((Some(*scope), rest.strip_prefix(prefix)?)));
        let (scope, name) = scoped.unwrap_or((None, rest));
        if OF_THE_NODE.contains(&name) {
            return Err(NameError {
                noun: "name",
                name: from.to_owned(),
                position: 0,
                rule: "it renames the node itself; give the node that name or namespace in place of a rule".to_owned(),
            });
        }
        validate_name(name)?;
        validate_name(to)?;
        Ok(Self { node: node.map(str::to_owned), scope, from: name.to_owned(), to: to.to_owned() })
    }

    /// Whether the rule is for a node of this name.
    pub fn is_for(&self, node: &str) -> bool {
        self.node.as_deref().is_none_or(|name| name == node)
    }

    /// Whether the rule is for names of this scope; one that is for a single scope is not for names without.
    pub(super) fn covers(&self, scope: Option<Scope>) -> bool {
        self.scope.is_none() || self.scope == scope
    }

    /// The name that is replaced, as it is written.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The name that replaces it, as it is written.
    pub fn to(&self) -> &str {
        &self.to
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn rules_are_read_as_ros_reads_them() {
        let table = [
            ("scan", None, None, "scan"),
            ("~/scan", None, None, "~/scan"),
            ("nav:scan", Some("nav"), None, "scan"),
            ("rostopic://scan", None, Some(Scope::Topic), "scan"),
            ("rosservice:///scan", None, Some(Scope::Service), "/scan"),
            ("nav:rostopic://~/scan", Some("nav"), Some(Scope::Topic), "~/scan"),
        ];
        for (text, node, scope, from) in table {
            let rule = Remap::new(text, "laser").unwrap();
            assert_eq!((rule.node.as_deref(), rule.scope, rule.from()), (node, scope, from), "{text}");
        }
    }

    #[test]
    fn broken_rules_are_refused() {
        for from in ["", ":scan", "a/b:scan", "nav:", "rosaction://scan", "a:b:c", "__ns", "nav:__node", "__name"] {
            assert!(Remap::new(from, "laser").is_err(), "{from}");
        }
        assert!(Remap::new("scan", "rostopic://laser").is_err(), "what replaces is a plain name");
    }
}

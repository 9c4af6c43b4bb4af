//! How a name in a node's program becomes a name on the graph.

use super::{Name, NameError, NodeName, Remap, Scope, validate_name, validate_namespace, validate_node_name};

/// What a node's names are relative to, and how they are renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameContext {
    /// The node's namespace: `/` or an absolute name.
    pub namespace: String,
    /// The node's own name.
    pub node: String,
    /// The rules that rename, in order; the first that matches wins.
    pub remaps: Vec<Remap>,
}

impl NameContext {
    /// Checks the namespace, the node name and both sides of every rule `(from, to)`: see [`Remap::new`].
    pub fn new(
        namespace: impl Into<String>,
        node: impl Into<String>,
        remaps: Vec<(String, String)>,
    ) -> Result<Self, NameError> {
        let rules = remaps.iter().map(|(from, to)| Remap::new(from, to)).collect::<Result<_, _>>()?;
        let context = Self { namespace: namespace.into(), node: node.into(), remaps: rules };
        validate_namespace(&context.namespace)?;
        validate_node_name(&context.node)?;
        for rule in &context.remaps {
            context.expand(rule.from())?;
            context.expand(rule.to())?;
        }
        Ok(context)
    }

    /// The node's full name.
    pub fn node_name(&self) -> NodeName {
        NodeName { namespace: self.namespace.clone(), name: self.node.clone() }
    }

    /// The name on the graph for a name in the program. A rule matches the name as it is written (`scan`) and as it is
    /// expanded (`/robot1/scan`); what it yields is expanded in turn, but not renamed again. Rules that are for topics or
    /// services only do not apply.
    pub fn resolve(&self, name: &str) -> Result<Name, NameError> {
        self.resolve_as(None, name)
    }

    /// The same for the name of a topic.
    #[doc(alias = "resolve_topic_name")]
    pub fn resolve_topic(&self, name: &str) -> Result<Name, NameError> {
        self.resolve_as(Some(Scope::Topic), name)
    }

    /// The same for the name of a service.
    #[doc(alias = "resolve_service_name")]
    pub fn resolve_service(&self, name: &str) -> Result<Name, NameError> {
        self.resolve_as(Some(Scope::Service), name)
    }

    /// The same for the name of a topic, a service, or something else.
    pub fn resolve_as(&self, scope: Option<Scope>, name: &str) -> Result<Name, NameError> {
        let expanded = self.expand(name)?;
        let rules = self.remaps.iter().filter(|rule| rule.is_for(&self.node) && rule.covers(scope));
        for rule in rules {
            if rule.from() == name || self.expand(rule.from())? == expanded {
                return self.expand(rule.to());
            }
        }
        Ok(expanded)
    }

    /// Makes a name absolute: `~` is the node, a relative name is put into the namespace.
    fn expand(&self, name: &str) -> Result<Name, NameError> {
        validate_name(name)?;
        let namespace = self.namespace.trim_end_matches('/');
        let text = match name.strip_prefix('~') {
            Some(rest) => format!("{namespace}/{}{rest}", self.node),
            None => name.to_owned(),
        };
        let mut text = text.replace("{node}", &self.node);
        for key in ["{ns}", "{namespace}"] {
            // A namespace brings its own leading slash, so that `/{ns}/x` would get two.
            text = text.replace(&format!("/{key}"), namespace).replace(key, namespace);
        }
        if text.starts_with('/') { Name::new(text) } else { Name::new(format!("{namespace}/{text}")) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn context(remaps: &[(&str, &str)]) -> NameContext {
        let remaps = remaps.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        NameContext::new("/robot1", "nav", remaps).unwrap()
    }

    #[test]
    fn names_expand_as_in_ros() {
        let robot = context(&[]);
        let root = NameContext::new("/", "nav", vec![]).unwrap();
        let table = [
            ("scan", "/robot1/scan", "/scan"),
            ("/scan", "/scan", "/scan"),
            ("front/scan", "/robot1/front/scan", "/front/scan"),
            ("~/scan", "/robot1/nav/scan", "/nav/scan"),
            ("~", "/robot1/nav", "/nav"),
            ("{node}/scan", "/robot1/nav/scan", "/nav/scan"),
            ("{ns}/scan", "/robot1/scan", "/scan"),
            ("/{namespace}/scan", "/robot1/scan", "/scan"),
            ("_hidden__x", "/robot1/_hidden__x", "/_hidden__x"),
        ];
        for (name, in_robot, in_root) in table {
            assert_eq!(robot.resolve(name).unwrap().as_str(), in_robot, "{name}");
            assert_eq!(root.resolve(name).unwrap().as_str(), in_root, "{name}");
        }
        assert_eq!(robot.node_name().to_string(), "/robot1/nav");
        assert_eq!(root.node_name().to_string(), "/nav");
    }

    #[test]
    fn a_rule_matches_the_written_and_the_expanded_name() {
        let table = [
            ("scan", "front/scan", "scan", "/robot1/front/scan"),
            ("scan", "/laser", "/robot1/scan", "/laser"),
            ("/robot1/scan", "~/laser", "scan", "/robot1/nav/laser"),
            ("~/scan", "scan", "~/scan", "/robot1/scan"),
            ("scan", "laser", "/scan", "/scan"),
        ];
        for (from, to, name, expected) in table {
            assert_eq!(context(&[(from, to)]).resolve(name).unwrap().as_str(), expected, "{from}:={to} on {name}");
        }
    }

    #[test]
    fn a_rule_may_be_for_one_node_and_one_kind_of_name() {
        let names =
            context(&[("nav:a", "mine"), ("other:b", "theirs"), ("rostopic://c", "t"), ("rosservice://c", "s")]);
        let table: [(Option<Scope>, &str, &str); 6] = [
            (None, "a", "/robot1/mine"),
            (None, "b", "/robot1/b"),
            (None, "c", "/robot1/c"),
            (Some(Scope::Topic), "c", "/robot1/t"),
            (Some(Scope::Service), "c", "/robot1/s"),
            (Some(Scope::Service), "a", "/robot1/mine"),
        ];
        for (scope, name, expected) in table {
            assert_eq!(names.resolve_as(scope, name).unwrap().as_str(), expected, "{scope:?} {name}");
        }
    }

    #[test]
    fn the_first_rule_wins_and_its_result_is_not_renamed_again() {
        let names = context(&[("a", "b"), ("b", "c"), ("a", "d")]);
        assert_eq!(names.resolve("a").unwrap().as_str(), "/robot1/b");
        assert_eq!(names.resolve("b").unwrap().as_str(), "/robot1/c");
    }

    #[test]
    fn broken_names_are_refused_where_they_break() {
        let long = "a".repeat(248);
        let table = [
            ("", 0),
            ("a b", 1),
            ("scan/", 4),
            ("a//b", 2),
            ("1scan", 0),
            ("a/2b", 2),
            ("~scan", 1),
            ("a/~", 2),
            ("{node", 0),
            ("node}", 4),
            ("{robot}/a", 0),
            ("scan-front", 4),
            ("größe", 2),
            ("/", 0),
            (long.as_str(), 247),
        ];
        for (name, position) in table {
            let error = context(&[]).resolve(name).expect_err(name);
            assert_eq!(error.position(), position, "{error}");
        }
    }

    #[test]
    fn a_name_too_long_once_expanded_is_refused() {
        assert!(context(&[]).resolve(&"a".repeat(245)).is_err());
    }

    #[test]
    fn contexts_check_their_parts() {
        for (namespace, node) in [
            ("robot", "n"),
            ("/robot/", "n"),
            ("//", "n"),
            ("/1a", "n"),
            ("", "n"),
            ("/", ""),
            ("/", "a/b"),
            ("/", "1a"),
        ] {
            assert!(NameContext::new(namespace, node, vec![]).is_err(), "{namespace} {node}");
        }
        assert!(NameContext::new("/", "n", vec![("a b".into(), "c".into())]).is_err());
        assert!(NameContext::new("/", "n", vec![("a".into(), "c/".into())]).is_err());
    }
}

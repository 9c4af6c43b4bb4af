//! ROS names: what is valid, and how a name in a program becomes the name on the graph.

mod context;
mod remap;
mod validate;

use std::fmt;

pub use context::NameContext;
pub use remap::{Remap, Scope};
pub use validate::{validate_name, validate_namespace, validate_node_name};

/// An absolute, valid name of a topic, service or action: `/robot1/scan`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// Takes a name that is absolute already.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        validate_name(&name)?;
        if name.starts_with('/') && !name.contains(['~', '{', '}']) {
            return Ok(Self(name));
        }
        Err(NameError { noun: "name", name, position: 0, rule: "it must be absolute: start it with '/'".to_owned() })
    }

    /// The name as text, with its leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This name with parts appended, for the hidden endpoints of an action: `suffix` is one of the crate's own.
    pub(crate) fn join(&self, suffix: &str) -> Self {
        Self(format!("{}/{suffix}", self.0))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The full name of a node: its namespace and its own name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeName {
    namespace: String,
    name: String,
}

impl NodeName {
    /// Checks both parts.
    pub fn new(namespace: &str, name: &str) -> Result<Self, NameError> {
        validate_namespace(namespace)?;
        validate_node_name(name)?;
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// Takes a full name apart: `/robot1/nav`.
    pub fn parse(full: &str) -> Result<Self, NameError> {
        match full.rsplit_once('/') {
            Some(("", name)) => Self::new("/", name),
            // Two slashes in a row.
            Some(("/", name)) => Self::new("//", name),
            Some((namespace, name)) => Self::new(namespace, name),
            // Without a slash it has no namespace, which is what the check says.
            None => Self::new("", full),
        }
    }

    /// The namespace: `/` or `/robot1`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The node's own name, without namespace.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace.trim_end_matches('/'), self.name)
    }
}

/// A name that breaks a rule of ROS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {noun} {name:?} is not valid at character {}: {rule}", self.position + 1)]
pub struct NameError {
    noun: &'static str,
    name: String,
    position: usize,
    rule: String,
}

impl NameError {
    /// The name as it was written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the rule is broken: the byte offset, from 0, of the first character that is wrong.
    pub fn position(&self) -> usize {
        self.position
    }
}

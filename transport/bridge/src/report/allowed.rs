//! What the configuration lets cross.

use regex::Regex;
use rosactor_transport::bridge_config::BridgeConfig;

use super::document::Kind;

/// The topics that do not cross without a list; ROS's own.
const NOT_BRIDGED: [&str; 2] = ["/rosout", "/parameter_events"];

/// `None` for everything but ROS's own topics.
pub(super) struct Allowed(Option<[Vec<Regex>; 3]>);

impl Allowed {
    pub(super) fn new(config: &BridgeConfig) -> Self {
        // The configuration has been checked: each pattern is one.
        let whole =
            |list: &Vec<String>| list.iter().filter_map(|one| Regex::new(&format!("^(?:{one})$")).ok()).collect();
        Self(config.allow.as_ref().map(|allow| [whole(&allow.topics), whole(&allow.services), whole(&allow.actions)]))
    }

    pub(super) fn crosses(&self, kind: Kind, name: &str) -> bool {
        let Some([topics, services, actions]) = &self.0 else {
            return !is_housekeeping(kind, name) || kind != Kind::Topic;
        };
        let list = match kind {
            Kind::Topic => topics,
            Kind::Service => services,
            Kind::Action => actions,
        };
        list.iter().any(|pattern| pattern.is_match(name))
    }
}

/// Whether every node has it, so that nobody wonders where its other end is.
pub(super) fn is_housekeeping(kind: Kind, name: &str) -> bool {
    let services = [
        "/describe_parameters",
        "/get_parameter_types",
        "/get_parameters",
        "/list_parameters",
        "/set_parameters",
        "/set_parameters_atomically",
        "/get_type_description",
    ];
    match kind {
        Kind::Topic => NOT_BRIDGED.contains(&name),
        Kind::Service => services.iter().any(|end| name.ends_with(end)),
        Kind::Action => false,
    }
}

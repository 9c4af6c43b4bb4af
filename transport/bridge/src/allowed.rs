//! What the configuration lets cross.

use regex::Regex;
use rosactor_transport::bridge_config::BridgeConfig;

/// The topics that do not cross without a list: ROS's own, which every node has and no actor wants.
pub(crate) const NOT_BRIDGED: [&str; 2] = ["/rosout", "/parameter_events"];

/// The lists of the configuration; `None` for everything but ROS's own topics.
pub(crate) struct Allowed(Option<Lists>);

struct Lists {
    topics: Vec<Regex>,
    services: Vec<Regex>,
    actions: Vec<Regex>,
}

impl Allowed {
    pub(crate) fn new(config: &BridgeConfig) -> Self {
        // The configuration has been checked: each pattern is one.
        let whole =
            |list: &Vec<String>| list.iter().filter_map(|one| Regex::new(&format!("^(?:{one})$")).ok()).collect();
        Self(config.allow.as_ref().map(|allow| Lists {
            topics: whole(&allow.topics),
            services: whole(&allow.services),
            actions: whole(&allow.actions),
        }))
    }

    pub(crate) fn topic(&self, name: &str) -> bool {
        self.0.as_ref().map_or(!NOT_BRIDGED.contains(&name), |lists| matches(&lists.topics, name))
    }

    pub(crate) fn service(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|lists| matches(&lists.services, name))
    }

    pub(crate) fn action(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|lists| matches(&lists.actions, name))
    }
}

fn matches(list: &[Regex], name: &str) -> bool {
    list.iter().any(|pattern| pattern.is_match(name))
}

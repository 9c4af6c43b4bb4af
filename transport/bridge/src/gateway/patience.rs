//! How long answers may take.

use std::{collections::BTreeMap, time::Duration};

use regex::Regex;
use rosactor_transport::bridge_config::{BridgeConfig, TimeLimit};

/// For a response, unless the configuration says otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What the configuration says of it.
pub(super) struct Patience {
    services: Vec<(Regex, Duration)>,
    actions: Vec<(Regex, Duration)>,
}

impl Patience {
    pub(super) fn new(config: &BridgeConfig) -> Self {
        Self { services: limits(&config.timeouts.services), actions: limits(&config.timeouts.actions) }
    }

    /// For the response of this service.
    pub(super) fn response(&self, service: &str) -> Duration {
        longest(&self.services, service).unwrap_or(PATIENCE)
    }

    /// For the result of a goal of this action; `None`: as long as it takes.
    pub(super) fn result(&self, action: &str) -> Option<Duration> {
        longest(&self.actions, action)
    }
}

fn limits(said: &BTreeMap<String, TimeLimit>) -> Vec<(Regex, Duration)> {
    // The configuration has been checked: each pattern is one.
    said.iter().filter_map(|(pattern, limit)| Some((whole(pattern)?, limit.get()))).collect()
}

fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

fn longest(limits: &[(Regex, Duration)], name: &str) -> Option<Duration> {
    limits.iter().filter(|(pattern, _)| pattern.is_match(name)).map(|(_, limit)| *limit).max()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_longest_of_those_that_match_whole_names_holds() {
        let json = r#"{"timeouts": {"services": {"/plan": "1min", "/pl.*": "20s", "/quick": "1s"}, "actions": {"/nav": "2h"}}}"#;
        let patience = Patience::new(&serde_json::from_str(json).unwrap());
        let seconds = |service| patience.response(service).as_secs();
        assert_eq!((seconds("/plan"), seconds("/plans"), seconds("/quick"), seconds("/a/plan")), (60, 20, 1, 10));
        assert_eq!(patience.result("/nav"), Some(Duration::from_secs(7200)));
        assert_eq!(patience.result("/navigate"), None);
    }
}

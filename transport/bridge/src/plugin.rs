//! Our configuration in the terms of zenoh-plugin-ros2dds.

use rosactor_transport::bridge_config::{BridgeConfig, Discovery};
use serde_json::{Map, Value, json};
use zenoh_plugin_ros2dds::config::Config as PluginConfig;

use crate::{allowed::NOT_BRIDGED, error::BridgeError};

/// The name of the bridge among the ROS nodes.
const NODE_NAME: &str = "rosactor_bridge";

/// The plugin's configuration.
///
/// The plugin panics on a value of a wrong type, so nothing of the person's own text goes in but what has been
/// checked before.
pub(crate) fn config(config: &BridgeConfig) -> Result<PluginConfig, BridgeError> {
    serde_json::from_value(json(config)).map_err(BridgeError::PluginSetting)
}

fn json(config: &BridgeConfig) -> Value {
    let mut all = Map::new();
    all.insert("namespace".to_owned(), json!(config.namespace));
    all.insert("nodename".to_owned(), json!(NODE_NAME));
    all.insert("domain".to_owned(), json!(config.domain));
    all.extend(discovery(config));
    all.extend(allowance(config));
    Value::Object(all)
}

/// Both keys are always given where they have a meaning: their defaults come from the environment.
fn discovery(config: &BridgeConfig) -> Map<String, Value> {
    let mut keys = Map::new();
    let localhost = config.discovery == Discovery::Localhost;
    if !config.distro.has_discovery_ranges() {
        keys.insert("ros_localhost_only".to_owned(), json!(localhost));
        return keys;
    }
    keys.insert("ros_localhost_only".to_owned(), json!(false));
    let range = if config.discovery == Discovery::Subnet { "SUBNET" } else { "LOCALHOST" };
    keys.insert("ros_automatic_discovery_range".to_owned(), json!(range));
    if let Discovery::Peers(peers) = &config.discovery {
        keys.insert("ros_static_peers".to_owned(), json!(peers.join(";")));
    }
    keys
}

/// Topics only: the plugin understands the services and actions of Cyclone DDS nodes alone, and would mangle those
/// of Fast DDS, which most ROS nodes use. These are for the gateway.
fn allowance(config: &BridgeConfig) -> Map<String, Value> {
    let mut keys = Map::new();
    match &config.allow {
        // What is missing under `allow` is not allowed, so services and actions need no mention here.
        Some(allow) => {
            let topics: Vec<String> = allow.topics.iter().map(|pattern| whole(pattern)).collect();
            keys.insert("allow".to_owned(), json!({"publishers": topics, "subscribers": topics}));
        }
        None => {
            let all = [".*"];
            let denied = json!({
                "publishers": NOT_BRIDGED, "subscribers": NOT_BRIDGED,
                "service_servers": all, "service_clients": all, "action_servers": all, "action_clients": all,
            });
            keys.insert("deny".to_owned(), denied);
        }
    }
    keys
}

/// The plugin writes `^` and `$` around a pattern, which would bind to the outer alternatives of `a|b` only.
fn whole(pattern: &str) -> String {
    format!("(?:{pattern})")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rosactor_transport::bridge_config::{Allow, Distro};
    use zenoh_plugin_ros2dds::config::RosAutomaticDiscoveryRange as Range;

    use super::*;

    fn made(change: impl FnOnce(&mut BridgeConfig)) -> PluginConfig {
        let mut ours = BridgeConfig::default();
        change(&mut ours);
        config(&ours).unwrap()
    }

    #[test]
    fn every_discovery_of_every_release_is_taken_by_the_plugin() {
        for distro in Distro::ALL {
            for discovery in [Discovery::Localhost, Discovery::Subnet, Discovery::Peers(vec!["10.0.0.2".to_owned()])] {
                made(|ours| (ours.distro, ours.discovery) = (distro, discovery));
            }
        }
    }

    #[test]
    fn discovery_is_said_in_the_terms_of_the_release() {
        let jazzy = made(|_| ());
        assert_eq!((jazzy.ros_automatic_discovery_range, jazzy.ros_localhost_only), (Some(Range::Localhost), false));
        let subnet = made(|ours| ours.discovery = Discovery::Subnet);
        assert_eq!((subnet.ros_automatic_discovery_range, subnet.ros_static_peers), (Some(Range::Subnet), None));
        let peers = made(|ours| ours.discovery = Discovery::Peers(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(peers.ros_automatic_discovery_range, Some(Range::Localhost));
        assert_eq!(peers.ros_static_peers, Some(vec!["a".to_owned(), "b".to_owned()]));
        let humble = made(|ours| ours.distro = Distro::Humble);
        assert_eq!((humble.ros_automatic_discovery_range, humble.ros_localhost_only), (None, true));
    }

    #[test]
    fn domain_and_namespace_are_passed_on() {
        let plugin = made(|ours| (ours.domain, ours.namespace) = (42, "/robot1".to_owned()));
        assert_eq!((plugin.domain, plugin.namespace.as_str()), (42, "/robot1"));
    }

    #[test]
    fn without_a_list_all_topics_cross_but_those_of_ros_itself() {
        let allowed = made(|_| ()).allowance.unwrap();
        for (topic, crosses) in [("/scan", true), ("/a/rosout", true), ("/rosout", false), ("/parameter_events", false)]
        {
            assert_eq!(allowed.is_publisher_allowed(topic), crosses, "{topic}");
            assert_eq!(allowed.is_subscriber_allowed(topic), crosses, "{topic}");
        }
    }

    #[test]
    fn a_list_is_matched_with_whole_names() {
        let topics = vec!["/scan|/odom".to_owned(), "/camera/.*".to_owned()];
        let allowed = made(|ours| ours.allow = Some(Allow { topics, ..Allow::default() })).allowance.unwrap();
        for (topic, crosses) in [
            ("/scan", true),
            ("/odom", true),
            ("/camera/image_raw", true),
            ("/scan2", false),
            ("/front/odom", false),
            ("/rosout", false),
        ] {
            assert_eq!(allowed.is_publisher_allowed(topic), crosses, "{topic}");
            assert_eq!(allowed.is_subscriber_allowed(topic), crosses, "{topic}");
        }
    }

    #[test]
    fn an_empty_list_lets_nothing_cross() {
        let allowed = made(|ours| ours.allow = Some(Allow::default())).allowance.unwrap();
        assert!(!allowed.is_publisher_allowed("/scan") && !allowed.is_subscriber_allowed("/scan"));
    }

    #[test]
    fn services_and_actions_never_cross() {
        let listed = Some(Allow { topics: vec![".*".to_owned()], ..Allow::default() });
        for allow in [None, listed] {
            let allowed = made(|ours| ours.allow = allow).allowance.unwrap();
            assert!(!allowed.is_service_srv_allowed("/add") && !allowed.is_service_cli_allowed("/add"));
            assert!(!allowed.is_action_srv_allowed("/fib") && !allowed.is_action_cli_allowed("/fib"));
        }
    }
}

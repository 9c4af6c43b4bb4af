//! What the bridge to a DDS graph has to know.
//!
//! The same type is the `bridge:` section of a deployment file and the configuration of the program
//! `rosactor-bridge`. The file says everything but [`BridgeConfig::connect`], which the deployment fills with its
//! own endpoints when it starts the program.

mod timeouts;

use std::{fmt, str::FromStr};

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::name::validate_namespace;
use crate::security::Security;

pub use timeouts::{TimeLimit, TimeLimitError, Timeouts};

/// The highest DDS domain number: the ports of domain 233 would lie above 65535.
const MAX_DOMAIN: u32 = 232;

/// The protocols that Zenoh is built with.
const PROTOCOLS: [&str; 6] = ["tcp", "udp", "tls", "quic", "ws", "unixsock-stream"];

/// The configuration of one bridge.
///
/// Parsing checks the shape only; ask [`validate`](Self::validate) before use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BridgeConfig {
    /// The DDS domain to join: what the ROS nodes have in `ROS_DOMAIN_ID`. 0 to 232.
    pub domain: u32,
    /// The ROS release of the nodes in that domain. It decides the layout of ROS's own discovery messages.
    pub distro: Distro,
    /// Which ROS nodes can be found.
    pub discovery: Discovery,
    /// A prefix for every ROS name on the Zenoh side, or `/` for none. With `/robot1`, the ROS topic `/scan` is
    /// the topic `/robot1/scan` for the actors.
    pub namespace: String,
    /// What may cross. Absent: every service and action, and every topic but ROS's own `/rosout` and `/parameter_events`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow: Option<Allow>,
    /// How long answers across the bridge may take.
    #[serde(skip_serializing_if = "Timeouts::is_empty")]
    pub timeouts: Timeouts,
    /// How the bridge proves who it is to those that it connects to, and they to it.
    #[serde(skip_serializing_if = "Security::is_empty")]
    pub security: Security,
    /// The hosts that run this bridge; empty for all. Read by the deployment, not by the bridge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Zenoh endpoints such as `tcp/127.0.0.1:7447`, tried in this order until one answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connect: Vec<String>,
    /// Zenoh endpoints to be reached at. With one the bridge is a router: it also joins those that connect to it. For a bridge
    /// that runs alone; one of a deployment connects to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listen: Vec<String>,
}

impl BridgeConfig {
    /// Whether the host of this name runs the bridge.
    #[must_use]
    pub fn runs_on(&self, host: &str) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|name| name == host)
    }
}

impl Default for BridgeConfig {
    fn default() -> Self {
        Self {
            domain: 0,
            distro: Distro::Jazzy,
            discovery: Discovery::Localhost,
            namespace: "/".to_owned(),
            allow: None,
            timeouts: Timeouts::default(),
            security: Security::default(),
            hosts: Vec::new(),
            connect: Vec::new(),
            listen: Vec::new(),
        }
    }
}

/// The interfaces that may cross the bridge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// Regular expressions, each matched against a whole ROS topic name, such as `/camera/.*`.
    #[serde(default)]
    pub topics: Vec<String>,
    /// The same for services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// The same for actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
}

/// Which ROS nodes the bridge can find; the ROS nodes themselves need a setting that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Discovery {
    /// Those on this host, by the loopback interface alone. ROS: `ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST`.
    Localhost,
    /// All that multicast reaches. ROS: `ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET`, which is its default.
    Subnet,
    /// Those on this host and on the named ones (addresses or host names), without multicast.
    /// ROS: `ROS_STATIC_PEERS`.
    Peers(Vec<String>),
}

impl fmt::Display for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Localhost => f.write_str("localhost"),
            Self::Subnet => f.write_str("subnet"),
            Self::Peers(peers) => write!(f, "peers {}", peers.join(" ")),
        }
    }
}

/// A release of ROS 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distro {
    /// May 2022. The last one with 24-byte identifiers in the discovery messages.
    Humble,
    /// May 2023.
    Iron,
    /// May 2024.
    Jazzy,
    /// May 2025.
    Kilted,
    /// May 2026.
    Lyrical,
    /// The development version.
    Rolling,
}

impl Distro {
    /// Every release, oldest first.
    pub const ALL: [Self; 6] = [Self::Humble, Self::Iron, Self::Jazzy, Self::Kilted, Self::Lyrical, Self::Rolling];

    /// The name as in `ROS_DISTRO`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Humble => "humble",
            Self::Iron => "iron",
            Self::Jazzy => "jazzy",
            Self::Kilted => "kilted",
            Self::Lyrical => "lyrical",
            Self::Rolling => "rolling",
        }
    }

    /// Whether this release knows discovery ranges and static peers, which came with Iron.
    pub fn has_discovery_ranges(self) -> bool {
        self != Self::Humble
    }
}

impl fmt::Display for Distro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Distro {
    type Err = BridgeConfigError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|distro| distro.as_str() == name)
            .ok_or_else(|| BridgeConfigError::UnknownDistro { found: name.to_owned() })
    }
}

/// One mistake in a [`BridgeConfig`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BridgeConfigError {
    /// The domain is above 232.
    #[error(
        "domain is {found}, but DDS domains go from 0 to 232; use the number that the ROS nodes have in ROS_DOMAIN_ID"
    )]
    DomainTooHigh {
        /// The number that was given.
        found: u32,
    },
    /// The name of the release is not one of [`Distro::ALL`].
    #[error("distro is `{found}`, but the known ROS 2 releases are humble, iron, jazzy, kilted, lyrical and rolling")]
    UnknownDistro {
        /// The name that was given.
        found: String,
    },
    /// The namespace is not `/` and not an absolute ROS name.
    #[error(
        "namespace is `{found}`, but it must be `/`, or one or more of `/` and a name of letters, digits and \
         underscores that does not start with a digit, such as `/robot1`"
    )]
    BadNamespace {
        /// The namespace that was given.
        found: String,
    },
    /// A list of peers without a peer.
    #[error("discovery.peers is empty; name at least one address, or use `discovery: localhost`")]
    NoPeers,
    /// A peer that is neither an address nor a host name.
    #[error("discovery.peers has `{found}`, but a peer is an IP address or a host name, such as `10.0.0.2`")]
    BadPeer {
        /// The peer that was given.
        found: String,
    },
    /// A pattern that is no regular expression.
    #[error("{key} has `{pattern}`, which is not a regular expression: {reason}")]
    BadPattern {
        /// The list that it stands in.
        key: &'static str,
        /// The pattern that was given.
        pattern: String,
        /// What the parser of regular expressions says, in one line.
        reason: String,
    },
    /// A pattern that no ROS name can match.
    #[error(
        "{key} has `{pattern}`, which matches nothing, because it is compared with whole ROS names and these \
         begin with `/`; write `/{pattern}`"
    )]
    RelativePattern {
        /// The list that it stands in.
        key: &'static str,
        /// The pattern that was given.
        pattern: String,
    },
    /// An endpoint that is not `protocol/address`.
    #[error(
        "{key} has `{found}`, but an endpoint is a protocol ({}) and an address, such as `tcp/127.0.0.1:7447`",
        PROTOCOLS.join(", ")
    )]
    BadEndpoint {
        /// `connect` or `listen`.
        key: &'static str,
        /// The endpoint that was given.
        found: String,
    },
}

impl BridgeConfigError {
    /// The key of the configuration that holds the mistake, with dots between levels.
    pub fn key(&self) -> &'static str {
        match self {
            Self::DomainTooHigh { .. } => "domain",
            Self::UnknownDistro { .. } => "distro",
            Self::BadNamespace { .. } => "namespace",
            Self::NoPeers | Self::BadPeer { .. } => "discovery.peers",
            Self::BadPattern { key, .. } | Self::RelativePattern { key, .. } | Self::BadEndpoint { key, .. } => key,
        }
    }
}

impl BridgeConfig {
    /// Every mistake, in the order of the fields.
    pub fn problems(&self) -> Vec<BridgeConfigError> {
        let mut problems = Vec::new();
        if self.domain > MAX_DOMAIN {
            problems.push(BridgeConfigError::DomainTooHigh { found: self.domain });
        }
        if validate_namespace(&self.namespace).is_err() {
            problems.push(BridgeConfigError::BadNamespace { found: self.namespace.clone() });
        }
        problems.extend(self.discovery.problems());
        if let Some(allow) = &self.allow {
            let lists = [
                ("allow.topics", &allow.topics),
                ("allow.services", &allow.services),
                ("allow.actions", &allow.actions),
            ];
            for (key, patterns) in lists {
                problems.extend(patterns.iter().filter_map(|pattern| pattern_problem(key, pattern)));
            }
        }
        for (key, limits) in
            [("timeouts.services", &self.timeouts.services), ("timeouts.actions", &self.timeouts.actions)]
        {
            problems.extend(limits.keys().filter_map(|pattern| pattern_problem(key, pattern)));
        }
        for (key, endpoints) in [("connect", &self.connect), ("listen", &self.listen)] {
            let bad = endpoints.iter().filter(|endpoint| !is_endpoint(endpoint));
            problems.extend(bad.map(|found| BridgeConfigError::BadEndpoint { key, found: found.clone() }));
        }
        problems
    }

    /// Checks every value.
    ///
    /// # Errors
    ///
    /// The first of [`problems`](Self::problems).
    pub fn validate(&self) -> Result<(), BridgeConfigError> {
        self.problems().into_iter().next().map_or(Ok(()), Err)
    }
}

impl Discovery {
    fn problems(&self) -> Vec<BridgeConfigError> {
        match self {
            Self::Localhost | Self::Subnet => Vec::new(),
            Self::Peers(peers) if peers.is_empty() => vec![BridgeConfigError::NoPeers],
            Self::Peers(peers) => peers
                .iter()
                .filter(|peer| !is_host(peer))
                .map(|found| BridgeConfigError::BadPeer { found: found.clone() })
                .collect(),
        }
    }
}

/// Only these characters: the peer becomes part of an XML attribute and of a list divided by semicolons.
fn is_host(peer: &str) -> bool {
    !peer.is_empty() && peer.chars().all(|c| c.is_ascii_alphanumeric() || ".:-_%[]".contains(c))
}

fn is_endpoint(endpoint: &str) -> bool {
    endpoint.split_once('/').is_some_and(|(protocol, address)| PROTOCOLS.contains(&protocol) && !address.is_empty())
}

fn pattern_problem(key: &'static str, pattern: &str) -> Option<BridgeConfigError> {
    if let Err(error) = Regex::new(pattern) {
        // The parser draws the pattern and points at the place; only its last line says what is wrong.
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        let reason = reason.trim().trim_start_matches("error: ").to_owned();
        return Some(BridgeConfigError::BadPattern { key, pattern: pattern.to_owned(), reason });
    }
    let relative = pattern.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    relative.then(|| BridgeConfigError::RelativePattern { key, pattern: pattern.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn keys(config: &BridgeConfig) -> Vec<&'static str> {
        config.problems().iter().map(BridgeConfigError::key).collect()
    }

    #[test]
    fn the_default_is_right_and_is_what_an_empty_section_gives() {
        let empty: BridgeConfig = serde_json::from_str("{}").unwrap();
        assert_eq!(empty, BridgeConfig::default());
        assert_eq!(empty.validate(), Ok(()));
    }

    #[test]
    fn a_full_section_survives_the_way_to_json_and_back() {
        for discovery in
            [r#""localhost""#, r#""subnet""#, r#"{"peers": ["10.0.0.2", "fe80::1%eth0", "robot-2.local"]}"#]
        {
            let text = format!(
                r#"{{"domain": 232, "distro": "humble", "discovery": {discovery}, "namespace": "/fleet/robot_1",
                     "allow": {{"topics": ["/scan", "/camera/.*", ".*odom"], "services": ["/add"], "actions": ["/fib.*"]}},
                     "timeouts": {{"services": {{"/add": "1min"}}, "actions": {{"/fib.*": "2h"}}}},
                     "hosts": ["robot"],
                     "connect": ["tcp/127.0.0.1:7447", "unixsock-stream//tmp/x"], "listen": ["tcp/[::]:7447"]}}"#
            );
            let config: BridgeConfig = serde_json::from_str(&text).unwrap();
            assert_eq!(config.problems(), []);
            let again: BridgeConfig = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();
            assert_eq!(again, config);
        }
    }

    #[test]
    fn unknown_keys_and_releases_are_refused() {
        for text in
            [r#"{"domian": 1}"#, r#"{"allow": {"service": []}}"#, r#"{"distro": "jazy"}"#, r#"{"discovery": "all"}"#]
        {
            assert!(serde_json::from_str::<BridgeConfig>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_release_is_found_by_its_name() {
        for distro in Distro::ALL {
            assert_eq!(distro.as_str().parse(), Ok(distro));
        }
        let error = "jazy".parse::<Distro>().unwrap_err();
        assert!(error.to_string().contains("jazy") && error.to_string().contains("kilted"));
    }

    #[test]
    fn all_mistakes_are_reported_at_once_with_their_keys() {
        let config = BridgeConfig {
            domain: 233,
            namespace: "robot".to_owned(),
            discovery: Discovery::Peers(vec!["10.0.0.2".to_owned(), "a\"/>".to_owned()]),
            allow: Some(Allow {
                topics: vec!["/a(".to_owned(), "scan".to_owned(), "/fine".to_owned()],
                services: vec!["add".to_owned()],
                actions: vec!["/fib[".to_owned()],
            }),
            timeouts: serde_json::from_str(r#"{"services": {"add": "1s"}, "actions": {"/fib[": "1s"}}"#).unwrap(),
            connect: vec!["7447".to_owned(), "http/a:1".to_owned(), "tcp/".to_owned(), "tcp/a:1".to_owned()],
            listen: vec!["tcp".to_owned()],
            ..BridgeConfig::default()
        };
        let at_connect = ["connect"; 3];
        let allowed = ["allow.topics", "allow.topics", "allow.services", "allow.actions"];
        let patterns = [&allowed[..], &["timeouts.services", "timeouts.actions"]].concat();
        let before = ["domain", "namespace", "discovery.peers"].into_iter().chain(patterns).collect::<Vec<_>>();
        let expected = [&before[..], &at_connect, &["listen"]].concat();
        assert_eq!(keys(&config), expected);
        assert_eq!(config.validate(), Err(BridgeConfigError::DomainTooHigh { found: 233 }));
    }

    /// The plugin takes more than ROS does, and then panics on the names that come of it.
    #[test]
    fn a_namespace_follows_the_rules_of_ros() {
        let problems =
            |namespace: &str| BridgeConfig { namespace: namespace.to_owned(), ..BridgeConfig::default() }.problems();
        for good in ["/", "/a", "/_a/b_1", "/robot1"] {
            assert_eq!(problems(good), [], "{good}");
        }
        for bad in ["", "a", "//", "/a/", "/1a", "/a b", "/ä", "/a/*", "/a-b"] {
            assert_eq!(problems(bad), [BridgeConfigError::BadNamespace { found: bad.to_owned() }]);
        }
    }

    #[test]
    fn no_peers_at_all_is_a_mistake() {
        let config = BridgeConfig { discovery: Discovery::Peers(Vec::new()), ..BridgeConfig::default() };
        assert_eq!(config.problems(), [BridgeConfigError::NoPeers]);
    }

    #[test]
    fn a_bad_pattern_is_explained_in_one_line() {
        let text = pattern_problem("allow.topics", "/a(").unwrap().to_string();
        assert_eq!(text, "allow.topics has `/a(`, which is not a regular expression: unclosed group");
    }
}

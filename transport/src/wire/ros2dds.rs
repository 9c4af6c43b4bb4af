//! The dialect of zenoh-plugin-ros2dds: plain keys, no attachments, and the tokens by which its bridges tell each other
//! their endpoints (`liveliness_mgt.rs` of the plugin, version 1.10).

use super::{Announcement, EndpointKind, HeardEndpoint, MalformedToken, TokenError, WireProfile, escape, token_reader};
use crate::name::{Name, NodeName};
use crate::qos::{Durability, History, Qos, Reliability};

/// The profile `ros2dds`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ros2dds;

impl WireProfile for Ros2dds {
    fn topic_key(&self, topic: &Name, _type_name: &str, _type_hash: &str) -> String {
        plain_key(topic)
    }

    fn service_key(&self, service: &Name, _type_name: &str, _type_hash: &str) -> String {
        plain_key(service)
    }

    fn token(&self, announcement: &Announcement<'_>) -> Result<Option<String>, TokenError> {
        // A bridge takes an action's five parts from the action's own token, and would see them twice.
        if is_part_of_action(announcement) {
            return Ok(None);
        }
        check(announcement)?;
        let Announcement { participant, kind, name, type_name, .. } = announcement;
        let mut token =
            format!("@/{participant}/@ros2_lv/{}/{}/{}", kind_code(*kind), escape(&plain_key(name)), escape(type_name));
        if let Some(qos) = announcement.qos {
            token.push('/');
            token.push_str(&qos_field(qos, announcement.type_hash));
        }
        Ok(Some(token))
    }

    fn token_pattern(&self) -> &'static str {
        "@/*/@ros2_lv/**"
    }

    fn read_token(&self, token: &str) -> Result<Option<HeardEndpoint>, MalformedToken> {
        token_reader::read(token)
    }

    fn tokens_of(&self, kind: EndpointKind, name: &Name) -> String {
        format!("@/*/@ros2_lv/{}/{}/**", kind_code(kind), escape(&plain_key(name)))
    }

    fn tokens_of_services(&self, node: &NodeName) -> String {
        let node = escape(node.to_string().trim_start_matches('/'));
        // `$*` is Zenoh's wildcard within one part of a key.
        format!("@/*/@ros2_lv/{}/{node}§$*/**", kind_code(EndpointKind::ServiceServer))
    }
}

/// A name without its leading slash.
fn plain_key(name: &Name) -> String {
    name.as_str().trim_start_matches('/').to_owned()
}

fn kind_code(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Publisher => "MP",
        EndpointKind::Subscriber => "MS",
        EndpointKind::ServiceServer => "SS",
        EndpointKind::ServiceClient => "SC",
        EndpointKind::ActionServer => "AS",
        EndpointKind::ActionClient => "AC",
    }
}

/// `<keyless>:<reliability>:<durability>:<history>,<depth>[:<user data>]` with the numbers of DDS. The first field is
/// empty for topics without a key, which all topics of ROS are.
fn qos_field(qos: &Qos, type_hash: &str) -> String {
    let reliability = match qos.reliability {
        Reliability::BestEffort => 0,
        Reliability::Reliable => 1,
    };
    let durability = match qos.durability {
        Durability::Volatile => 0,
        Durability::TransientLocal => 1,
    };
    let history = match qos.history {
        History::KeepLast(_) => 0,
        History::KeepAll(_) => 1,
    };
    let mut field = format!(":{reliability}:{durability}:{history},{}", qos.history.depth());
    if !type_hash.is_empty() {
        field.push_str(&format!(":typehash={type_hash};"));
    }
    field
}

fn is_part_of_action(announcement: &Announcement<'_>) -> bool {
    !matches!(announcement.kind, EndpointKind::ActionServer | EndpointKind::ActionClient)
        && announcement.name.as_str().contains("/_action/")
}

/// Refuses what the plugin does not survive: it panics on a token that does not parse back into keys.
fn check(announcement: &Announcement<'_>) -> Result<(), TokenError> {
    let error = |field, found: &str, expected| TokenError {
        what: format!("endpoint {}", announcement.name),
        field,
        found: found.to_owned(),
        expected,
    };
    let id = announcement.participant;
    let hex = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    if id.is_empty() || id.len() > 32 || id.starts_with('0') || !id.chars().all(hex) {
        return Err(error("the participant id", id, "1 to 32 lowercase hex digits without a leading zero"));
    }
    let parts: Vec<_> = announcement.type_name.split('/').collect();
    let word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if parts.len() != 3 || !parts.iter().all(word) {
        return Err(error(
            "the type",
            announcement.type_name,
            "package/msg/Name, package/srv/Name or package/action/Name",
        ));
    }
    let hash = announcement.type_hash;
    if !hash.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(error("the type's hash", hash, "RIHS01_ and 64 hex digits"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn token(
        kind: EndpointKind,
        name: &str,
        type_name: &str,
        type_hash: &str,
        qos: Option<Qos>,
    ) -> Result<Option<String>, TokenError> {
        let name = Name::new(name).unwrap();
        Ros2dds.token(&Announcement { participant: "a3f2", kind, name: &name, type_name, type_hash, qos: qos.as_ref() })
    }

    #[test]
    fn tokens_are_those_of_the_plugin() {
        use EndpointKind::*;
        let hash = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18";
        let depth_10 = Some(Qos::default());
        let table = [
            (
                Publisher,
                "/bot1/chatter",
                "std_msgs/msg/String",
                "",
                depth_10,
                "@/a3f2/@ros2_lv/MP/bot1§chatter/std_msgs§msg§String/:1:0:0,10",
            ),
            (
                Publisher,
                "/chatter",
                "std_msgs/msg/String",
                hash,
                depth_10,
                "@/a3f2/@ros2_lv/MP/chatter/std_msgs§msg§String/:1:0:0,10:typehash=RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18;",
            ),
            (
                Subscriber,
                "/scan",
                "sensor_msgs/msg/LaserScan",
                "",
                Some(Qos::sensor_data()),
                "@/a3f2/@ros2_lv/MS/scan/sensor_msgs§msg§LaserScan/:0:0:0,5",
            ),
            (
                Publisher,
                "/map",
                "nav_msgs/msg/OccupancyGrid",
                "",
                Some(Qos::latched(1)),
                "@/a3f2/@ros2_lv/MP/map/nav_msgs§msg§OccupancyGrid/:1:1:0,1",
            ),
            (
                ServiceServer,
                "/add_two_ints",
                "example_interfaces/srv/AddTwoInts",
                "",
                None,
                "@/a3f2/@ros2_lv/SS/add_two_ints/example_interfaces§srv§AddTwoInts",
            ),
            (
                ServiceClient,
                "/add_two_ints",
                "example_interfaces/srv/AddTwoInts",
                hash,
                None,
                "@/a3f2/@ros2_lv/SC/add_two_ints/example_interfaces§srv§AddTwoInts",
            ),
            (
                ActionServer,
                "/fibonacci",
                "example_interfaces/action/Fibonacci",
                "",
                None,
                "@/a3f2/@ros2_lv/AS/fibonacci/example_interfaces§action§Fibonacci",
            ),
            (
                ActionClient,
                "/fibonacci",
                "example_interfaces/action/Fibonacci",
                "",
                None,
                "@/a3f2/@ros2_lv/AC/fibonacci/example_interfaces§action§Fibonacci",
            ),
        ];
        for (kind, name, type_name, hash, qos, expected) in table {
            assert_eq!(token(kind, name, type_name, hash, qos).unwrap().as_deref(), Some(expected));
        }
    }

    #[test]
    fn keep_all_announces_its_bound() {
        let qos = Qos { history: History::KeepAll(100), ..Qos::default() };
        assert_eq!(qos_field(&qos, ""), ":1:0:1,100");
    }

    #[test]
    fn the_parts_of_an_action_are_not_announced() {
        let status = token(
            EndpointKind::Publisher,
            "/a/_action/status",
            "action_msgs/msg/GoalStatusArray",
            "",
            Some(Qos::status()),
        );
        assert_eq!(status.unwrap(), None);
    }

    #[test]
    fn what_would_stop_a_bridge_is_refused() {
        use EndpointKind::ServiceServer;
        for type_name in ["", "std_msgs", "a/b", "a//b", "a/b/c/d", "a/b/c*", "a/b/c?", "a/b/c§"] {
            assert!(token(ServiceServer, "/s", type_name, "", None).is_err(), "{type_name}");
        }
        assert!(token(ServiceServer, "/s", "a/srv/B", "x;y/*", None).is_err());
        let name = Name::new("/s").unwrap();
        for participant in ["", "0a", "A1", "g", "123456789012345678901234567890123"] {
            let announcement = Announcement {
                participant,
                kind: ServiceServer,
                name: &name,
                type_name: "a/srv/B",
                type_hash: "",
                qos: None,
            };
            assert!(Ros2dds.token(&announcement).is_err(), "{participant}");
        }
    }

    #[test]
    fn keys_are_names_without_their_slash() {
        assert_eq!(Ros2dds.topic_key(&Name::new("/bot1/chatter").unwrap(), "", ""), "bot1/chatter");
    }
}

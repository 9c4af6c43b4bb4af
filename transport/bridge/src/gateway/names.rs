//! What things are called on either side.

use crate::domain::Side;

/// The half of a service that an endpoint of its server stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Half {
    Requests,
    Replies,
}

/// The service that an endpoint serves, as a ROS name, if it belongs to a server.
pub(super) fn served(side: Side, topic: &str) -> Option<(Half, String)> {
    let (half, prefix, suffix) = match side {
        Side::Reader => (Half::Requests, "rq/", "Request"),
        Side::Writer => (Half::Replies, "rr/", "Reply"),
    };
    let name = topic.strip_prefix(prefix)?.strip_suffix(suffix)?;
    (!name.is_empty()).then(|| (half, format!("/{name}")))
}

/// The DDS topic of the requests to a service.
pub(super) fn requests(service: &str) -> String {
    format!("rq{service}Request")
}

/// The DDS topic of the responses of a service.
pub(super) fn replies(service: &str) -> String {
    format!("rr{service}Reply")
}

/// The DDS topic of a ROS topic.
pub(super) fn topic(name: &str) -> String {
    format!("rt{name}")
}

/// `example_interfaces::srv::dds_::AddTwoInts_Request_` as `example_interfaces/srv/AddTwoInts`.
pub(super) fn ros_type(dds: &str) -> Option<String> {
    let parts: Vec<&str> = dds.split("::").collect();
    let [package, group, "dds_", name] = parts.as_slice() else { return None };
    let name = name.strip_suffix("_Request_").or_else(|| name.strip_suffix("_Response_"))?;
    Some(format!("{package}/{group}/{name}"))
}

/// `example_interfaces/srv/AddTwoInts` and `_Request` as `example_interfaces::srv::dds_::AddTwoInts_Request_`.
pub(super) fn dds_type(ros: &str, part: &str) -> String {
    let (group, name) = ros.rsplit_once('/').unwrap_or_default();
    format!("{}::dds_::{name}{part}_", group.replace('/', "::"))
}

/// The names of ROS within the names of the actors.
#[derive(Clone, Debug)]
pub(super) struct Namespace(String);

impl Namespace {
    /// That of the configuration: `/`, or a name without a slash at its end.
    pub(super) fn new(namespace: &str) -> Self {
        Self(namespace.trim_end_matches('/').to_owned())
    }

    /// A ROS name as the actors know it.
    pub(super) fn to_actors(&self, ros: &str) -> String {
        format!("{}{ros}", self.0)
    }

    /// An actor's name as ROS knows it. What lies outside of the namespace keeps its name.
    pub(super) fn to_ros(&self, actors: &str) -> String {
        match actors.strip_prefix(&self.0) {
            Some(rest) if rest.starts_with('/') => rest.to_owned(),
            _ => actors.to_owned(),
        }
    }
}

/// A name as a key of Zenoh.
pub(super) fn key(name: &str) -> &str {
    name.trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoints_of_a_server_tell_its_name() {
        let add = |half| Some((half, "/a/add".to_owned()));
        assert_eq!(served(Side::Reader, "rq/a/addRequest"), add(Half::Requests));
        assert_eq!(served(Side::Writer, "rr/a/addReply"), add(Half::Replies));
        // Those of a client, of a topic, and of nobody.
        for (side, topic) in [
            (Side::Writer, "rq/a/addRequest"),
            (Side::Reader, "rr/a/addReply"),
            (Side::Reader, "rt/chatter"),
            (Side::Reader, "rq/Request"),
            (Side::Reader, "rq/"),
            (Side::Reader, ""),
        ] {
            assert_eq!(served(side, topic), None, "{topic}");
        }
        assert_eq!((requests("/a/add"), replies("/a/add")), ("rq/a/addRequest".into(), "rr/a/addReply".into()));
    }

    #[test]
    fn types_are_translated_both_ways() {
        let dds = "example_interfaces::srv::dds_::AddTwoInts_Request_";
        let ros = "example_interfaces/srv/AddTwoInts";
        assert_eq!(ros_type(dds).as_deref(), Some(ros));
        assert_eq!(dds_type(ros, "_Request"), dds);
        assert_eq!(dds_type("action_msgs/msg/GoalStatusArray", ""), "action_msgs::msg::dds_::GoalStatusArray_");
        for bad in ["", "::", "a::b::c::D_Request_", "a::srv::dds_::D_", "a::srv::dds_::D_Request_::x"] {
            assert_eq!(ros_type(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_namespace_is_cut_at_whole_names_only() {
        let robot = Namespace::new("/bot1");
        assert_eq!(robot.to_actors("/add"), "/bot1/add");
        assert_eq!(robot.to_ros("/bot1/add"), "/add");
        assert_eq!(robot.to_ros("/bot10/add"), "/bot10/add");
        let none = Namespace::new("/");
        assert_eq!((none.to_actors("/add").as_str(), none.to_ros("/add").as_str()), ("/add", "/add"));
    }
}

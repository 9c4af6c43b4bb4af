//! Names on the two sides of the bridge, and the topics of DDS that endpoints of ROS are made of.

use rosactor_transport::EndpointKind;

use crate::domain::Side;

/// The name on DDS of what has this name on Zenoh: the bridge's namespace is only there.
pub(crate) fn on_dds<'a>(namespace: &str, name: &'a str) -> &'a str {
    match name.strip_prefix(namespace.trim_end_matches('/')) {
        Some(rest) if rest.starts_with('/') => rest,
        _ => name,
    }
}

/// The name on Zenoh of what has this name on DDS.
pub(crate) fn on_zenoh(namespace: &str, name: &str) -> String {
    format!("{}{name}", namespace.trim_end_matches('/'))
}

/// The topics that an endpoint of a node consists of; `name` is the one that it has on DDS.
pub(crate) fn topics(kind: EndpointKind, name: &str) -> Vec<(Side, String)> {
    use Side::{Reader, Writer};
    let topic = |side, name: &str| (side, format!("rt{name}"));
    let request = |side, name: &str| (side, format!("rq{name}Request"));
    let reply = |side, name: &str| (side, format!("rr{name}Reply"));
    match kind {
        EndpointKind::Publisher => vec![topic(Writer, name)],
        EndpointKind::Subscriber => vec![topic(Reader, name)],
        EndpointKind::ServiceServer => vec![request(Reader, name), reply(Writer, name)],
        EndpointKind::ServiceClient => vec![request(Writer, name), reply(Reader, name)],
        EndpointKind::ActionServer => parts(EndpointKind::ServiceServer, EndpointKind::Publisher, name),
        EndpointKind::ActionClient => parts(EndpointKind::ServiceClient, EndpointKind::Subscriber, name),
    }
}

fn parts(service: EndpointKind, topic: EndpointKind, action: &str) -> Vec<(Side, String)> {
    let services = ["send_goal", "cancel_goal", "get_result"].map(|part| (service, part));
    let all = services.into_iter().chain(["feedback", "status"].map(|part| (topic, part)));
    all.flat_map(|(kind, part)| topics(kind, &format!("{action}/_action/{part}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_of_the_bridge_is_on_zenoh_only() {
        let table = [
            ("/", "/scan", "/scan"),
            ("/robot1", "/robot1/scan", "/scan"),
            ("/robot1", "/robot1/front/scan", "/front/scan"),
            ("/robot1", "/robot10/scan", "/robot10/scan"),
            ("/robot1", "/scan", "/scan"),
            ("/robot1", "/robot1", "/robot1"),
        ];
        for (namespace, zenoh, dds) in table {
            assert_eq!(on_dds(namespace, zenoh), dds, "{namespace} {zenoh}");
        }
        for (namespace, name) in [("/", "/scan"), ("/robot1", "/scan"), ("/a/b", "/c/d")] {
            assert_eq!(on_dds(namespace, &on_zenoh(namespace, name)), name);
        }
    }

    #[test]
    fn endpoints_are_made_of_the_topics_of_ros() {
        use Side::{Reader, Writer};
        let of = |kind, name: &str| topics(kind, name);
        let pair = |side, topic: &str| (side, topic.to_owned());
        assert_eq!(of(EndpointKind::Publisher, "/a/t"), [pair(Writer, "rt/a/t")]);
        assert_eq!(of(EndpointKind::Subscriber, "/a/t"), [pair(Reader, "rt/a/t")]);
        assert_eq!(of(EndpointKind::ServiceServer, "/s"), [pair(Reader, "rq/sRequest"), pair(Writer, "rr/sReply")]);
        assert_eq!(of(EndpointKind::ServiceClient, "/s"), [pair(Writer, "rq/sRequest"), pair(Reader, "rr/sReply")]);
        let action = of(EndpointKind::ActionServer, "/f");
        for part in [pair(Reader, "rq/f/_action/send_goalRequest"), pair(Writer, "rt/f/_action/status")] {
            assert!(action.contains(&part), "{part:?}");
        }
        let opposite: Vec<_> = of(EndpointKind::ActionClient, "/f");
        assert_eq!((action.len(), opposite.len()), (8, 8));
        assert!(action.iter().zip(opposite).all(|(one, other)| one.1 == other.1 && one.0 != other.0));
    }
}

//! The environment variables that the plugin and Cyclone DDS read, and how this process gets them.

use std::{env, io, os::unix::process::CommandExt, process::Command};

use rosactor_transport::bridge_config::{BridgeConfig, Discovery};

use crate::{error::BridgeError, source::Source};

/// Cyclone DDS takes a list of XML fragments here. The plugin puts one of its own in front.
const CYCLONEDDS_URI: &str = "CYCLONEDDS_URI";
/// The plugin reads the release once, from here only.
const ROS_DISTRO: &str = "ROS_DISTRO";

/// Replaces this process by itself, with the environment that `source` asks for. Returns only if that fails.
///
/// A variable cannot be set safely in a running process, and a wrapper would be a second process to stop and to
/// watch. Replacing keeps the process number, the standard streams and the parent.
pub(crate) fn restart_in_it(source: &Source) -> Result<(), BridgeError> {
    let inherited = env::var(CYCLONEDDS_URI).ok();
    let resolved = serde_json::to_string(&source.config).map_err(|error| BridgeError::Restart(error.into()))?;
    let mut command = Command::new(env::current_exe().map_err(BridgeError::Restart)?);
    command.arg("--resolved").arg(resolved);
    if source.parent_on_stdin {
        command.arg("--parent-on-stdin");
    }
    command.env(ROS_DISTRO, source.config.distro.as_str());
    command.env(CYCLONEDDS_URI, cyclone_uri(&source.config, inherited.as_deref()));
    let error: io::Error = command.exec();
    Err(BridgeError::Restart(error))
}

/// Cyclone's settings. The person's own come last, so that they win.
fn cyclone_uri(config: &BridgeConfig, inherited: Option<&str>) -> String {
    let inherited = inherited.filter(|uri| !uri.trim().is_empty());
    [settings(config)].into_iter().chain(inherited.map(str::to_owned)).collect::<Vec<_>>().join(",")
}

/// All of them, because they hold from the first participant on, and the plugin's, with its settings, is the second.
fn settings(config: &BridgeConfig) -> String {
    let general = general(config);
    let discovery = discovery(config);
    // Fast DDS takes the news that a participant or an endpoint is gone only with the hash of its key. A sample of a megabyte overflows
    // the buffers of sockets, and some of it has to be asked for again: Cyclone waits 100 ms before it asks, and as long before it says
    // what it has sent, which made 200 ms of a round trip that takes 10 (tests/BENCHMARKS.md).
    let internal = "<GenerateKeyhash>true</GenerateKeyhash><NackDelay>5ms</NackDelay>\
                    <HeartbeatInterval min=\"5ms\" minsched=\"5ms\" max=\"8s\">10ms</HeartbeatInterval>";
    // The type descriptions of Fast DDS 3 (from Kilted on) are none that Cyclone reads, and a writer whose description it
    // waits for would never be heard. The number is the vendor's.
    let compatibility = "<IgnoreTypeInformation>1.15</IgnoreTypeInformation>";
    format!(
        "<CycloneDDS><Domain><General>{general}</General><Discovery>{discovery}</Discovery>\
         <Internal>{internal}</Internal><Compatibility>{compatibility}</Compatibility></Domain></CycloneDDS>"
    )
}

fn general(config: &BridgeConfig) -> String {
    let mut xml = String::new();
    if config.discovery == Discovery::Localhost {
        // Without it Cyclone lives on the outside interface and drops what Fast DDS announces on loopback, so that
        // ROS nodes started after the bridge are never found. It would also be reachable from outside.
        xml += r#"<Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>"#;
        // As long as loopback takes them in one piece. On a network a datagram is lost with any of its pieces.
        xml += "<MaxMessageSize>65500B</MaxMessageSize><FragmentSize>63000B</FragmentSize>";
    }
    if !by_multicast(config) {
        xml += "<AllowMulticast>false</AllowMulticast>";
    }
    xml
}

/// Before Iron, ROS nodes find each other by multicast on loopback too.
fn by_multicast(config: &BridgeConfig) -> bool {
    match config.discovery {
        Discovery::Subnet => true,
        Discovery::Localhost => !config.distro.has_discovery_ranges(),
        Discovery::Peers(_) => false,
    }
}

/// Without multicast, programs find each other at the ports that belong to an index: one for each program of a host.
fn discovery(config: &BridgeConfig) -> String {
    let mut xml = String::new();
    if config.distro.has_discovery_ranges() || !by_multicast(config) {
        xml += "<ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>32</MaxAutoParticipantIndex>";
    }
    if !by_multicast(config) {
        xml += &peer_list(&config.discovery);
    }
    if matches!(config.discovery, Discovery::Peers(_)) {
        // As it stands, Cyclone knocks at a peer where nobody is for half a minute only, and hardly ever repeats it.
        xml += "<SPDPInterval>1s</SPDPInterval><InitialLocatorPruneDelay>inf</InitialLocatorPruneDelay>";
    }
    xml
}

fn peer_list(discovery: &Discovery) -> String {
    let named = if let Discovery::Peers(peers) = discovery { peers.as_slice() } else { &[] };
    let all = ["localhost"].into_iter().chain(named.iter().map(String::as_str));
    let list: String = all.map(|peer| format!(r#"<Peer address="{peer}"/>"#)).collect();
    format!("<Peers>{list}</Peers>")
}

#[cfg(test)]
mod tests {
    use rosactor_transport::bridge_config::Distro;

    use super::*;

    fn made(distro: Distro, discovery: Discovery) -> String {
        settings(&BridgeConfig { distro, discovery, ..BridgeConfig::default() })
    }

    #[test]
    fn localhost_stays_on_loopback_and_off_multicast() {
        let xml = made(Distro::Jazzy, Discovery::Localhost);
        assert!(xml.contains(r#"<NetworkInterface address="127.0.0.1"/>"#), "{xml}");
        assert!(xml.contains("<AllowMulticast>false<"), "{xml}");
        assert!(xml.contains(r#"<Peers><Peer address="localhost"/></Peers>"#), "{xml}");
        assert!(xml.contains("<FragmentSize>63000B<"), "{xml}");
        let humble = made(Distro::Humble, Discovery::Localhost);
        assert!(humble.contains("127.0.0.1") && !humble.contains("AllowMulticast"), "{humble}");
    }

    #[test]
    fn subnet_leaves_interfaces_and_multicast_to_cyclone() {
        for distro in Distro::ALL {
            let xml = made(distro, Discovery::Subnet);
            let own = ["AllowMulticast", "Peer ", "Interface ", "FragmentSize"];
            assert!(!own.iter().any(|own| xml.contains(own)), "{xml}");
        }
    }

    #[test]
    fn peers_are_asked_for_ever_and_are_not_alone() {
        for distro in Distro::ALL {
            let xml = made(distro, Discovery::Peers(vec!["10.0.0.2".to_owned(), "robot".to_owned()]));
            let list = r#"<Peer address="localhost"/><Peer address="10.0.0.2"/><Peer address="robot"/>"#;
            assert!(
                xml.contains(list) && xml.contains("PruneDelay>inf<") && xml.contains("<AllowMulticast>false<"),
                "{xml}"
            );
        }
    }

    #[test]
    fn the_persons_own_settings_come_last() {
        let config = BridgeConfig::default();
        let own = "<CycloneDDS/>";
        assert_eq!(cyclone_uri(&config, Some(own)), format!("{},{own}", settings(&config)));
        assert_eq!(cyclone_uri(&config, Some(" ")), settings(&config));
        assert_eq!(cyclone_uri(&config, None), settings(&config));
    }
}

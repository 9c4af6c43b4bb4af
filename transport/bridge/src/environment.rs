//! The environment variables that the plugin and Cyclone DDS read, and how this process gets them.

use std::{
    env, io,
    os::unix::process::CommandExt,
    process::Command,
};

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

/// What Cyclone DDS has to be told beside what the plugin tells it. The person's own settings come last, so that
/// they win.
fn cyclone_uri(config: &BridgeConfig, inherited: Option<&str>) -> String {
    let mut fragments = vec![settings(config)];
    fragments.extend(inherited.filter(|uri| !uri.trim().is_empty()).map(str::to_owned));
    fragments.join(",")
}

fn settings(config: &BridgeConfig) -> String {
    let mut general = String::new();
    let mut discovery = String::new();
    if config.discovery == Discovery::Localhost {
        // The plugin only turns multicast off. Cyclone then still lives on the outside interface and drops what
        // Fast DDS announces on loopback, so ROS nodes started after the bridge would never be found. It would also
        // be reachable from outside.
        general += r#"<Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>"#;
    }
    if let Discovery::Peers(peers) = &config.discovery {
        discovery += "<InitialLocatorPruneDelay>inf</InitialLocatorPruneDelay>";
        if !config.distro.has_discovery_ranges() {
            general += "<AllowMulticast>false</AllowMulticast>";
            discovery += &peer_list(peers);
        }
    }
    format!("<CycloneDDS><Domain><General>{general}</General><Discovery>{discovery}</Discovery></Domain></CycloneDDS>")
}

fn peer_list(peers: &[String]) -> String {
    let all = ["localhost"].into_iter().chain(peers.iter().map(String::as_str));
    let list: String = all.map(|peer| format!(r#"<Peer address="{peer}"/>"#)).collect();
    format!("<ParticipantIndex>auto</ParticipantIndex><Peers>{list}</Peers>")
}

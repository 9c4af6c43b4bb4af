//! The Zenoh side: one link to the deployment that this bridge belongs to.

use std::time::Duration;

use rosactor_transport::bridge_config::BridgeConfig;
use rosactor_transport::{link_health, security::zenoh_settings};
use serde_json::{Value, json};
use zenoh::{
    Config,
    internal::{
        plugins::PluginsManager,
        runtime::{Runtime, RuntimeBuilder},
    },
};

use crate::error::BridgeError;

/// Between two attempts to reach the deployment at the start. Short, because after a crash of the bridge all that
/// ROS nodes and actors have to say to each other waits for it.
const RETRY: Duration = Duration::from_millis(200);

/// Zenoh's configuration.
///
/// The bridge of a deployment is a client: whoever it connects to passes everything on to the rest of the network, so that it
/// needs no listening socket and no discovery of its own. One that others connect to is a router, which passes on, too.
pub(crate) fn config(ours: &BridgeConfig) -> Result<Config, BridgeError> {
    let mut config = Config::default();
    let mode = if ours.listen.is_empty() { "client" } else { "router" };
    let settings = [
        ("mode", json!(mode)),
        ("connect/endpoints", json!(ours.connect)),
        // Zero: each endpoint is tried once, in order. We repeat, because Zenoh would repeat the first for ever. After a lost link it repeats
        // all of them by itself.
        ("connect/timeout_ms", json!(0)),
        ("listen/endpoints", json!(ours.listen)),
        ("scouting/multicast/enabled", json!(false)),
        ("scouting/gossip/enabled", json!(false)),
        // The plugin does not look whether such memory is still valid when it has read it.
        ("transport/shared_memory/enabled", json!(false)),
        // Without timestamps the plugin cannot keep history for late joiners, and refuses such topics.
        ("timestamping/enabled", json!(true)),
    ];
    for (key, value) in settings.into_iter().chain(link_health::zenoh_settings()).chain(zenoh_settings(&ours.security)?)
    {
        insert(&mut config, key, &value)?;
    }
    Ok(config)
}

fn insert(config: &mut Config, key: &'static str, value: &Value) -> Result<(), BridgeError> {
    config.insert_json5(key, &value.to_string()).map_err(|error| BridgeError::ZenohSetting {
        key,
        value: value.to_string(),
        reason: error.to_string(),
    })
}

/// Makes the runtime that the plugin's session and ours share. It has no link yet.
pub(crate) async fn runtime(config: Config) -> Result<Runtime, BridgeError> {
    // Without this manager Zenoh would look for plugins in shared libraries.
    let no_plugins = PluginsManager::static_plugins_only();
    let builder = RuntimeBuilder::new(config).plugins_manager(no_plugins);
    builder.build().await.map_err(|error| BridgeError::Zenoh(error.to_string()))
}

/// Takes its endpoints, trying for ever: the deployment may not be there yet, and a port may still be taken by the bridge
/// before this one.
pub(crate) async fn connect(runtime: &mut Runtime, ours: &BridgeConfig) {
    let mut told = false;
    while let Err(error) = runtime.start().await {
        if !told {
            let missing = match (ours.connect.join(", "), ours.listen.join(", ")) {
                (connect, listen) if listen.is_empty() => format!("nothing answers at {connect} yet"),
                (connect, listen) if connect.is_empty() => format!("{listen} cannot be listened at yet"),
                (connect, listen) => format!("nothing answers at {connect} yet, or {listen} cannot be listened at"),
            };
            tracing::warn!("{missing} ({error}); trying on");
            told = true;
        }
        tokio::time::sleep(RETRY).await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn good_endpoints_are_taken_and_bad_ones_explained() {
        let endpoints = ["tcp/127.0.0.1:7447", "unixsock-stream//tmp/x"].map(str::to_owned).to_vec();
        let ours = BridgeConfig { connect: endpoints, ..BridgeConfig::default() };
        let zenoh = config(&ours).unwrap();
        assert_eq!(zenoh.get_json("mode").unwrap(), "\"client\"");
        assert!(zenoh.get_json("connect/endpoints").unwrap().contains("unixsock-stream//tmp/x"));
        let error = config(&BridgeConfig { connect: vec!["tcp".to_owned()], ..ours }).unwrap_err();
        assert!(error.to_string().starts_with("Zenoh does not accept `connect/endpoints`"), "{error}");
        assert_eq!(error.exit_code(), 2);
        let alone = BridgeConfig { listen: vec!["tcp/127.0.0.1:0".to_owned()], ..BridgeConfig::default() };
        assert_eq!(config(&alone).unwrap().get_json("mode").unwrap(), "\"router\"");
    }
}

//! What can go wrong, as sentences for the person who started the bridge.

use std::{io, path::PathBuf};

use rosactor_transport::bridge_config::BridgeConfigError;
use rosactor_transport::security::SecurityError;

/// Why the bridge did not start, or did not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BridgeError {
    /// The file is missing or cannot be read.
    #[error("the configuration {} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// Standard input ended, or its first line is not text.
    #[error("--config - expects the configuration as one line of JSON on standard input, but {found}")]
    NoLine { found: String },
    /// Not JSON, or not the right keys and types.
    #[error("{origin} is not a bridge configuration: {reason}")]
    NotAConfig { origin: String, reason: String },
    /// Values that cannot work. All of them, one a line.
    #[error("{origin} has {} wrong value(s):{}", problems.len(), listed(problems))]
    WrongValues { origin: String, problems: Vec<BridgeConfigError> },
    /// Nothing to connect to.
    #[error(
        "{origin}: no Zenoh endpoint; give one to connect to (`connect`, -e) or to be reached at (`listen`, -l), such as \
         `tcp/127.0.0.1:7447`"
    )]
    NoEndpoint { origin: String },
    /// Zenoh refuses an endpoint or another setting.
    #[error("Zenoh does not accept `{key}` = {value}: {reason}")]
    ZenohSetting { key: &'static str, value: String, reason: String },
    /// The bridge cannot prove who it is.
    #[error("{0}")]
    Security(#[from] SecurityError),
    /// The plugin refuses the settings made from the configuration.
    #[error("the ROS 2 plugin does not accept the configuration: {0}")]
    PluginSetting(serde_json::Error),
    /// The second step of the start failed.
    #[error("the bridge cannot start itself again with the environment that DDS needs: {0}")]
    Restart(io::Error),
    /// No threads.
    #[error("the bridge cannot start its threads: {0}")]
    Threads(io::Error),
    /// Signals cannot be received.
    #[error("the bridge cannot listen for the signals that stop it: {0}")]
    Signals(io::Error),
    /// Zenoh does not start.
    #[error("Zenoh does not start: {0}")]
    Zenoh(String),
    /// Cyclone DDS does not start, or has no room for another program.
    #[error(
        "DDS domain {domain} cannot be joined (Cyclone DDS returns {code}; its reason should be in the lines before \
         this one). Usual causes are a host without a network interface that fits, a mistake in the variable \
         CYCLONEDDS_URI, and more than 30 DDS programs in one domain"
    )]
    NoParticipant { domain: u32, code: i32 },
    /// Our own participant does not start.
    #[error(
        "DDS domain {domain} cannot be joined beside the ROS 2 plugin: {reason}. A usual cause is a host without a network \
         interface that fits"
    )]
    NoDomain { domain: u32, reason: String },
    /// The plugin did not come up in time.
    #[error("the ROS 2 plugin did not join DDS domain {domain} within {seconds} s")]
    NotJoined { domain: u32, seconds: u64 },
    /// The plugin returned, which it never does in good health.
    #[error("the ROS 2 plugin ended by itself; the reason should be in the lines before this one")]
    PluginEnded,
    /// Some thread panicked. What else works is then unknown, so the bridge ends and can be started afresh.
    #[error("the bridge failed with a panic {0}")]
    Panicked(String),
}

impl BridgeError {
    /// 2 for what the person can mend in the command or the configuration, 1 for the rest.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Unreadable { .. }
            | Self::NoLine { .. }
            | Self::NotAConfig { .. }
            | Self::WrongValues { .. }
            | Self::NoEndpoint { .. }
            | Self::ZenohSetting { .. }
            | Self::Security(_)
            | Self::PluginSetting(_) => 2,
            Self::Restart(_)
            | Self::Threads(_)
            | Self::Signals(_)
            | Self::Zenoh(_)
            | Self::NoParticipant { .. }
            | Self::NoDomain { .. }
            | Self::NotJoined { .. }
            | Self::PluginEnded
            | Self::Panicked(_) => 1,
        }
    }
}

fn listed(problems: &[BridgeConfigError]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

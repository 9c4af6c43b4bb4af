//! hiroz and ros2-client as peers of a measurement: programs in a workspace of their own, which are built on demand.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::namespace::Namespace;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/net/rust_peers");
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/net_peers");

/// They have been built.
pub(crate) struct RustPeers;

impl RustPeers {
    /// Builds them if the environment asks for it, or tells why there are none.
    pub(crate) fn build() -> Result<Self, String> {
        if env::var("NET_PEERS").as_deref() != Ok("1") {
            return Err("with NET_PEERS=1 they are built, which takes some minutes, and take part".to_owned());
        }
        println!("building hiroz and ros2-client in {TARGET}; the first time takes some minutes\n");
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--locked", "--release", "--quiet", "--target-dir", TARGET]).current_dir(FOLDER);
        let status = cargo.status().map_err(|error| format!("no cargo: {error}"))?;
        if status.success() { Ok(Self) } else { Err("they could not be built".to_owned()) }
    }

    /// It listens and connects on loopback only.
    pub(crate) fn hiroz(&self) -> Command {
        let mut command = Command::new(program("hiroz_peer"));
        // They would change its settings.
        for variable in ["ZENOH_CONFIG_OVERRIDE", "ZENOH_SESSION_CONFIG_URI"] {
            command.env_remove(variable);
        }
        command
    }

    /// It speaks DDS.
    pub(crate) fn ros2_client(&self, namespace: &Namespace) -> Command {
        namespace.command(&program("ros2_client_peer"))
    }
}

fn program(name: &str) -> PathBuf {
    Path::new(TARGET).join("release").join(name)
}

//! The bridge to a DDS graph, as a child process: a panic or crash in it must not reach the actors.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use rosactor_transport::bridge_config::BridgeConfig;
use rosactor_transport::security::Security;

use super::LaunchError;
use super::program::Program;
use crate::deployment::RestartPolicy;

const PROGRAM: &str = "rosactor-bridge";

/// Only this machine reaches what listens there.
pub(super) const LOOPBACK: &str = "/127.0.0.1:";

/// The exit code by which the bridge refuses its configuration.
const WRONG_CONFIG: i32 = 2;

/// Finds the bridge's program: named in the environment variable `ROSACTOR_BRIDGE`, beside this program, or on the PATH.
///
/// # Errors
///
/// It is nowhere.
pub fn find_program() -> Result<PathBuf, LaunchError> {
    let named = env::var_os("ROSACTOR_BRIDGE").map(PathBuf::from);
    let own = env::current_exe().unwrap_or_default();
    // The programs of tests lie one folder below the others.
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join(PROGRAM));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join(PROGRAM));
    named
        .into_iter()
        .chain(beside)
        .chain(on_path)
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| LaunchError::NoBridgeProgram { beside: own.parent().unwrap_or(Path::new(".")).to_owned() })
}

/// The bridge as a supervised program that connects to these endpoints, as the host whose bridge it is.
pub(crate) fn program(path: PathBuf, config: &BridgeConfig, connect: &[String], security: &Security) -> Program {
    let mut connect = connect.to_vec();
    // First the addresses that any certificate of `rosactor keys` has; the others stay in their order.
    connect.sort_by_key(|endpoint| !endpoint.contains(LOOPBACK));
    let config = BridgeConfig { connect, security: security.clone(), ..config.clone() };
    // Every field is a plain value, which JSON always holds.
    let json = serde_json::to_string(&config).unwrap_or_default();
    Program {
        name: "bridge".to_owned(),
        command: vec![path.into_os_string(), "--config".into(), "-".into()],
        env: BTreeMap::new(),
        cwd: None,
        restart: RestartPolicy::Always,
        stdin: Some(json + "\n"),
        hopeless: Some(WRONG_CONFIG),
    }
}

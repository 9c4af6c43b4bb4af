//! Why a deployment does not start.

use std::path::PathBuf;

use rosactor_transport::OpenError;
use rosactor_transport::security::SecurityError;

use crate::deployment::Diagnostics;

/// Why a deployment does not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The file has mistakes, or an actor's `setup` refused. Nothing was started.
    #[error("{0}")]
    File(#[from] Diagnostics),
    /// The transport could not be opened.
    #[error("{0}")]
    Transport(#[from] OpenError),
    /// This host cannot prove who it is.
    #[error("{0}")]
    Security(#[from] SecurityError),
    /// This host has the certificate of another one.
    #[error("{} is the certificate of `{name}`, but this is the host `{here}`; `rosactor keys` makes one for each host", path.display())]
    OtherHost {
        /// The file of the certificate.
        path: PathBuf,
        /// Its common name.
        name: String,
        /// The host whose part is to run.
        here: String,
    },
    /// What an actor of another host may do here is not known.
    #[error("what {actor} may do cannot be generated (`access: generate`): {reason}")]
    Access {
        /// The actor's name.
        actor: String,
        /// What is wrong.
        reason: String,
    },
    /// An actor's endpoints could not be opened.
    #[error("{actor} cannot be connected: {reason}")]
    Connect {
        /// The actor's name.
        actor: String,
        /// The endpoint and what is wrong with it.
        reason: String,
    },
    /// A bridge is asked for, but its program is not there.
    #[error(
        "the bridge's program `rosactor-bridge` was found neither beside {} nor on the PATH; build it \
         with `cargo build --release --workspace` (it needs cmake and libclang), or name it in ROSACTOR_BRIDGE",
        beside.display()
    )]
    NoBridgeProgram {
        /// This program's own path.
        beside: PathBuf,
    },
    /// Something cannot be on virtual time.
    #[error("{what} runs in real time, so it cannot be in a test rig; deploy the actors without it")]
    RealTime {
        /// What it is.
        what: String,
    },
    /// The threads of the actors could not be started.
    #[error("the actors' threads cannot be started: {0}")]
    Threads(String),
}

//! Where the log goes: standard error, at the level that `RUST_LOG` asks for.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// The plugin tells every route and every ROS node at `info`, which would hide our own few lines.
const DEFAULT: &str = "warn,rosactor_bridge=info";

/// Installs the subscriber of this process. The plugin's own attempt to install one then does nothing.
pub(crate) fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).init();
}

//! Where the log goes: standard error, at the level that `RUST_LOG` asks for.

use std::{
    io::{self, IsTerminal},
    sync::atomic::{AtomicBool, Ordering},
};

use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, dynamic_filter_fn},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// The plugin tells every route and every ROS node at `info`, which would hide our own few lines, Zenoh warns of each
/// attempt to connect, and RustDDS of each packet that it has nobody to send to.
const DEFAULT: &str = "warn,rosactor_bridge=info,rustdds=error,zenoh::net::runtime::orchestrator=error";

static ONLY_OURS: AtomicBool = AtomicBool::new(false);

/// Installs the subscriber of this process. The plugin's own attempt to install one then does nothing.
pub(crate) fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let heard = dynamic_filter_fn(|metadata, _| {
        !ONLY_OURS.load(Ordering::Relaxed) || metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
    });
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines.with_filter(filter.and(heard))).init();
}

/// From now on only our own lines. While the bridge leaves DDS, the plugin complains of every message that comes in.
pub(crate) fn only_ours() {
    ONLY_OURS.store(true, Ordering::Relaxed);
}

//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Joins a DDS domain to a Zenoh network, so that ROS 2 nodes and actors exchange topics.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// The configuration, a JSON object. `-` reads it from the first line of standard input, and the bridge then
    /// stops when standard input ends.
    #[arg(long, value_name = "FILE", required_unless_present = "resolved")]
    pub(crate) config: Option<PathBuf>,

    /// The checked configuration, as the program gives it to itself in the second of its two steps.
    #[arg(long, hide = true, value_name = "JSON")]
    pub(crate) resolved: Option<String>,

    /// Standard input is a parent's pipe, whose end is the order to stop.
    #[arg(long, hide = true, requires = "resolved")]
    pub(crate) parent_on_stdin: bool,
}

impl Args {
    /// Whether the configuration comes from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.config.as_deref().is_some_and(|path| path.as_os_str() == "-")
    }
}

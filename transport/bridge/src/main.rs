//! `rosactor-bridge`: joins one DDS domain to the Zenoh network of a deployment, so that ROS 2 nodes and actors
//! exchange topics.
//!
//! It is a program of its own because zenoh-plugin-ros2dds, which does the bridging, reads settings that hold for a
//! whole process, cannot be stopped from inside, and can be ended by a panic of its own or in the C code below it.
//! `rosactor run` starts and supervises it; by hand it runs as `rosactor bridge`.
//!
//! As `rosactor-bridge doctor` it asks the bridges of a network how they are instead.
//!
//! Exit codes: 0 stopped as asked, 1 the bridge failed, 2 bad usage or a wrong configuration.

mod allowed;
mod args;
mod dds;
mod doctor;
mod domain;
mod environment;
mod error;
mod exit;
mod gateway;
mod log;
mod nodes;
mod plugin;
mod raw;
mod report;
mod run;
mod source;
mod stop;
mod zenoh_side;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Args, error::BridgeError};

fn main() -> ExitCode {
    log::init();
    if std::env::args_os().nth(1).is_some_and(|verb| verb == "doctor") {
        return doctor::doctor();
    }
    match bridge(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}

fn bridge(args: &Args) -> Result<(), BridgeError> {
    match args.resolved.as_deref() {
        None => environment::restart_in_it(&source::read(args)?),
        Some(text) => run::run(&source::read_resolved(text)?, args.parent_on_stdin),
    }
}

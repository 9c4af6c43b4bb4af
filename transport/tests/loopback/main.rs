//! The transport between processes, played by two hubs that are joined over TCP on this machine, and by raw Zenoh
//! sessions.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actions;
mod graph;
mod hosts;
mod links;
mod services;
mod support;
mod threads;
mod tokens;
mod topics;

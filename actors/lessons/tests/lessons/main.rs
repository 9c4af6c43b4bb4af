//! The lessons in running deployments: what goes in and out of their mailboxes, and what they report.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod async_processing;
mod concurrency_demo;
mod data_processing;
mod deployment_files;
mod fibonacci;
mod math;
mod panics;
mod probes;
mod sensor_processing;
mod simulated_robot;
mod support;

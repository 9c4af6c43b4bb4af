//! What the tests that cross crates share: network namespaces, real ROS 2 peers, and the project's own programs.
//!
//! Everything here fails with a panic whose sentence says what is missing: a test that cannot run must not pass.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod command;
pub mod live;
pub mod netns;
pub mod process;
pub mod ros;
pub mod run;
pub mod weak_cable;

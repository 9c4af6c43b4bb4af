//! The shipped types against real ROS 2, Jazzy and Kilted: type hashes, and bytes both ways through rclpy.
//!
//! `tests/ros/setup` makes the two environments. Where one is missing these tests fail.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::print_stdout, reason = "the counts are part of the result")]

mod bytes;
mod hashes;
mod ours;
mod ros;

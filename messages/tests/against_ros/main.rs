//! The shipped types against real ROS 2, Jazzy and Kilted: type hashes, and bytes both ways through rclpy.
//!
//! `tests/ros/setup` makes the two environments. Where one is missing these tests fail.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::print_stdout, reason = "the counts are part of the result")]

/// Says how much was compared, past the capture of tests' output: a comparison of nothing would be green as well.
macro_rules! tell {
    ($($text:tt)*) => {{
        let text = format!($($text)*);
        std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes()).unwrap();
    }};
}

mod bytes;
mod hashes;
mod ours;
mod ros;

//! Actors are full citizens of a ROS 2 graph: what ROS nodes can do with each other they can do with actors, both ways, and it keeps
//! going under load and when the bridge dies. Every check compares content.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod actions;
mod doctor;
mod hardship;
mod load;
mod matrix;
mod nodes;
mod place;
mod services;
mod topics;

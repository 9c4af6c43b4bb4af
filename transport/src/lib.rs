//! Placeholder.

pub mod bridge_config;

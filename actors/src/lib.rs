//! Placeholder.
pub mod deployment;

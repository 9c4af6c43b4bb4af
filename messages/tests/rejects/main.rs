//! Payloads that must be refused and values that must not be written, each with its error; and what refusing costs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod hand_written;
mod memory;
mod notation;
mod payloads;
mod values;

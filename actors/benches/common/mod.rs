//! What several benchmarks need.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub(crate) mod probe;
pub(crate) mod results;

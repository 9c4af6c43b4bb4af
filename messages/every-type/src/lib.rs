//! Every type of the shipped packages and of `test_msgs`, as data: for tests of laws that hold for all of them.
//!
//! What is done with the types is written once, not once for each, because the compiler's time for hundreds of copies is
//! longer than the tests'.
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, clippy::expect_used, reason = "tests stop where they fail")]

pub mod fuzz;
mod maker;
mod types;

pub use maker::{Source, make};
pub use types::{Decoded, Type, Value, all};

include!(concat!(env!("OUT_DIR"), "/interfaces.rs"));

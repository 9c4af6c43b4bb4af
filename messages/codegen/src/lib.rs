//! Reads ROS 2 interface definitions and writes Rust.
//!
//! A build script names folders of packages; see [`Generator`]. The code it writes stands on `rosactor-messages` and
//! refers to its packages instead of writing them again. Mistakes in definitions come back together, each with file,
//! line and column.
//!
//! Definitions that a program meets only while it runs are texts in a [`Library`].

mod ament;
mod cycles;
mod describe;
mod discover;
mod error;
mod generator;
mod hash;
mod hidden;
mod hints;
mod library;
mod load;
mod manifest;
mod model;
mod packages;
mod parse;
mod resolve;
mod write;

pub use describe::layout::LONGEST_RUN;
pub use error::{Error, Errors, Problem};
pub use generator::Generator;
pub use library::{Described, DescribedField, Library, hashes};
pub use model::Position;

//! What the fuzz targets do with an input, so that a plain test can do it again with every input that was kept.
//!
//! Each function panics if a law does not hold.

mod cdr;
mod definition;
mod dynamic;
mod generator;
mod package;

pub use cdr::cdr;
pub use definition::definition;
pub use dynamic::{dynamic, every_dynamic};
pub use generator::generator;

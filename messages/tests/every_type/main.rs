//! What holds for every type of the shipped packages and of `test_msgs`. One program, because making each type from random
//! numbers and writing it by the `cdr` crate takes the compiler a while.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod laws;
mod vectors;

//! Messages of types that are known at run time: what holds for every type, and what each part does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod building;
mod hostile;
mod laws;
mod paths;
mod printing;
mod texts;

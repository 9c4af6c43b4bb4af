//! One short program per idea. Each is a file beside `Cargo.toml` and has a deployment file in `configs/`:
//!
//! - `safety_stop`: a topic in, a topic out, a timer
//! - `add_two_ints`: a service and its client; the client finishes when it has its answer
//!
//! ```sh
//! cargo run --release -p rosactor-examples --example safety_stop -- run configs/safety_stop.yaml
//! ```

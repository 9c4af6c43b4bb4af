//! Prints every type of every shipped package with its RIHS01 hash, those included that ROS derives from services and actions.
//!
//! ```text
//! cargo run -p rosactor-messages --example type_hashes
//! ```
#![allow(clippy::print_stdout, reason = "this is a program")]

fn main() {
    for package in rosactor_messages::PACKAGES {
        for interface in package.types {
            println!("{} {}", interface.name, interface.hash);
            for derived in interface.derived() {
                println!("{} {}", derived.name, derived.hash);
            }
        }
    }
}

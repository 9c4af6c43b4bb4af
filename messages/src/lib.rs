//! ROS 2 interfaces as plain Rust data, and their bytes.
//!
//! Every message, service and action of the packages below is a struct with public fields. [`Message::encode`] and
//! [`Message::decode`] turn it into the bytes that ROS 2 puts on the wire, and back. No ROS installation is needed.
//!
//! ```
//! use rosactor_messages::{
//!     Message,
//!     geometry_msgs::{Twist, Vector3},
//! };
//!
//! let forward = Twist { linear: Vector3 { x: 0.5, ..Default::default() }, ..Default::default() };
//! let bytes = forward.encode()?;
//! assert_eq!(bytes.len(), 4 + 6 * 8);
//! assert_eq!(Twist::decode(&bytes)?, forward);
//! assert_eq!(Twist::TYPE_NAME, "geometry_msgs/msg/Twist");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A service `AddTwoInts` is a marker type with [`Service`] beside its `AddTwoIntsRequest` and `AddTwoIntsResponse`; an
//! action `Fibonacci` one with [`Action`] beside `FibonacciGoal`, `FibonacciResult` and `FibonacciFeedback`.
//!
//! [`dynamic`] has messages of types that a program meets only while it runs.
//!
//! Types of your own packages are written by `rosactor-codegen` in your build script; [`Message`] says how to write one by hand.

#[cfg(target_endian = "big")]
compile_error!(
    "rosactor-messages copies numbers as they lie in memory, so it needs a little-endian machine, as ROS 2 itself does"
);

// Generated code names this crate by its name, here as in a user's crate.
extern crate self as rosactor_messages;

pub mod action_wire;
pub mod cdr;
mod description;
pub mod dynamic;
mod error;
mod loan;
mod message;
mod octets;
mod payload;
#[doc(hidden)]
pub mod serde_arrays;
pub mod serde_cdr;
mod time;

pub use crate::cdr::Cdr;
pub use description::{FieldDescription, Package, TypeDescription};
pub use error::{DecodeError, EncodeError, OverBound};
pub use loan::{Lend, LoanedOctets};
pub use message::{Action, ActionGoal, Message, Service, ServiceRequest, TypeInfo};
pub use octets::{Edit, Octet, Octets};
pub use payload::Payload;
#[doc(hidden)]
pub use {bytes, serde};

include!(concat!(env!("OUT_DIR"), "/interfaces.rs"));

//! Messages of types that are known only while the program runs: for tools, recorders and bridges.
//!
//! A [`Type`] comes from [`Types`], which knows the shipped types and learns others from their definitions; from the
//! description that a peer sends ([`Type::from_description`]); or from a Rust type ([`Type::of`]). It decodes and
//! builds a [`Message`], whose fields are reached by their paths, which prints as `ros2 topic echo` does, and which any
//! format of serde can write.
//!
//! ```
//! use rosactor_messages::dynamic::Types;
//!
//! let mut types = Types::new();
//! types.add_definition("my_robot/msg/Wheels", "std_msgs/Header header\nfloat32[2] speeds\nstring mode idle\n")?;
//! let wheels = types.get("my_robot/msg/Wheels")?;
//!
//! let mut message = wheels.deserialize(&mut serde_json::Deserializer::from_str(r#"{"speeds": [0.5, 1]}"#))?;
//! message.set("header.frame_id", "base")?;
//! assert_eq!(message.get("speeds[1]")?.as_f64(), Some(1.0));
//!
//! let bytes = message.encode()?;
//! assert_eq!(wheels.decode(&bytes)?, message);
//! assert!(message.to_string().ends_with("speeds:\n- 0.5\n- 1.0\nmode: idle"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Bytes are read and written with the strictness and the errors of the types that are known at compile time. Numbers
//! stay in vectors of their own type, so that a message takes about as much memory as its bytes. Where a sequence of
//! small messages takes more, it is at most [`MOST_MEMORY`] times as much: a type for which it would be more is
//! refused.

mod convert;
mod decode;
mod defaults;
mod deserialize;
mod encode;
mod error;
mod fit;
mod kind;
mod layout;
mod make;
mod message;
mod near;
mod number;
mod path;
mod ros2msg;
mod serialize;
mod shipped;
mod text;
mod types;
mod value;
mod yaml;

pub use deserialize::Seed;
pub use error::{ConvertError, PathError, SetError, TypeError};
pub use kind::{Arity, Field, Kind};
pub use layout::MOST_MEMORY;
pub use message::Message;
pub use serialize::Lossless;
pub use types::{Type, Types};
pub use value::Value;
pub use yaml::Yaml;

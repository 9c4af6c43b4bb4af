//! Messages from JSON, YAML and other formats that tell what they hold.

mod context;
mod expect;
mod list;
mod scalar;
mod structure;

use std::sync::Arc;

use serde::{Deserializer, de::DeserializeSeed};

use self::{context::Context, structure::OfMessage};
use super::{Message, Type};
use crate::builtin_interfaces::Time;

/// Builds a message of a type from any format that tells what it holds. It reads what `ros2 topic pub` does, and what
/// [`Message`] writes to the format.
///
/// - Fields that are left out have the defaults of the definition. A field that the type does not have is a mistake.
/// - A whole number may be written as a float (`2.0`), a bool as 0 or 1, or as `yes`, `no`, `on` and `off`.
/// - A float may be a word: `NaN`, `.nan`, `inf`, `-Infinity` and so on. `null` is NaN, because that is what JSON's
///   writers make of it.
/// - Bytes are a list of numbers, or `!!binary` in YAML. A `byte` may be the character that ROS prints for it. Base64
///   in a JSON string is not accepted, as ROS does not do so either.
/// - A `std_msgs/msg/Header` may be `auto` and a `builtin_interfaces/msg/Time` `now`, if [`now`](Self::now) says what
///   that is.
///
/// A reader of YAML should leave to the type what `n` and `.inf` are: serde-saphyr
/// is best told `strict_booleans: true` and `non_finite_float_policy: NonFiniteFloatPolicy::PassThrough`.
///
/// Mistakes name the path, what was expected and what was found, such as
/// `pose.position.x: expected a number for float64, found a string "fast"`.
#[derive(Clone, Debug)]
pub struct Seed<'a> {
    ty: &'a Arc<Type>,
    now: Option<Time>,
}

impl<'a> Seed<'a> {
    /// A message of this type.
    #[must_use]
    pub fn new(ty: &'a Arc<Type>) -> Self {
        Self { ty, now: None }
    }

    /// What `now` and `auto` stand for.
    #[must_use]
    pub fn now(self, now: Time) -> Self {
        Self { now: Some(now), ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Message;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Message, D::Error> {
        let context = Context::new(self.ty, self.now);
        OfMessage { context: &context, ty: self.ty }.deserialize(deserializer)
    }
}

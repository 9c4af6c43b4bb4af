//! The table of types.

use std::any::Any;

use rosactor_messages::{
    Action, Cdr, DecodeError, EncodeError, Message, TypeDescription, action_tutorials_interfaces,
    action_wire::{FeedbackMessage, GetResultRequest, GetResultResponse, SendGoalRequest, SendGoalResponse},
    bytes::Bytes,
    example_interfaces, serde_cdr, tf2_msgs,
};

use crate::{
    maker::{Source, make},
    test_msgs,
};

include!(concat!(env!("OUT_DIR"), "/every_type.rs"));

/// A value of some type.
pub trait Value: std::fmt::Debug {
    /// The value itself.
    fn as_any(&self) -> &dyn Any;
    /// Whether the other is of the same type and equal.
    fn equals(&self, other: &dyn Value) -> bool;
    /// Its bytes, by its own code.
    ///
    /// # Errors
    /// It breaks a bound of its definition.
    fn encode(&self) -> Result<Vec<u8>, EncodeError>;
    /// The same bytes, by the way on which long byte sequences are lent.
    ///
    /// # Errors
    /// It breaks a bound of its definition.
    fn encode_scattered(&self) -> Result<Bytes, EncodeError>;
    /// The size of its body.
    fn end(&self) -> usize;
    /// Its bytes, by serde and the `cdr` crate.
    ///
    /// # Errors
    /// The crate cannot write it.
    fn encode_by_the_cdr_crate(&self) -> Result<Vec<u8>, EncodeError>;
    /// The same with the most significant byte of each number first.
    fn encode_big_endian_by_the_cdr_crate(&self) -> Vec<u8>;
    /// The value as JSON.
    fn to_json(&self) -> String;
}

impl<T: Message + Cdr> Value for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn Value) -> bool {
        other.as_any().downcast_ref::<T>() == Some(self)
    }

    fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        Message::encode(self)
    }

    fn encode_scattered(&self) -> Result<Bytes, EncodeError> {
        Message::encode_scattered(self).map(|payload| payload.contiguous())
    }

    fn end(&self) -> usize {
        Cdr::end(self, 0)
    }

    fn encode_by_the_cdr_crate(&self) -> Result<Vec<u8>, EncodeError> {
        serde_cdr::encode(self)
    }

    fn encode_big_endian_by_the_cdr_crate(&self) -> Vec<u8> {
        ::cdr::serialize::<_, _, ::cdr::CdrBe>(self, ::cdr::Infinite).unwrap()
    }

    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}

/// What came of reading bytes.
pub type Decoded = Result<Box<dyn Value>, DecodeError>;

/// A type.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// The name as ROS writes it.
    pub name: &'static str,
    /// Its fields; none for the wire types of actions.
    pub description: &'static TypeDescription,
    /// The fewest bytes of its body.
    pub min_size: usize,
    /// Makes a value.
    pub make: fn(&mut Source) -> Box<dyn Value>,
    /// Makes the default value.
    pub default: fn() -> Box<dyn Value>,
    /// The size of a value in memory, without what it points to.
    pub size: usize,
    /// Reads a value.
    pub decode: fn(&[u8]) -> Decoded,
    /// Reads a value that shares the payload's memory.
    pub decode_shared: fn(&Bytes) -> Decoded,
    /// Reads a value by serde.
    pub decode_by_serde: fn(&[u8]) -> Decoded,
    /// Reads a value from JSON.
    pub from_json: fn(&str) -> serde_json::Result<Box<dyn Value>>,
}

impl Type {
    fn of<T: Message + Cdr>() -> Self {
        Self {
            name: T::TYPE_NAME,
            description: T::DESCRIPTION,
            min_size: T::MIN_SIZE,
            make: |source| Box::new(make::<T>(source)),
            default: || Box::new(T::default()),
            size: size_of::<T>(),
            decode: |bytes| Ok(Box::new(T::decode(bytes)?)),
            decode_shared: |payload| Ok(Box::new(T::decode_shared(payload)?)),
            decode_by_serde: |bytes| Ok(Box::new(serde_cdr::decode::<T>(bytes)?)),
            from_json: |text| Ok(Box::new(serde_json::from_str::<T>(text)?)),
        }
    }
}

/// What goes over the wire for an action. Two of these are the same for all actions, and have a name for each.
fn wire_types<A: Action>() -> Vec<Type> {
    vec![
        Type::of::<SendGoalRequest<A>>(),
        Type { name: A::SEND_GOAL_RESPONSE.name, ..Type::of::<SendGoalResponse>() },
        Type { name: A::GET_RESULT_REQUEST.name, ..Type::of::<GetResultRequest>() },
        Type::of::<GetResultResponse<A>>(),
        Type::of::<FeedbackMessage<A>>(),
    ]
}

/// All of them.
#[must_use]
pub fn all() -> Vec<Type> {
    let mut types = [
        wire_types::<action_tutorials_interfaces::Fibonacci>(),
        wire_types::<example_interfaces::Fibonacci>(),
        wire_types::<tf2_msgs::LookupTransform>(),
        wire_types::<test_msgs::Fibonacci>(),
        wire_types::<test_msgs::NestedMessage>(),
    ]
    .concat();
    macro_rules! push {
        ($kind:ty) => {
            types.push(Type::of::<$kind>());
        };
    }
    every_type!(push);
    types
}

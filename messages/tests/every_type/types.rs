//! Every type of the shipped packages and of `test_msgs`, as data. What is done with them is written once, not once for each
//! type, because the compiler's time for 300 copies is longer than the tests'.

use std::any::Any;

use rosactor_messages::{
    Cdr, DecodeError, EncodeError, Message,
    action_wire::{FeedbackMessage, GetResultResponse, SendGoalRequest},
    serde_cdr,
};

use crate::maker::{Source, make};

include!(concat!(env!("OUT_DIR"), "/test_interfaces.rs"));

include!(concat!(env!("OUT_DIR"), "/every_type.rs"));

/// A value of some type.
pub(crate) trait Value: std::fmt::Debug {
    fn as_any(&self) -> &dyn Any;
    fn equals(&self, other: &dyn Value) -> bool;
    fn encode(&self) -> Result<Vec<u8>, EncodeError>;
    fn end(&self) -> usize;
    fn encode_by_the_cdr_crate(&self) -> Result<Vec<u8>, EncodeError>;
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

    fn end(&self) -> usize {
        Cdr::end(self, 0)
    }

    fn encode_by_the_cdr_crate(&self) -> Result<Vec<u8>, EncodeError> {
        serde_cdr::encode(self)
    }
}

/// What came of reading bytes.
pub(crate) type Decoded = Result<Box<dyn Value>, DecodeError>;

/// A type.
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) min_size: usize,
    pub(crate) make: fn(&mut Source) -> Box<dyn Value>,
    pub(crate) default: fn() -> Box<dyn Value>,
    pub(crate) decode: fn(&[u8]) -> Decoded,
}

impl Type {
    fn of<T: Message + Cdr>() -> Self {
        Self {
            name: T::TYPE_NAME,
            min_size: T::MIN_SIZE,
            make: |source| Box::new(make::<T>(source)),
            default: || Box::new(T::default()),
            decode: |bytes| Ok(Box::new(T::decode(bytes)?)),
        }
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Type> {
    let mut types = vec![
        Type::of::<SendGoalRequest<test_msgs::Fibonacci>>(),
        Type::of::<GetResultResponse<test_msgs::Fibonacci>>(),
        Type::of::<FeedbackMessage<test_msgs::Fibonacci>>(),
        Type::of::<SendGoalRequest<test_msgs::NestedMessage>>(),
        Type::of::<GetResultResponse<test_msgs::NestedMessage>>(),
        Type::of::<FeedbackMessage<test_msgs::NestedMessage>>(),
    ];
    macro_rules! push {
        ($kind:ty) => {
            types.push(Type::of::<$kind>());
        };
    }
    every_type!(push);
    types
}

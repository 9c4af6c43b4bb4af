//! Messages of Rust types to and from messages of types known at run time, by way of their bytes.

use super::{ConvertError, Message, Type};

impl Message {
    /// A message of a Rust type, with its fields at hand.
    ///
    /// # Errors
    /// The Rust type is written by hand, or the value breaks a bound of its definition.
    pub fn from_static<M: crate::Message>(message: &M) -> Result<Self, ConvertError> {
        let ty = Type::of::<M>()?;
        Ok(ty.decode(&message.encode()?)?)
    }

    /// The message as a Rust type.
    ///
    /// # Errors
    /// It is of another type, by name or hash.
    pub fn to_static<M: crate::Message>(&self) -> Result<M, ConvertError> {
        if (self.ty.name(), self.ty.hash()) != (M::TYPE_NAME, M::TYPE_HASH) {
            let text = |name: &str, hash: &str| format!("{name} ({hash})");
            let (expected, found) = (text(M::TYPE_NAME, M::TYPE_HASH), text(self.ty.name(), self.ty.hash()));
            return Err(ConvertError::OtherType { expected, found });
        }
        Ok(M::decode(&self.encode()?)?)
    }
}

//! Messages and their fields.

use std::{marker::PhantomData, sync::Arc};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess},
};

use super::{
    context::{Context, Step},
    expect::{Expect, Only, string},
    list::OfList,
    scalar::{OfBool, OfNumber, OfText},
};
use crate::{
    builtin_interfaces::Time,
    dynamic::{
        Field, Kind, Message, SetError, Type, Value,
        near::{self, hint},
        number::{Number, with_number},
    },
};

/// The name that ROS lets stand for a header with the time of now.
const HEADER: &str = "std_msgs/msg/Header";

/// The name that ROS lets stand for the time of now.
const TIME: &str = "builtin_interfaces/msg/Time";

/// A message.
pub(super) struct OfMessage<'c, 't> {
    pub(super) context: &'c Context<'t>,
    pub(super) ty: &'t Arc<Type>,
}

impl<'de> DeserializeSeed<'de> for OfMessage<'_, '_> {
    type Value = Message;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Message, D::Error> {
        deserializer.deserialize_any(Only(self))
    }
}

impl<'de> Expect<'de> for OfMessage<'_, '_> {
    type Value = Message;

    fn path(&self) -> String {
        self.context.path()
    }

    fn expected(&self) -> String {
        format!("a map of fields for {}", self.ty.name())
    }

    fn text<E: Error>(self, value: &str) -> Result<Message, E> {
        let prefix = match (self.ty.name(), value) {
            (TIME, "now") => "",
            (HEADER, "auto") => "stamp.",
            _ => return self.refuse(&string(value)),
        };
        let Some(now) = &self.context.now else {
            return self.refuse(&format!("{} where it is not known what time it is", string(value)));
        };
        stamped(self.ty, prefix, now).or_else(|error| self.refuse(&format!("{} ({error})", string(value))))
    }

    fn map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message, A::Error> {
        let mut found: Vec<Option<Value>> = vec![None; self.ty.fields.len()];
        while let Some(name) = map.next_key::<String>()? {
            let (Some(field), Some(place)) =
                (self.ty.field(&name), self.ty.place(&name).and_then(|place| found.get_mut(place)))
            else {
                return self.unknown(&name);
            };
            if place.is_some() {
                return self.refuse(&format!("the field {name} twice"));
            }
            *place =
                Some(self.context.within(Step::Field(&field.name), || {
                    map.next_value_seed(OfField { context: self.context, field })
                })?);
        }
        let values = self.ty.fields.iter().zip(found);
        let fields = values.map(|(field, value)| value.unwrap_or_else(|| field.default_value())).collect();
        Ok(Message { ty: Arc::clone(self.ty), fields })
    }
}

impl OfMessage<'_, '_> {
    fn unknown<E: Error>(&self, name: &str) -> Result<Message, E> {
        let names = || self.ty.fields.iter().map(|field| field.name.as_str());
        let expected = if self.ty.fields.is_empty() {
            format!("no fields for {}", self.ty.name())
        } else {
            format!("fields of {} ({})", self.ty.name(), names().collect::<Vec<_>>().join(", "))
        };
        let found = format!("the field {name:?}{}", hint(&near::names(name, names())));
        Err(self.context.error(&expected, &found))
    }
}

/// A message with a time in it, and defaults elsewhere.
fn stamped(ty: &Arc<Type>, prefix: &str, now: &Time) -> Result<Message, SetError> {
    let mut message = ty.default_message();
    message.set(&format!("{prefix}sec"), now.sec)?;
    message.set(&format!("{prefix}nanosec"), now.nanosec)?;
    Ok(message)
}

/// The value of a field.
struct OfField<'c, 't> {
    context: &'c Context<'t>,
    field: &'t Field,
}

impl<'de> DeserializeSeed<'de> for OfField<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Self { context, field } = self;
        let kind = field.kind();
        if field.is_list() {
            return OfList { context, field }.deserialize(deserializer);
        }
        with_number!(kind, T => {
            OfNumber::<T> { context, kind, number: PhantomData }.deserialize(deserializer).map(T::one)
        }, match kind {
            Kind::Message(ty) => OfMessage { context, ty }.deserialize(deserializer).map(Value::Message),
            Kind::String { .. } | Kind::WString { .. } => {
                OfText { context, kind }.deserialize(deserializer).map(Value::String)
            }
            _ => OfBool(context).deserialize(deserializer).map(Value::Bool),
        })
    }
}

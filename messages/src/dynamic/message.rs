//! A message of a type that is known at run time.

use std::{borrow::Cow, fmt, sync::Arc};

use super::{
    Arity, Field, PathError, SetError, Type, Value,
    fit::{self, Misfit},
    path::{self, Part},
};

/// A message. Its values are always such as its type allows.
#[derive(Clone)]
pub struct Message {
    pub(super) ty: Arc<Type>,
    /// As many as the type has, in its order.
    pub(super) fields: Box<[Value]>,
}

impl Message {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    /// Its fields with their values, in order.
    pub fn values(&self) -> impl Iterator<Item = (&Field, &Value)> {
        self.ty.fields.iter().zip(&self.fields)
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.ty.place(name).and_then(|place| self.fields.get(place))
    }

    /// The value at a path such as `pose.position.x`, `ranges[3]` or `poses[0].position`. An element of a sequence is
    /// copied; all else is lent.
    ///
    /// # Errors
    /// The path leads to nothing.
    pub fn get(&self, path: &str) -> Result<Cow<'_, Value>, PathError> {
        let mut message = self;
        let mut parts = path::parts(path)?.into_iter().peekable();
        while let Some(part) = parts.next() {
            let Part::Field { name, end } = part else { return Err(path::malformed(path, 0)) };
            let Some(value) = message.field(name) else { return Err(path::no_field(path, end, name, &message.ty)) };
            match parts.peek() {
                None => return Ok(Cow::Borrowed(value)),
                Some(Part::Field { end, .. }) => {
                    message = value.as_message().ok_or_else(|| path::no_message(path, *end, value))?;
                }
                Some(&Part::Element { index, end }) => {
                    parts.next();
                    let element = || value.element(index).ok_or_else(|| path::no_element(path, end, value));
                    match (parts.peek(), value.as_messages()) {
                        (None, _) => return element().map(Cow::Owned),
                        (Some(_), Some(messages)) => {
                            message = messages.get(index).ok_or_else(|| path::no_element(path, end, value))?;
                        }
                        (Some(next), None) => return Err(path::no_message(path, next.end(), &element()?)),
                    }
                }
            }
        }
        Err(path::malformed(path, 0))
    }

    /// Sets the value at a path. Numbers of another width are accepted if the field can hold them; a float that is
    /// given to a `float32` is rounded.
    ///
    /// # Errors
    /// The path leads to nothing, or to a field that cannot hold the value.
    pub fn set(&mut self, path: &str, value: impl Into<Value>) -> Result<(), SetError> {
        // Looks first, so that what follows cannot fail for the path's sake.
        self.get(path)?;
        let misfit = |Misfit { expected, found }| SetError::Misfit { path: path.to_owned(), expected, found };
        let mut message = self;
        let mut parts = path::parts(path)?.into_iter().peekable();
        while let Some(part) = parts.next() {
            let Part::Field { name, end } = part else { break };
            let ty = Arc::clone(&message.ty);
            let Some((field, place)) =
                ty.place(name).and_then(|at| Some((ty.fields.get(at)?, message.fields.get_mut(at)?)))
            else {
                return Err(path::no_field(path, end, name, &ty).into());
            };
            match (parts.next_if(|part| matches!(part, Part::Element { .. })), parts.peek(), place) {
                (None, None, place) => {
                    *place = fit::field(field, value.into()).map_err(misfit)?;
                    return Ok(());
                }
                (Some(Part::Element { index, .. }), None, place) => {
                    let element = fit::one(&field.kind, value.into()).map_err(misfit)?;
                    fit::put(place, index, element);
                    return Ok(());
                }
                (None, Some(_), Value::Message(next)) => message = next,
                (Some(Part::Element { index, end }), Some(_), Value::Messages(messages)) => {
                    let length = messages.len();
                    message = messages.get_mut(index).ok_or_else(|| path::no_element_of(path, end, length))?;
                }
                _ => break,
            }
        }
        Err(path::malformed(path, 0).into())
    }
}

impl PartialEq for Message {
    /// Of the same type with equal values. As with numbers, NaN equals nothing.
    fn eq(&self, other: &Self) -> bool {
        self.ty.is(&other.ty) && self.fields == other.fields
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct(self.ty.name());
        for (field, value) in self.values() {
            debug.field(&field.name, value);
        }
        debug.finish()
    }
}

impl Field {
    /// Whether it is a sequence or an array.
    pub(super) fn is_list(&self) -> bool {
        self.arity != Arity::One
    }
}

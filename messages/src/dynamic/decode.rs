//! Bytes to messages. The steps are those of generated code, so that both refuse the same bytes for the same reason.

use std::{borrow::Cow, sync::Arc};

use super::{
    Arity, Field, Kind, Message, Type, Value,
    layout::{Run, Step},
    number::{Number, with_number},
};
use crate::{
    DecodeError, OverBound,
    cdr::{Cdr, Plain, Reader, wide},
};

/// Reads a message that is a whole payload.
pub(super) fn message(ty: &Arc<Type>, mut reader: Reader<'_>) -> Result<Message, DecodeError> {
    let message = nested(ty, &mut reader)?;
    reader.finish()?;
    Ok(message)
}

fn nested(ty: &Arc<Type>, reader: &mut Reader<'_>) -> Result<Message, DecodeError> {
    let mut fields = Vec::with_capacity(ty.fields.len());
    for step in &ty.layout.steps {
        match step {
            Step::Run(places, run) => {
                let mut numbers = Numbers::new(reader, *run)?;
                let these = ty.fields.get(places.clone()).unwrap_or_default();
                fields.extend(these.iter().map(|field| numbers.field(field)));
            }
            Step::Field(place) => {
                if let Some(field) = ty.fields.get(*place) {
                    fields.push(self::field(field, reader)?);
                }
            }
        }
    }
    if ty.fields.is_empty() {
        reader.dummy();
    }
    if ty.layout.has_bounds {
        // Behind all fields, as in generated code, where damage in a later field is found first.
        ty.fields.iter().zip(&fields).try_for_each(|(field, value)| check_bounds(ty, field, value))?;
    }
    Ok(Message { ty: Arc::clone(ty), fields: fields.into() })
}

fn field(field: &Field, reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
    match field.arity {
        Arity::One => one(&field.kind, reader),
        Arity::Array(count) => many(&field.kind, count, reader),
        Arity::Bounded(_) | Arity::Sequence => sequence(&field.kind, reader),
    }
}

/// One, of what is not read as numbers of one size.
fn one(kind: &Kind, reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
    with_number!(kind, T => T::read(reader).map(T::one), match kind {
        Kind::Message(ty) => nested(ty, reader).map(Value::Message),
        Kind::String { .. } => String::read(reader).map(Value::String),
        Kind::WString { .. } => wide::read(reader).map(Value::String),
        _ => bool::read(reader).map(Value::Bool),
    })
}

fn sequence(kind: &Kind, reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
    with_number!(kind, T => T::read_sequence(reader), match kind {
        Kind::WString { .. } => wide::read_vec(reader).map(Value::Strings),
        _ => {
            let count = reader.length()?;
            many(kind, count, reader)
        }
    })
}

/// So many elements, without a length.
fn many(kind: &Kind, count: usize, reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
    with_number!(kind, T => T::read_vec(reader, count).map(T::many), match kind {
        Kind::Message(ty) => messages(ty, count, reader).map(Value::Messages),
        Kind::String { .. } => String::read_vec(reader, count).map(Value::Strings),
        Kind::WString { .. } => (0..count).map(|_| wide::read(reader)).collect::<Result<_, _>>().map(Value::Strings),
        _ => bool::read_vec(reader, count).map(Value::Bools),
    })
}

fn messages(ty: &Arc<Type>, count: usize, reader: &mut Reader<'_>) -> Result<Vec<Message>, DecodeError> {
    match ty.layout.plain {
        Some(_) if count == 0 => Ok(Vec::new()),
        Some(run) => {
            let mut numbers = Numbers::new(reader, Run { size: run.size.saturating_mul(count), ..run })?;
            Ok((0..count).map(|_| numbers.message(ty)).collect())
        }
        None => {
            reader.expect_room(count, ty.layout.min_size)?;
            let mut messages = Vec::with_capacity(count);
            for _ in 0..count {
                messages.push(nested(ty, reader)?);
            }
            Ok(messages)
        }
    }
}

/// Bytes that are known to hold all numbers of some fields, in little-endian order.
struct Numbers<'a> {
    bytes: Cow<'a, [u8]>,
    at: usize,
}

impl<'a> Numbers<'a> {
    fn new(reader: &mut Reader<'a>, run: Run) -> Result<Self, DecodeError> {
        let mut bytes = Cow::Borrowed(reader.bytes(run.unit, run.size)?);
        if reader.big_endian() {
            bytes.to_mut().chunks_exact_mut(run.unit).for_each(<[u8]>::reverse);
        }
        Ok(Self { bytes, at: 0 })
    }

    fn take(&mut self, count: usize) -> &[u8] {
        let start = self.at;
        self.at += count;
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn message(&mut self, ty: &Arc<Type>) -> Message {
        Message { ty: Arc::clone(ty), fields: ty.fields.iter().map(|field| self.field(field)).collect() }
    }

    fn field(&mut self, field: &Field) -> Value {
        let Arity::Array(count) = field.arity else { return self.one(&field.kind) };
        with_number!(&field.kind, T => {
            let places = self.take(T::SIZE * count).chunks_exact(T::SIZE);
            T::many(places.map(T::get).collect())
        }, match &field.kind {
            Kind::Message(ty) => Value::Messages((0..count).map(|_| self.message(ty)).collect()),
            // Nothing else is numbers of one size.
            other => other.zeros(count),
        })
    }

    fn one(&mut self, kind: &Kind) -> Value {
        with_number!(kind, T => T::get(self.take(T::SIZE)).one(), match kind {
            Kind::Message(ty) => Value::Message(self.message(ty)),
            other => other.zero(),
        })
    }
}

fn check_bounds(ty: &Type, field: &Field, value: &Value) -> Result<(), OverBound> {
    let over = |found: usize, bound: usize| {
        let field = Cow::Owned(format!("{}.{}", ty.name, field.name));
        Err(OverBound { field, found, bound })
    };
    if let (Arity::Bounded(bound), Some(found)) = (field.arity, value.len())
        && found > bound
    {
        return over(found, bound);
    }
    let Some(bound) = field.kind.string_bound() else { return Ok(()) };
    let texts = match value {
        Value::String(text) => std::slice::from_ref(text),
        Value::Strings(texts) => texts,
        _ => &[],
    };
    match texts.iter().map(|text| field.kind.text_length(text)).find(|length| *length > bound) {
        Some(found) => over(found, bound),
        None => Ok(()),
    }
}

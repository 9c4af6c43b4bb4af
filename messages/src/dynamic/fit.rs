//! Whether a field can hold a value that a program gives.

use super::{
    Arity, Field, Kind, Value,
    number::{Number, with_number},
};

/// Why it cannot.
pub(super) struct Misfit {
    pub(super) expected: String,
    pub(super) found: String,
}

/// The value as the field holds it.
pub(super) fn field(field: &Field, value: Value) -> Result<Value, Misfit> {
    if !field.is_list() {
        return one(&field.kind, value);
    }
    let misfit = |found: String| Misfit { expected: format!("a value for {}", field.type_name()), found };
    if std::mem::discriminant(&value) != std::mem::discriminant(&field.kind.zeros(0)) {
        return Err(misfit(value.kind_name()));
    }
    let length = value.len().unwrap_or_default();
    match field.arity {
        Arity::Array(count) if length != count => return Err(misfit(format!("{length} elements"))),
        Arity::Bounded(bound) if length > bound => return Err(misfit(format!("{length} elements"))),
        _ => {}
    }
    let wrong = match (&value, &field.kind) {
        (Value::Strings(texts), kind) => texts.iter().find_map(|text| over_bound(kind, text)),
        (Value::Messages(messages), Kind::Message(ty)) => {
            messages.iter().find(|message| !message.ty.is(ty)).map(|message| format!("one of {}", message.ty.name))
        }
        _ => None,
    };
    wrong.map_or(Ok(value), |found| Err(misfit(found)))
}

/// The value as one element holds it.
pub(super) fn one(kind: &Kind, value: Value) -> Result<Value, Misfit> {
    let misfit = |expected: String, found: String| Err(Misfit { expected, found });
    with_number!(kind, T => match number::<T>(&value) {
        Some(number) => Ok(number.one()),
        None => misfit(format!("{} for {kind}", T::range()), value.kind_name()),
    }, match (kind, value) {
        (Kind::Bool, Value::Bool(value)) => Ok(Value::Bool(value)),
        (Kind::String { .. } | Kind::WString { .. }, Value::String(text)) => match over_bound(kind, &text) {
            Some(found) => misfit(format!("a string for {kind}"), found),
            None => Ok(Value::String(text)),
        },
        (Kind::Message(ty), Value::Message(message)) if message.ty.is(ty) => Ok(Value::Message(message)),
        (kind, value) => misfit(format!("a value for {kind}"), value.kind_name()),
    })
}

fn number<T: Number>(value: &Value) -> Option<T> {
    match value {
        Value::F32(number) => T::from_float((*number).into()),
        Value::F64(number) => T::from_float(*number),
        other => other.as_integer().and_then(T::from_integer),
    }
}

/// What is too long about a text.
pub(super) fn over_bound(kind: &Kind, text: &str) -> Option<String> {
    let length = kind.text_length(text);
    let unit = if matches!(kind, Kind::WString { .. }) { "UTF-16 units" } else { "bytes" };
    kind.string_bound().filter(|bound| length > *bound).map(|_| format!("one of {length} {unit}"))
}

/// Puts an element that fits into a list.
pub(super) fn put(list: &mut Value, index: usize, element: Value) {
    macro_rules! put {
        ($($many:ident $one:ident,)*) => {
            match (list, element) {
                (Value::U8s(list), Value::U8(element)) => replace(&mut list.edit(), index, element),
                (Value::I8s(list), Value::I8(element)) => replace(&mut list.edit(), index, element),
                $((Value::$many(list), Value::$one(element)) => replace(list, index, element),)*
                _ => {}
            }
        };
    }
    put! {
        U16s U16, I16s I16, U32s U32, I32s I32, U64s U64, I64s I64, F32s F32, F64s F64,
        Bools Bool, Strings String, Messages Message,
    }
}

fn replace<T>(list: &mut [T], index: usize, element: T) {
    if let Some(place) = list.get_mut(index) {
        *place = element;
    }
}

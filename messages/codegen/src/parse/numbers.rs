//! Numbers and bools in the notations of definitions, which are those of Python.

use std::borrow::Cow;

use crate::model::{Primitive, Value};

/// A value of a primitive type, if it fits.
pub(crate) fn value(word: &str, primitive: Primitive) -> Option<Value> {
    let range = match primitive {
        Primitive::Bool => return boolean(word).map(Value::Bool),
        Primitive::Float32 | Primitive::Float64 => return float(word, primitive).map(Value::Float),
        Primitive::Byte | Primitive::Char | Primitive::Uint8 => 0..=i128::from(u8::MAX),
        Primitive::Int8 => i8::MIN.into()..=i8::MAX.into(),
        Primitive::Int16 => i16::MIN.into()..=i16::MAX.into(),
        Primitive::Uint16 => 0..=u16::MAX.into(),
        Primitive::Int32 => i32::MIN.into()..=i32::MAX.into(),
        Primitive::Uint32 => 0..=u32::MAX.into(),
        Primitive::Int64 => i64::MIN.into()..=i64::MAX.into(),
        Primitive::Uint64 => 0..=u64::MAX.into(),
    };
    integer(word).filter(|value| range.contains(value)).map(Value::Integer)
}

/// A number of elements. 0 is none, and CDR counts with 32 bits; rosidl takes larger ones, which nothing could ever
/// hold.
pub(crate) fn count(word: &str) -> Option<usize> {
    let word = without_underscores(word.strip_prefix('+').unwrap_or(word))?;
    if !word.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let count: u32 = word.parse().ok()?;
    usize::try_from(count).ok().filter(|count| *count > 0)
}

fn boolean(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A float. What is finite as text must stay so in the field, where rosidl makes it infinite without a word.
fn float(word: &str, primitive: Primitive) -> Option<f64> {
    let named = word.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_alphabetic());
    let value: f64 = without_underscores(word)?.parse().ok()?;
    #[allow(clippy::cast_possible_truncation)]
    let kept = if primitive == Primitive::Float32 { f64::from(value as f32) } else { value };
    (named || kept.is_finite()).then_some(value)
}

/// An integer: decimal, also with zeros in front, or with 0x, 0o or 0b.
fn integer(word: &str) -> Option<i128> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let lower = without_underscores(digits)?.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        _ => (10, lower.as_str()),
    };
    // Checked first, because the conversion would take a second sign.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// Drops underscores, each of which must stand between two digits or behind a prefix, as in `1_000` and `0x_ff`.
fn without_underscores(word: &str) -> Option<Cow<'_, str>> {
    if !word.contains('_') {
        return Some(Cow::Borrowed(word));
    }
    let fits = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_hexdigit()) && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    word.trim_start_matches(['+', '-']).split('_').all(fits).then(|| Cow::Owned(word.replace('_', "")))
}

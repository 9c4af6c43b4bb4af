//! The values of constants and defaults.

use super::line::{Line, Located};
use crate::{
    error::Problem,
    model::{Arity, Base, FieldType, Primitive, Value},
};

/// Reads the default of a field.
pub(crate) fn default(line: &mut Line<'_>, ty: &FieldType) -> Result<Value, Located> {
    if matches!(ty.base, Base::Nested(_)) {
        return Err((line.position(), Problem::NoDefault { ty: ty.to_string() }));
    }
    if ty.arity == Arity::One {
        return single(line, &ty.base, false);
    }
    let start = line.clone();
    let values = list(line, &ty.base)?;
    let fits = match ty.arity {
        Arity::Array(count) => values.len() == count,
        Arity::Bounded(bound) => values.len() <= bound,
        Arity::One | Arity::Sequence => true,
    };
    if fits { Ok(Value::List(values)) } else { Err(bad(&start, ty.to_string(), start.rest().trim())) }
}

/// Reads `[a, b]`.
fn list(line: &mut Line<'_>, base: &Base) -> Result<Vec<Value>, Located> {
    if !line.eat("[") {
        return Err(line.unexpected("a list of values in [ ]"));
    }
    let mut values = Vec::new();
    line.skip_blanks();
    while !line.eat("]") {
        if !values.is_empty() && !line.eat(",") {
            return Err(line.unexpected("a , or a ] behind a value"));
        }
        line.skip_blanks();
        values.push(single(line, base, true)?);
        line.skip_blanks();
    }
    Ok(values)
}

/// Reads one value; within a list, a comma or bracket ends it.
pub(crate) fn single(line: &mut Line<'_>, base: &Base, in_list: bool) -> Result<Value, Located> {
    let start = line.clone();
    let value = match base {
        Base::Text { wide, bound } => {
            let text = text(line, in_list)?;
            let length = if *wide { text.encode_utf16().count() } else { text.len() };
            bound.is_none_or(|bound| length <= bound).then_some(Value::Text(text))
        }
        Base::Primitive(primitive) => {
            let word = line.take_while(|c| !c.is_whitespace() && c != '#' && !(in_list && (c == ',' || c == ']')));
            number(word, *primitive)
        }
        Base::Nested(_) => None,
    };
    let rest = start.rest();
    let found = rest.get(..rest.len() - line.rest().len()).unwrap_or(rest);
    value.ok_or_else(|| bad(&start, base.to_string(), found))
}

fn bad(start: &Line<'_>, ty: String, found: &str) -> Located {
    let found = if found.is_empty() { "nothing".to_owned() } else { found.to_owned() };
    (start.position(), Problem::BadValue { ty, found })
}

fn number(word: &str, primitive: Primitive) -> Option<Value> {
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

fn boolean(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A float in Rust's notation, which has all that definitions use. What is finite as text must stay so in the field.
fn float(word: &str, primitive: Primitive) -> Option<f64> {
    let named = word.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_alphabetic());
    let value: f64 = word.parse().ok()?;
    #[allow(clippy::cast_possible_truncation)]
    let kept = if primitive == Primitive::Float32 { f64::from(value as f32) } else { value };
    (named || kept.is_finite()).then_some(value)
}

/// An integer: decimal, or with 0x, 0o or 0b in front.
fn integer(word: &str) -> Option<i128> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        _ => (10, lower.as_str()),
    };
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// A string in single or double quotes, or without: then it ends with the line, a comment, or the list's element.
fn text(line: &mut Line<'_>, in_list: bool) -> Result<String, Located> {
    match line.rest().chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(line, quote),
        _ => {
            let word = line.take_while(|c| c != '#' && !(in_list && (c == ',' || c == ']')));
            Ok(word.trim_end().to_owned())
        }
    }
}

fn quoted(line: &mut Line<'_>, quote: char) -> Result<String, Located> {
    let start = line.clone();
    line.advance(1);
    let mut text = String::new();
    let mut escaped = false;
    for c in line.rest().chars() {
        line.advance(c.len_utf8());
        match c {
            _ if escaped => {
                push_escape(&mut text, c);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if c == quote => return Ok(text),
            _ => text.push(c),
        }
    }
    Err(start.unexpected("a string that ends in the quote with which it begins"))
}

fn push_escape(text: &mut String, c: char) {
    match c {
        'n' => text.push('\n'),
        't' => text.push('\t'),
        'r' => text.push('\r'),
        '\\' | '"' | '\'' => text.push(c),
        // Not an escape: a backslash that stands for itself.
        _ => text.extend(['\\', c]),
    }
}

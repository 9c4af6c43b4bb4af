//! Defaults as descriptions write them: what Python's `str` makes of the value, so `True`, `(1, 2)` or `('a', "it's")`.

use super::{Arity, Kind, Value, number::Number, number::with_number};

/// The value of a field without a default.
pub(super) fn zero(kind: &Kind, arity: Arity) -> Value {
    match arity {
        Arity::One => kind.zero(),
        Arity::Array(count) => kind.zeros(count),
        Arity::Bounded(_) | Arity::Sequence => kind.zeros(0),
    }
}

/// The value of a default, nothing for an empty text.
pub(super) fn parse(kind: &Kind, arity: Arity, text: &str) -> Result<Option<Value>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = match arity {
        Arity::One => one(kind, text)?,
        Arity::Array(_) | Arity::Bounded(_) | Arity::Sequence => many(kind, &elements(text).ok_or(())?)?,
    };
    let length = value.len();
    let fits = match arity {
        Arity::Array(count) => length == Some(count),
        Arity::Bounded(bound) => length.is_some_and(|length| length <= bound),
        Arity::One | Arity::Sequence => true,
    };
    if fits { Ok(Some(value)) } else { Err(()) }
}

fn one(kind: &Kind, text: &str) -> Result<Value, ()> {
    with_number!(kind, T => number::<T>(text).map(T::one), match kind {
        Kind::Bool => boolean(text).map(Value::Bool),
        Kind::String { .. } | Kind::WString { .. } => within_bound(kind, text.to_owned()).map(Value::String),
        _ => Err(()),
    })
}

fn many(kind: &Kind, elements: &[String]) -> Result<Value, ()> {
    let all = elements.iter();
    with_number!(kind, T => all.map(|text| number::<T>(text)).collect::<Result<_, _>>().map(T::many), match kind {
        Kind::Bool => all.map(|text| boolean(text)).collect::<Result<_, _>>().map(Value::Bools),
        Kind::String { .. } | Kind::WString { .. } => {
            all.map(|text| within_bound(kind, text.clone())).collect::<Result<_, _>>().map(Value::Strings)
        }
        _ => Err(()),
    })
}

fn boolean(text: &str) -> Result<bool, ()> {
    match text {
        "True" => Ok(true),
        "False" => Ok(false),
        _ => Err(()),
    }
}

fn number<T: Number>(text: &str) -> Result<T, ()> {
    let integer = text.parse().ok().and_then(T::from_integer);
    integer.or_else(|| text.parse().ok().and_then(T::from_float)).ok_or(())
}

fn within_bound(kind: &Kind, text: String) -> Result<String, ()> {
    let fits = kind.string_bound().is_none_or(|bound| kind.text_length(&text) <= bound);
    if fits { Ok(text) } else { Err(()) }
}

/// The elements of a Python tuple or list of numbers, truth values and strings, the latter without their quotes.
fn elements(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let mut rest = inner.or_else(|| text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')))?.trim();
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let (element, behind) = match rest.chars().next()? {
            quote @ ('\'' | '"') => quoted(rest, quote)?,
            _ => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest.get(..end)?.trim().to_owned(), rest.get(end..)?)
            }
        };
        elements.push(element);
        let behind = behind.trim_start();
        rest = if behind.is_empty() { behind } else { behind.strip_prefix(',')?.trim_start() };
    }
    Some(elements)
}

/// A Python string, and what follows it.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Some((value, text.get(at + 1..)?)),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                c @ ('\\' | '\'' | '"') => value.push(c),
                'x' => value.push(code(&mut chars, 2)?),
                'u' => value.push(code(&mut chars, 4)?),
                'U' => value.push(code(&mut chars, 8)?),
                _ => return None,
            },
            _ => value.push(c),
        }
    }
    None
}

/// The character of so many hexadecimal digits.
fn code(chars: &mut impl Iterator<Item = (usize, char)>, digits: usize) -> Option<char> {
    let code: String = chars.take(digits).map(|(_, c)| c).collect();
    (code.len() == digits).then(|| u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)).flatten()
}

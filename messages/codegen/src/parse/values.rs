//! The values of constants and defaults.
//!
//! What rosidl takes means the same here, backslashes included: single values are unescaped twice, as on rosidl's way to
//! IDL and back, and elements of lists once. The exceptions are where rosidl takes a mistake for a value, or spoils one:
//!
//! - Refused here: a quote that is not closed, that a `#` cuts off, or that something follows (part of the text there);
//!   lists of strings without commas, with a `]` in an element without quotes, or with a backslash at an element's end;
//!   floats beyond the type's range (infinite there); strings longer than their bound in the units of CDR (characters
//!   there); digits other than those of ASCII.
//! - Kept here: quotes within quotes in a list, and a string with two escaped quotes in it (split there); the sign of
//!   `-inf`; more than four backslashes in a row, which rosidl halves once more.

use super::{
    escapes::unescape,
    line::{Line, Located},
    numbers,
};
use crate::{
    error::{Problem, shorten},
    model::{Arity, Base, FieldType, Value},
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

/// Reads `[a, b]`. As in rosidl, a comma may follow the last string, but not the last number.
fn list(line: &mut Line<'_>, base: &Base) -> Result<Vec<Value>, Located> {
    if !line.eat("[") {
        return Err(line.unexpected("a list of values in [ ]"));
    }
    let mut values = Vec::new();
    line.skip_blanks();
    while !line.eat("]") {
        if !values.is_empty() {
            if !line.eat(",") {
                return Err(line.unexpected("a , or a ] behind a value"));
            }
            line.skip_blanks();
            if matches!(base, Base::Text { .. }) && line.eat("]") {
                break;
            }
        }
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
            // What CDR counts. rosidl counts characters, so its default may be longer than its own type allows.
            let length = if *wide { text.encode_utf16().count() } else { text.len() };
            bound.is_none_or(|bound| length <= bound).then_some(Value::Text(text))
        }
        Base::Primitive(primitive) => {
            let word = line.take_while(|c| !c.is_whitespace() && !(in_list && (c == ',' || c == ']')));
            numbers::value(word, *primitive)
        }
        Base::Nested(_) => None,
    };
    let rest = start.rest();
    let found = rest.get(..rest.len() - line.rest().len()).unwrap_or(rest);
    value.ok_or_else(|| bad(&start, base.to_string(), found))
}

fn bad(start: &Line<'_>, ty: String, found: &str) -> Located {
    let found = if found.is_empty() { "nothing".to_owned() } else { shorten(found) };
    (start.position(), Problem::BadValue { ty, found })
}

/// A string in single or double quotes, or without: then it ends with the line, a comment, or the list's element.
fn text(line: &mut Line<'_>, in_list: bool) -> Result<String, Located> {
    let start = line.clone();
    let raw = match line.rest().chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(line, quote)?,
        None if in_list => return Err(line.unexpected("a string or a ]")),
        Some(',' | ']') if in_list => return Err(line.unexpected("a string")),
        _ => line.take_while(|c| !(in_list && (c == ',' || c == ']'))).trim_end().to_owned(),
    };
    let once = unescape(if in_list { raw.trim() } else { &raw });
    let once = once.ok_or_else(|| start.unexpected("a string whose backslashes are \\\\, \\t, \\x41 and the like"))?;
    if in_list {
        return Ok(once);
    }
    Ok(unescape(&once).unwrap_or(once))
}

/// What stands between two quotes. Only the escapes of the quote itself are gone.
fn quoted(line: &mut Line<'_>, quote: char) -> Result<String, Located> {
    let start = line.clone();
    line.advance(1);
    let mut text = String::new();
    let mut escaped = false;
    for c in line.rest().chars() {
        line.advance(c.len_utf8());
        match c {
            _ if escaped => {
                if c != quote {
                    text.push('\\');
                }
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if c == quote => return Ok(text),
            _ => text.push(c),
        }
    }
    // rosidl cuts such a string at the # and takes what is left.
    let expected = if line.comment().is_some() {
        "a string that ends before the #, which begins a comment even within quotes"
    } else {
        "a string that ends in the quote with which it begins"
    };
    Err(start.unexpected(expected))
}

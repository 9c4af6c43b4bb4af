//! Paths to values: names of fields with dots between them, and indices in brackets.

use super::{PathError, Type, Value, near};

/// A part of a path, and where it ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    /// A field.
    Field { name: &'a str, end: usize },
    /// An element of the field before it.
    Element { index: usize, end: usize },
}

impl Part<'_> {
    pub(super) fn end(self) -> usize {
        match self {
            Self::Field { end, .. } | Self::Element { end, .. } => end,
        }
    }
}

/// The parts of a path. There is at least one, and the first is a field; no two elements follow each other.
pub(super) fn parts(path: &str) -> Result<Vec<Part<'_>>, PathError> {
    let mut parts = Vec::new();
    let mut at = 0;
    for piece in path.split('.') {
        let end = at + piece.len();
        let (name, index) = match piece.split_once('[') {
            None => (piece, None),
            Some((name, rest)) => {
                let digits = rest.strip_suffix(']').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
                let index = digits.and_then(|digits| digits.parse().ok());
                (name, Some(index.ok_or_else(|| malformed(path, at + name.len()))?))
            }
        };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(malformed(path, at));
        }
        parts.push(Part::Field { name, end: at + name.len() });
        parts.extend(index.map(|index| Part::Element { index, end }));
        at = end + 1;
    }
    Ok(parts)
}

fn up_to(path: &str, end: usize) -> String {
    path.get(..end).unwrap_or(path).to_owned()
}

pub(super) fn malformed(path: &str, at: usize) -> PathError {
    PathError::Malformed { path: path.to_owned(), at }
}

pub(super) fn no_field(path: &str, end: usize, name: &str, ty: &Type) -> PathError {
    let near = near::names(name, ty.fields.iter().map(|field| field.name.as_str()));
    PathError::NoField { path: up_to(path, end), ty: ty.name.clone(), near }
}

pub(super) fn no_message(path: &str, end: usize, found: &Value) -> PathError {
    PathError::Misled { path: up_to(path, end), expected: "a message", found: found.kind_name() }
}

/// An index into what has no such element, or no elements at all.
pub(super) fn no_element(path: &str, end: usize, found: &Value) -> PathError {
    match found.len() {
        Some(length) => no_element_of(path, end, length),
        None => PathError::Misled { path: up_to(path, end), expected: "a sequence", found: found.kind_name() },
    }
}

pub(super) fn no_element_of(path: &str, end: usize, length: usize) -> PathError {
    PathError::NoElement { path: up_to(path, end), length }
}

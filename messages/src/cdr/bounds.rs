//! The bounds that definitions set on strings and sequences.

use crate::error::OverBound;

/// Checks the number of elements of a sequence.
///
/// # Errors
/// There are more than `bound`.
pub fn length(field: &'static str, found: usize, bound: usize) -> Result<(), OverBound> {
    if found > bound { Err(OverBound { field: field.into(), found, bound }) } else { Ok(()) }
}

/// Checks the number of bytes of each string.
///
/// # Errors
/// One has more than `bound`.
pub fn strings(field: &'static str, strings: &[String], bound: usize) -> Result<(), OverBound> {
    strings.iter().try_for_each(|text| length(field, text.len(), bound))
}

/// Checks the number of UTF-16 units of each wide string.
///
/// # Errors
/// One has more than `bound`.
pub fn wide_strings(field: &'static str, strings: &[String], bound: usize) -> Result<(), OverBound> {
    strings.iter().try_for_each(|text| length(field, text.encode_utf16().count(), bound))
}

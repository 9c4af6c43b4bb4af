//! Which names ROS 2 allows.

use crate::error::{Problem, shorten};

/// Lower case, digits and single underscores, as packages and fields are named.
fn is_lower_snake(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.contains("__")
        && !name.ends_with('_')
}

fn check(valid: bool, what: &'static str, rule: &'static str, name: &str) -> Result<(), Problem> {
    if valid { Ok(()) } else { Err(Problem::BadName { name: shorten(name), what, rule }) }
}

pub(crate) fn package(name: &str) -> Result<(), Problem> {
    let rule =
        "it begins with a lower-case letter and has only lower-case letters, digits and single underscores within";
    check(is_lower_snake(name), "package", rule, name)
}

pub(crate) fn field(name: &str) -> Result<(), Problem> {
    let rule =
        "it begins with a lower-case letter and has only lower-case letters, digits and single underscores within";
    check(is_lower_snake(name), "field", rule, name)
}

pub(crate) fn constant(name: &str) -> Result<(), Problem> {
    let valid = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && !name.contains("__")
        && !name.ends_with('_');
    let rule =
        "it begins with an upper-case letter and has only upper-case letters, digits and single underscores within";
    check(valid, "constant", rule, name)
}

/// The name of a message, service or action.
///
/// rosidl also takes `Sample_` in front and `_Request`, `_Response`, `_Goal`, `_Result` and `_Feedback` behind, which
/// are the names that it derives from services and actions: here they could not be told apart from those. `Self` cannot
/// be a name in Rust.
pub(crate) fn interface(name: &str) -> Result<(), Problem> {
    let rule = "it begins with an upper-case letter, has only letters and digits, and is not Self";
    check(is_interface(name), "type", rule, name)
}

/// A name that could have been meant for a primitive type.
pub(crate) fn simple_type(name: &str) -> Result<(), Problem> {
    let rule = "it is none of bool, byte, char, float32, float64, int8 to int64, uint8 to uint64, string and wstring, \
                and a message's name begins with an upper-case letter, has only letters and digits, and is not Self";
    check(is_interface(name), "type", rule, name)
}

fn is_interface(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name != "Self"
}

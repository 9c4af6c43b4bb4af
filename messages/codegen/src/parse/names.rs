//! Which names ROS 2 allows.

use crate::error::Problem;

/// Lower case, digits and single underscores, as packages and fields are named.
fn is_lower_snake(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.contains("__")
        && !name.ends_with('_')
}

fn check(valid: bool, what: &'static str, rule: &'static str, name: &str) -> Result<(), Problem> {
    if valid { Ok(()) } else { Err(Problem::BadName { name: name.to_owned(), what, rule }) }
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

pub(crate) fn interface(name: &str) -> Result<(), Problem> {
    let valid = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let rule = "it begins with an upper-case letter and has only letters and digits";
    check(valid && name != "Self", "type", rule, name)
}

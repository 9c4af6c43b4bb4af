//! Names in the file.

use rosactor_transport::NameError;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::located::Located;
use super::quote::quote;

/// Longer than every kind of ROS name may be. The messages about ROS names show the whole name.
const LONGEST: usize = 300;

/// Asks a rule for ROS names, and reports a name that breaks it.
pub(super) fn is_valid(
    name: &Located<String>,
    rule: fn(&str) -> Result<(), NameError>,
    diagnostics: &mut Diagnostics,
) -> bool {
    if name.len() > LONGEST {
        diagnostics.error(name.location, format!("the name {} is too long", quote(name)));
        return false;
    }
    rule(name).map_err(|error| diagnostics.error(name.location, error.to_string())).is_ok()
}

/// Whether this can be the name of something outside ROS, such as a host; `what` is for the message.
pub(super) fn is_label(name: &Located<String>, what: &str, diagnostics: &mut Diagnostics) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let valid = name.len() <= 100 && name.chars().all(fits);
    if !valid {
        let message = format!("{} is not a name for a {what}", quote(name));
        let hint = "at most 100 letters (a-z), digits, `_`, `-` and `.`";
        diagnostics.add(Diagnostic::at(name.location, message).hint(hint));
    }
    valid
}

//! The two streams of the program. A closed pipe is no error: nobody is left to tell.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

/// Says something that was asked for.
pub(crate) fn tell(text: impl Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Says what went wrong.
pub(crate) fn complain(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether what goes to standard error is read by a person.
pub(crate) fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

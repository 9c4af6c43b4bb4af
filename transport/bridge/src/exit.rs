//! The ways out of the program.

use std::{io::Write as _, process::ExitCode, thread, time::Duration};

use crate::error::BridgeError;

/// Tells the person why the bridge ends, whatever the log level is.
pub(crate) fn report(error: &BridgeError) -> ExitCode {
    write_line(error);
    ExitCode::from(error.exit_code())
}

/// Ends the process at once, with the code that fits the outcome.
///
/// The plugin leaves Zenoh entities behind that refer to each other in a circle. Dropping them, as returning from
/// `main` would do, makes Zenoh panic inside a destructor, which aborts the process. A plain exit lets the operating
/// system close the links, and the other side takes that as what it is: the end of this process and of all its tokens.
pub(crate) fn now(outcome: &Result<(), BridgeError>) -> ! {
    let code = outcome.as_ref().map_or_else(
        |error| {
            write_line(error);
            error.exit_code()
        },
        |()| 0,
    );
    std::process::exit(code.into())
}

/// Makes sure that the process is gone after `patience`, even if DDS or Zenoh hang while they are being closed.
pub(crate) fn at_the_latest_after(patience: Duration, code: u8) {
    thread::spawn(move || {
        thread::sleep(patience);
        tracing::warn!("closing took longer than {patience:?}; ending without it");
        std::process::exit(code.into())
    });
}

fn write_line(error: &BridgeError) {
    // If standard error is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "rosactor-bridge: {error}");
}

//! Ctrl-C, SIGTERM and SIGHUP.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code of a program that a second Ctrl-C has ended, as shells have it: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// The signals that ask for an end.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Begins to listen: from now on a signal does not end the process by itself.
    pub(crate) fn listen() -> io::Result<(Self, HangUps)> {
        let ends = Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? };
        Ok((ends, HangUps(signal(SignalKind::hangup())?)))
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// The next signal ends the process at once.
    pub(crate) fn end_at_next(mut self) {
        tokio::spawn(async move {
            self.next().await;
            rosactor::launch::kill_programs();
            std::process::exit(INTERRUPTED);
        });
    }
}

/// SIGHUP, which asks for the file to be read again.
pub(crate) struct HangUps(Signal);

impl HangUps {
    /// Waits for the next.
    pub(crate) async fn next(&mut self) {
        self.0.recv().await;
    }
}

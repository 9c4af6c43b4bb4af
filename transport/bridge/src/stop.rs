//! Everything that ends the bridge from outside the plugin.

use std::{io::Read as _, panic, thread};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use crate::error::BridgeError;

/// Why to stop.
#[derive(Debug)]
pub(crate) enum Stop {
    /// SIGINT or SIGTERM.
    Signal,
    /// Standard input ended.
    ParentGone,
    /// A thread panicked; the text says where and with which words.
    Panic(String),
}

impl Stop {
    /// As the outcome of the program.
    pub(crate) fn outcome(self) -> Result<(), BridgeError> {
        match self {
            Self::Signal => Ok(()),
            Self::ParentGone => {
                tracing::info!("the parent is gone; stopping");
                Ok(())
            }
            Self::Panic(text) => Err(BridgeError::Panicked(text)),
        }
    }
}

/// Waits for the first reason to stop.
pub(crate) struct Stops {
    reasons: UnboundedReceiver<Stop>,
    interrupt: Signal,
    terminate: Signal,
}

impl Stops {
    /// Begins to watch. Must be called on a tokio runtime.
    pub(crate) fn watch(parent_on_stdin: bool) -> Result<Self, BridgeError> {
        let (sender, reasons) = unbounded_channel();
        watch_panics(sender.clone());
        if parent_on_stdin {
            watch_stdin(sender);
        }
        let interrupt = signal(SignalKind::interrupt()).map_err(BridgeError::Signals)?;
        let terminate = signal(SignalKind::terminate()).map_err(BridgeError::Signals)?;
        Ok(Self { reasons, interrupt, terminate })
    }

    /// The next reason to stop.
    pub(crate) async fn next(&mut self) -> Stop {
        tokio::select! {
            // The panic hook keeps a sender for ever, so the channel never closes.
            Some(stop) = self.reasons.recv() => stop,
            _ = self.interrupt.recv() => Stop::Signal,
            _ = self.terminate.recv() => Stop::Signal,
        }
    }
}

/// A panic on any thread ends the bridge. The plugin runs in several tasks, and when one of them dies the others go on
/// without it: the bridge would look alive and carry nothing.
fn watch_panics(sender: UnboundedSender<Stop>) {
    panic::set_hook(Box::new(move |info| {
        let words = info.payload_as_str().unwrap_or("(no text)");
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!("panic at {place}: {words}");
        // Nobody listens while the bridge is stopping already.
        let _ = sender.send(Stop::Panic(format!("at {place}: {words}")));
    }));
}

/// A thread of its own, because reading standard input cannot be cancelled.
fn watch_stdin(sender: UnboundedSender<Stop>) {
    thread::spawn(move || {
        let mut unread = [0; 256];
        // A parent says nothing after the configuration; should it do so, it is not for us.
        while std::io::stdin().read(&mut unread).is_ok_and(|count| count > 0) {}
        let _ = sender.send(Stop::ParentGone);
    });
}

//! Waiting for one reader with mio, which spares the executor of its futures.

use std::io::ErrorKind;
use std::time::Duration;

use rustdds::mio1::event::Source;
use rustdds::mio1::{Events, Interest, Poll, Token};

pub(crate) struct Waiting {
    poll: Poll,
    events: Events,
}

impl Waiting {
    pub(crate) fn on(source: &mut impl Source) -> Self {
        let poll = Poll::new().expect("a poll");
        poll.registry().register(source, Token(0), Interest::READABLE).expect("registered");
        Self { poll, events: Events::with_capacity(8) }
    }

    /// Returns when something may have come, or after so long. All that has come must be taken before the next wait.
    pub(crate) fn wait(&mut self, longest: Option<Duration>) {
        match self.poll.poll(&mut self.events, longest) {
            Err(error) if error.kind() != ErrorKind::Interrupted => panic!("a poll failed: {error}"),
            _ => {}
        }
    }
}

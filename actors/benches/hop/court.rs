//! The game: the server counts the throws of a batch and says how long they took; the other player throws back.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use rosactor::messages::std_msgs::UInt8MultiArray;

/// What is thrown. All systems share it; none copies it.
pub(crate) type Ball = Arc<UInt8MultiArray>;

/// Two players of one system: plays so many throws and says how long they took.
pub(crate) type Pair = Box<dyn FnMut(Ball, u32) -> Duration>;

/// The score that the server keeps.
pub(crate) struct Score {
    left: u32,
    began: Instant,
    done: Sender<Duration>,
}

impl Score {
    pub(crate) fn new(done: Sender<Duration>) -> Self {
        Self { left: 0, began: Instant::now(), done }
    }

    /// A batch begins with the server's throw.
    pub(crate) fn begin(&mut self, throws: u32) {
        self.left = throws / 2;
        self.began = Instant::now();
    }

    /// Counts a ball that came back; whether to throw it again.
    pub(crate) fn goes_on(&mut self) -> bool {
        self.left -= 1;
        if self.left == 0 {
            self.done.send(self.began.elapsed()).expect("somebody waits for the batch");
        }
        self.left > 0
    }
}

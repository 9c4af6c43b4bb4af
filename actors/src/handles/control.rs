//! The handle by which an actor ends itself.

use std::cell::RefCell;
use std::rc::Rc;

use crate::Error;

/// How an actor wants to end.
pub(crate) enum Ending {
    Finished,
    Failed(Error),
}

/// Where the shell finds the wish, and how it hears of it.
pub(crate) struct EndingSlot {
    pub(crate) ending: RefCell<Option<Ending>>,
    pub(crate) wake: Box<dyn Fn()>,
}

/// Ends the actor that owns it.
#[derive(Clone)]
pub struct Control(Rc<EndingSlot>);

impl Control {
    pub(crate) fn new(slot: Rc<EndingSlot>) -> Self {
        Self(slot)
    }

    /// Ends the actor as finished, after the present handler: `on_stop` runs, nothing more is delivered. With
    /// `restart: always` it begins anew, otherwise it stays ended.
    pub fn finish(&self) {
        self.end(Ending::Finished);
    }

    /// Ends this incarnation as failed, after the present handler. The supervisor decides what follows.
    pub fn fail(&self, error: impl Into<Error>) {
        self.end(Ending::Failed(error.into()));
    }

    fn end(&self, ending: Ending) {
        // The first wish counts: a failure is not forgotten because the actor also finishes.
        self.0.ending.borrow_mut().get_or_insert(ending);
        (self.0.wake)();
    }
}

//! What reaches a shell from its own thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::life::TaskEnd;

/// Tells the shell's thread that there is mail.
pub(crate) type Notify = Rc<dyn Fn()>;

/// One piece of news.
pub(crate) enum Mail<A> {
    /// A piece of work has ended.
    Ended(TaskEnd<A>),
    /// The actor may want to end.
    Poke,
}

/// The way to a shell. Clones lead to the same one.
pub(crate) struct Inbox<A> {
    waiting: Rc<RefCell<VecDeque<Mail<A>>>>,
    notify: Notify,
}

impl<A> Inbox<A> {
    pub(crate) fn new(notify: Notify) -> Self {
        Self { waiting: Rc::default(), notify }
    }

    pub(crate) fn put(&self, mail: Mail<A>) {
        self.waiting.borrow_mut().push_back(mail);
        (self.notify)();
    }

    pub(crate) fn take(&self) -> Option<Mail<A>> {
        self.waiting.borrow_mut().pop_front()
    }
}

impl<A> Clone for Inbox<A> {
    fn clone(&self) -> Self {
        Self { waiting: Rc::clone(&self.waiting), notify: Rc::clone(&self.notify) }
    }
}

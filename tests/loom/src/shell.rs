//! What is around the real files: the way of the wake token, and an actor that takes what is ready.

use std::sync::{Arc, PoisonError};

use crate::mailbox::{Sample, TopicMailbox, TopicPolicy, Wake};
use crate::port::{Lane, PortId, Ready, Turn, turn};
use crate::sync::{Condvar, Mutex, MutexGuard};

/// The actix mailbox, as far as it carries wake tokens.
pub(crate) struct Tokens {
    on_their_way: Mutex<usize>,
    arrived: Condvar,
}

impl Tokens {
    fn new() -> Self {
        Self { on_their_way: Mutex::new(0), arrived: Condvar::new() }
    }

    fn send(&self) {
        let mut count = self.count();
        *count += 1;
        assert_eq!(*count, 1, "two wake tokens are on their way");
        drop(count);
        self.arrived.notify_one();
    }

    /// Waits for a token. That none comes is what loom calls a deadlock.
    fn receive(&self) {
        let mut count = self.count();
        while *count == 0 {
            count = self.arrived.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
        *count -= 1;
    }

    fn count(&self) -> MutexGuard<'_, usize> {
        self.on_their_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the actor behaves.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// How many items it takes in one turn.
    pub(crate) share: usize,
    /// Its first item ends its incarnation; it begins anew after its next token or at once, whichever it sees first.
    pub(crate) fails_once: bool,
    /// Each item is work that holds its port until the turn is over.
    pub(crate) works: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self { share: 16, fails_once: false, works: false }
    }
}

/// An actor with its ports, as the shell and `Life` keep it.
pub(crate) struct Shell {
    ready: Arc<Ready>,
    tokens: Arc<Tokens>,
    mailboxes: Vec<Arc<TopicMailbox<u32>>>,
    habits: Habits,
    held: Vec<bool>,
    delivered: Vec<u32>,
}

impl Shell {
    pub(crate) fn new(ports: usize, policy: TopicPolicy, habits: Habits) -> Self {
        let (ready, tokens) = (Arc::new(Ready::default()), Arc::new(Tokens::new()));
        let waker = Arc::clone(&tokens);
        ready.connect(move || waker.send());
        let mailbox = |port: PortId| {
            let ready = Arc::clone(&ready);
            let wake: Wake = Arc::new(move || ready.mark(port, Lane::Samples));
            Arc::new(TopicMailbox::new(policy, wake))
        };
        let mailboxes = (0..ports).map(mailbox).collect();
        Self { ready, tokens, mailboxes, habits, held: vec![false; ports], delivered: Vec::new() }
    }

    pub(crate) fn mailbox(&self, port: PortId) -> Arc<TopicMailbox<u32>> {
        Arc::clone(&self.mailboxes[port])
    }

    /// Takes its turns until all that the publishers send has been delivered or dropped; what was delivered.
    pub(crate) fn run(mut self, sent: u64) -> Vec<u32> {
        while self.settled() < sent {
            self.tokens.receive();
            self.take_turns();
        }
        assert!(self.mailboxes.iter().all(|mailbox| mailbox.is_empty()));
        self.delivered
    }

    /// What one wake token leads to.
    fn take_turns(&mut self) {
        loop {
            let Self { ready, mailboxes, habits, held, delivered, .. } = self;
            let turn = turn(ready, habits.share, |port| {
                if held[port] {
                    return None;
                }
                let (sample, more) = mailboxes[port].take()?;
                delivered.push(Sample::into_message(sample));
                if std::mem::take(&mut habits.fails_once) {
                    return Some(());
                }
                held[port] = habits.works;
                if more && !held[port] {
                    ready.mark(port, Lane::Samples);
                }
                None
            });
            match turn {
                Turn::Yield => {}
                Turn::Done => return self.end_work(),
                Turn::Ended(()) => return self.begin_anew(),
            }
        }
    }

    /// What is in work has ended: each port goes on.
    fn end_work(&mut self) {
        for (port, held) in self.held.iter_mut().enumerate() {
            if std::mem::take(held) {
                self.ready.mark(port, Lane::Samples);
            }
        }
    }

    /// What happens between two incarnations. A token that comes before the second finds nobody.
    fn begin_anew(&mut self) {
        let found_nobody = std::mem::take(&mut *self.tokens.count()) > 0;
        if found_nobody {
            self.ready.sleep();
        }
        (0..self.mailboxes.len()).for_each(|port| self.ready.mark(port, Lane::Samples));
        self.ready.kick();
    }

    /// How much was delivered or dropped, of all ports together.
    fn settled(&self) -> u64 {
        let counters = self.mailboxes.iter().map(|mailbox| mailbox.counters());
        counters
            .map(|c| {
                assert_eq!(c.received, c.delivered + c.dropped + c.expired + c.queued, "{c:?}");
                c.delivered + c.dropped
            })
            .sum()
    }
}

//! The process groups of supervised programs.
//!
//! Each program leads a group of its own: a stop reaches its children too, and a Ctrl-C on the terminal reaches only the
//! deployment's process, which then stops everybody in order. The price is that nobody else ends them.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// The groups that run now.
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

fn running() -> MutexGuard<'static, BTreeSet<i32>> {
    // A set of numbers is whole after every step.
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The group of a program that runs. Dropping it kills what is left of it.
pub(crate) struct Group(i32);

impl Group {
    /// The group that the process with this id leads.
    pub(crate) fn of(leader: Option<u32>) -> Option<Self> {
        let group = i32::try_from(leader?).ok()?;
        running().insert(group);
        Some(Self(group))
    }

    /// Asks every process of the group to end.
    pub(crate) fn terminate(&self) {
        signal(self.0, Signal::SIGTERM);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        running().remove(&self.0);
        // Children that the program left behind.
        signal(self.0, Signal::SIGKILL);
    }
}

fn signal(group: i32, signal: Signal) {
    // A group that is gone needs no signal.
    let _ = killpg(Pid::from_raw(group), signal);
}

/// Kills every supervised program of this process at once: for an end without a stop, as after a second Ctrl-C.
pub fn kill_programs() {
    for group in std::mem::take(&mut *running()) {
        signal(group, Signal::SIGKILL);
    }
}

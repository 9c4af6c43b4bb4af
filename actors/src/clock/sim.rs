//! What the topic `/clock` says.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use rosactor_transport::messages::builtin_interfaces::Time;
use rosactor_transport::{Sample, TopicMailbox};
use tokio::sync::watch;

/// A clock that did not just run on: a simulation that was reset, or skipped a part.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeJump {
    /// What the clock said before; `None` if it is heard for the first time.
    pub from: Option<Time>,
    /// What it says now.
    pub to: Time,
}

impl TimeJump {
    /// Whether time went back.
    #[must_use]
    pub fn is_backward(&self) -> bool {
        let order = |time: &Time| (time.sec, time.nanosec);
        self.from.as_ref().is_some_and(|from| order(&self.to) < order(from))
    }
}

/// The mailbox of an actor's time jumps.
pub(crate) type JumpMailbox = TopicMailbox<TimeJump>;

/// Simulated time, from the moment it is first heard of. It outlives restarts of its actor.
#[derive(Default)]
pub(crate) struct SimTime {
    said: watch::Sender<Said>,
    /// Who hears of jumps, and how far time must go forward at once to be one.
    watchers: Mutex<Vec<(Duration, Weak<JumpMailbox>)>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Said {
    now: Option<Duration>,
    /// How often time went back.
    resets: u64,
}

/// How a wait for a moment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// It is that moment, or later: now.
    Reached(Duration),
    /// Time went back to now, and the moment belongs to the time before.
    Reset(Duration),
}

/// A time of `/clock` as the time since its epoch; a negative one, which no clock says, counts as zero.
pub(crate) fn since_epoch(time: &Time) -> Duration {
    Duration::new(u64::try_from(time.sec).unwrap_or_default(), time.nanosec.min(999_999_999))
}

/// The other way round.
pub(crate) fn moment(since_epoch: Duration) -> Time {
    Time::from(SystemTime::UNIX_EPOCH + since_epoch)
}

impl SimTime {
    /// What the clock says; `None` if it has not been heard yet.
    pub(crate) fn now(&self) -> Option<Duration> {
        self.said.borrow().now
    }

    /// Takes what the clock says.
    pub(crate) fn hear(&self, now: Duration) {
        let mut before = None;
        self.said.send_modify(|said| {
            before = said.now.replace(now);
            said.resets += u64::from(before.is_some_and(|before| now < before));
        });
        let jump = TimeJump { from: before.map(moment), to: moment(now) };
        let mut told = Vec::new();
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner).retain(|(least_forward, mailbox)| {
            let is_jump = before.is_none_or(|before| now < before || now - before > *least_forward);
            mailbox.upgrade().map(|mailbox| told.extend(is_jump.then_some(mailbox))).is_some()
        });
        for mailbox in told {
            // It keeps the last, and is never closed.
            let _ = mailbox.push(Sample::new(jump.clone()));
        }
    }

    /// Tells of jumps from now on.
    pub(crate) fn tell_jumps(&self, mailbox: &Arc<JumpMailbox>, least_forward: Duration) {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner).push((least_forward, Arc::downgrade(mailbox)));
    }

    /// Waits for the first time that the clock is heard.
    pub(crate) async fn first(&self) -> Duration {
        let mut said = self.said.subscribe();
        match said.wait_for(|said| said.now.is_some()).await.map(|said| said.now) {
            Ok(now) => now.unwrap_or_default(),
            // The sender lives as long as `self`.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the clock says `moment`, or goes back.
    pub(crate) async fn until(&self, moment: Duration) -> Due {
        let mut said = self.said.subscribe();
        let resets = said.borrow().resets;
        let due = |said: &Said| said.resets != resets || said.now.is_some_and(|now| now >= moment);
        match said.wait_for(due).await.map(|said| *said) {
            Ok(Said { now, resets: after }) if after == resets => Due::Reached(now.unwrap_or_default()),
            Ok(Said { now, .. }) => Due::Reset(now.unwrap_or_default()),
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        let mut moment = self.first().await + duration;
        while let Due::Reset(now) = self.until(moment).await {
            moment = now + duration;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_wait_ends_when_the_clock_says_so_and_begins_anew_when_it_goes_back() {
        let time = Arc::new(SimTime::default());
        let clock = Arc::clone(&time);
        let mut wait = Box::pin(async move { clock.sleep(100 * MS).await });
        let mut is_over = || wait.as_mut().now_or_never().is_some();
        assert!(!is_over(), "nobody has said what time it is");
        time.hear(1_000 * MS);
        assert!(!is_over());
        time.hear(1_099 * MS);
        assert!(!is_over());
        time.hear(10 * MS);
        assert!(!is_over(), "the moment belongs to the time before");
        time.hear(109 * MS);
        assert!(!is_over());
        time.hear(110 * MS);
        assert!(is_over());
    }

    #[test]
    fn a_jump_knows_its_direction() {
        let at = |sec| Time { sec, nanosec: 0 };
        assert!(TimeJump { from: Some(at(2)), to: at(1) }.is_backward());
        assert!(!TimeJump { from: Some(at(1)), to: at(2) }.is_backward());
        assert!(!TimeJump { from: None, to: at(1) }.is_backward());
        assert_eq!(since_epoch(&Time { sec: -1, nanosec: u32::MAX }), Duration::from_nanos(999_999_999));
    }
}

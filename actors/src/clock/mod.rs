//! Time. Two kinds of it:
//!
//! - *Steady time* measures how long something takes: back-off, time-outs, the age of samples. It is that of the tokio runtime,
//!   which a test may pause.
//! - An *actor's clock* is what ROS calls its clock: the system's date, or with the parameter `use_sim_time` what the topic `/clock`
//!   says. Timers beat on it, [`sleep`] waits on it, messages are stamped by it. Supervision stays on steady time: a simulator that
//!   stands still must not keep an actor from coming up again.

mod sim;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::clock::date;
use rosactor_transport::messages::builtin_interfaces::Time;
pub(crate) use tokio::time::Instant;

pub use sim::TimeJump;
pub(crate) use sim::{Due, JumpMailbox, SimTime, since_epoch};

/// An actor's clock. Clones are the same clock.
#[derive(Clone, Default)]
pub struct Clock(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Sim(Arc<SimTime>),
}

tokio::task_local! {
    /// The clock of the actor whose work is running.
    static CURRENT: Clock;
}

impl Clock {
    pub(crate) fn sim(time: Arc<SimTime>) -> Self {
        Self(Source::Sim(time))
    }

    /// The time for a message's stamp. With `use_sim_time` it is zero until `/clock` has been heard, as in ROS.
    #[must_use]
    #[doc(alias = "get_clock")]
    pub fn now(&self) -> Time {
        match &self.0 {
            Source::System => Time::from(date()),
            Source::Sim(time) => sim::moment(time.now().unwrap_or_default()),
        }
    }

    /// Whether it follows `/clock`.
    #[must_use]
    #[doc(alias = "ros_time_is_active")]
    pub fn is_simulated(&self) -> bool {
        matches!(self.0, Source::Sim(_))
    }

    /// Waits for `duration` on this clock. On simulated time a jump back makes it wait anew, and a clock that stands still keeps
    /// it waiting.
    pub async fn sleep(&self, duration: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(duration).await,
            Source::Sim(time) => time.sleep(duration).await,
        }
    }

    /// The simulated time, if it is one.
    pub(crate) fn simulated(&self) -> Option<&Arc<SimTime>> {
        match &self.0 {
            Source::System => None,
            Source::Sim(time) => Some(time),
        }
    }

    /// Runs an actor's work with this clock as the one that [`sleep`] asks.
    pub(crate) fn over<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), work)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("is_simulated", &self.is_simulated()).field("now", &self.now()).finish()
    }
}

/// Waits for `duration` on the actor's clock, inside [`run`](crate::run).
pub async fn sleep(duration: Duration) {
    let clock = CURRENT.try_with(Clock::clone).unwrap_or_default();
    clock.sleep(duration).await;
}

/// Waits until `deadline` on steady time.
pub(crate) async fn sleep_until(deadline: Instant) {
    tokio::time::sleep_until(deadline).await;
}

/// The present on steady time.
pub(crate) fn now() -> Instant {
    Instant::now()
}

//! Simulated time: an actor that makes it, and one that follows it.

use rosactor::messages::builtin_interfaces::Time;
use rosactor::messages::rosgraph_msgs::Clock as ClockMessage;
use rosactor::prelude::*;

/// Publishes on `/clock`, every ten milliseconds, ten milliseconds more, from second 5000 on.
pub(crate) struct Source {
    clock: Publisher<ClockMessage>,
    beats: u32,
}

impl Actor for Source {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(10), Self::on_beat);
        Ok(Self { clock: node.publisher("/clock"), beats: 0 })
    }
}

impl Source {
    fn on_beat(&mut self) {
        let now = Duration::from_secs(5000) + Duration::from_millis(10) * self.beats;
        let sec = i32::try_from(now.as_secs()).unwrap_or(i32::MAX);
        self.clock.publish(ClockMessage { clock: Time { sec, nanosec: now.subsec_nanos() } });
        self.beats += 1;
    }
}

/// Tells `simulated NANOSECONDS`, by the clock that its file sets to `use_sim_time`, at each tenth of a simulated second.
pub(crate) struct Follower {
    clock: Clock,
}

impl Actor for Follower {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(100), Self::on_beat);
        Ok(Self { clock: node.clock() })
    }
}

impl Follower {
    fn on_beat(&mut self) {
        let now = self.clock.now();
        info!("simulated {}", i64::from(now.sec) * 1_000_000_000 + i64::from(now.nanosec));
    }
}

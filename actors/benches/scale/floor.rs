//! Raw Zenoh.

use std::time::Instant;

use zenoh::Wait;

/// Declares subscribers, each on a key of its own, and tells how many seconds that took. What ROS needs to see a subscriber, a token, does not
/// belong to it.
pub(crate) fn subscribe(count: usize) -> f64 {
    let mut config = zenoh::Config::default();
    config.insert_json5("scouting/multicast/enabled", "false").expect("a key of Zenoh's");
    let session = zenoh::open(config).wait().expect("a session");
    let begin = Instant::now();
    for number in 0..count {
        let subscriber = session.declare_subscriber(format!("robot/topic_{number}")).callback(|_| {});
        std::mem::forget(subscriber.wait().expect("a subscriber"));
    }
    begin.elapsed().as_secs_f64()
}

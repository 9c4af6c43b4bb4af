//! Subscribers learn that the host of their publisher is gone, and that it is back.

use std::thread;
use std::time::{Duration, Instant};

use rosactor_tests::netns::Namespace;
use rosactor_tests::run::Run;

use crate::pair::Pair;

const PATIENCE: Duration = Duration::from_secs(30);

/// How often the logs are looked through.
const LOOK: Duration = Duration::from_millis(10);

/// Each host watches the other. Of `pulse` both ends say that each second without a sample is a loss.
const WATCHERS: &str = "
  - {name: present, type: tests/Watcher, host: robot, remap: {watched: commands}}
  - {name: steady, type: tests/Watcher, host: robot, remap: {watched: pulse}, mailboxes: {watched: {liveliness: manual_by_topic, lease: 1s}}}
  - name: heart
    type: tests/Sequences
    host: base
    remap: {seq_to_ros: pulse, seq_from_ros: nothing}
    mailboxes: {seq_to_ros: {liveliness: manual_by_topic, lease: 1s}}
  - {name: walker, type: tests/Sequences, host: robot, remap: {seq_to_ros: places, seq_from_ros: nothing}}
  - {name: overseer, type: tests/Watcher, host: base, remap: {watched: places}}
";

/// What each is told of its one publisher, which is lost twice.
const CHANGES: [&str; 5] = ["gained 1", "lost 0", "gained 1", "lost 0", "gained 1"];

/// Waits until each of these watchers has been told so many of the changes, and no others; returns how long that took for each.
fn wait_told(run: &Run, watchers: &[&str], changes: usize) -> Vec<Duration> {
    let begin = Instant::now();
    let mut times = vec![None; watchers.len()];
    while times.contains(&None) {
        for (watcher, time) in watchers.iter().zip(&mut times).filter(|(_, time)| time.is_none()) {
            let told = run.told(watcher, "event");
            *time = (told.len() >= changes).then(|| begin.elapsed());
            assert!(told.iter().zip(CHANGES).all(|(told, change)| told == change), "{watcher} was told {told:?}");
            assert!(told.len() <= changes, "{watcher} was told {told:?}");
        }
        let late = || run.process().account(&format!("has not told {watchers:?} of change {changes}"));
        assert!(begin.elapsed() < PATIENCE, "{}", late());
        thread::sleep(LOOK);
    }
    times.into_iter().flatten().collect()
}

#[test]
fn a_publisher_is_lost_with_its_host_or_the_network_and_gained_when_it_is_back() {
    let (robot_host, base_host, cable) = Namespace::weak_pair(3);
    let mut pair = Pair::start((robot_host, base_host), WATCHERS);
    let on_robot = ["steady", "present"];
    wait_told(&pair.robot, &on_robot, 1);
    wait_told(&pair.base, &["overseer"], 1);

    cable.cut();
    let lost = wait_told(&pair.robot, &on_robot, 2);
    wait_told(&pair.base, &["overseer"], 2);
    cable.heal();
    let gained = wait_told(&pair.robot, &on_robot, 3);
    wait_told(&pair.base, &["overseer"], 3);
    eprintln!("a cut: {on_robot:?} told after {lost:?}, and {gained:?} after its end");
    // By the lease of the topic, and by that of Zenoh, which is 3 s.
    assert!(lost[0] < Duration::from_millis(2500) && lost[1] < Duration::from_secs(6), "{lost:?}");

    pair.base.process().signal("KILL");
    let lost = wait_told(&pair.robot, &on_robot, 4);
    pair.start_base_again();
    let gained = wait_told(&pair.robot, &on_robot, 5);
    eprintln!("a killed base: {on_robot:?} told after {lost:?}, and {gained:?} after its start");
    assert!(lost[0] < Duration::from_millis(2500) && lost[1] < Duration::from_secs(2), "{lost:?}");

    wait_told(&pair.base, &["overseer"], 1);
    pair.robot.process().signal("KILL");
    let lost = wait_told(&pair.base, &["overseer"], 2);
    pair.start_robot_again();
    wait_told(&pair.base, &["overseer"], 3);
    eprintln!("a killed robot: its base was told after {lost:?}");
    assert!(lost[0] < Duration::from_secs(2), "{lost:?}");
    pair.stop();
}

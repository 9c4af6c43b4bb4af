//! What happens to the actors of two hosts when the network between them is gone, or one of them.

use std::thread;
use std::time::{Duration, Instant};

use rosactor_tests::netns::Namespace;

use crate::pair::Pair;

#[test]
fn a_network_that_is_gone_for_ten_seconds_ends_what_was_asked_and_all_goes_on_when_it_is_back() {
    let pair = Pair::start(Namespace::pair(), "");
    pair.wait_until_it_works();
    let goals = pair.asked("sender").len();
    let cut = Instant::now();
    pair.base_host.plug(false);
    // The goal that is under way ends as soon as the loss is noticed, and not by its own time-out, which is a day.
    pair.wait("be told that its goal is lost", || pair.asked("sender")[goals..].iter().any(|end| end["ok"] == false));
    let told = cut.elapsed();
    thread::sleep(Duration::from_secs(10).saturating_sub(cut.elapsed()));
    let heard = pair.heard().len();
    pair.base_host.plug(true);
    let resumed = pair.wait_until_it_works();
    eprintln!("a partition: told after {told:?}; commands came {resumed:?} after its end");
    assert!(pair.heard().len() > heard);
    assert!(!pair.errors("caller").is_empty(), "nobody noticed that the network was gone");
    pair.check();
}

#[test]
fn a_router_that_is_killed_and_started_again_is_found_again() {
    let mut pair = Pair::start(Namespace::pair(), "");
    pair.wait_until_it_works();
    let asked = pair.asked("caller").len();
    pair.base.process().signal("KILL");
    pair.wait("be told that its base is gone", || pair.asked("caller")[asked..].iter().any(|end| end["ok"] == false));
    pair.start_base_again();
    let resumed = pair.wait_until_it_works();
    eprintln!("a router started again: commands came {resumed:?} later");
    pair.stop();
}

//! Two hosts that are joined by a radio link: it loses frames, carries them late, and may be gone for a while without anybody being told.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rosactor_tests::netns::Namespace;
use rosactor_tests::process::Process;
use rosactor_tests::ros::finish;
use rosactor_tests::weak_cable::WeakCable;

use crate::PATIENCE;
use crate::pair::Pair;

const LOSS: f64 = 0.05;
const DELAY: Duration = Duration::from_millis(50);
/// Its end falls where an attempt to connect has just sent the last that it sends.
const CUT: Duration = Duration::from_millis(10_800);

/// How soon commands have to come again once the network is back, on a machine that may be busy: 0.4 to 1.6 s were seen on an idle one.
const SOON: Duration = Duration::from_secs(3);

/// Starts both hosts at the ends of a cable that was weak before they came.
fn start(seed: u64, loss: f64) -> (Pair, WeakCable) {
    let (robot_host, base_host, cable) = Namespace::weak_pair(seed);
    cable.set(loss, DELAY);
    let pair = Pair::start((robot_host, base_host), "");
    pair.wait_until_it_works();
    (pair, cable)
}

/// Cuts the cable for a time, in which all that is under way is ended, and returns how long after it commands came again.
fn cut(pair: &Pair, cable: &WeakCable, loss: f64) -> Duration {
    let ends = ["caller", "sender"].map(|actor| pair.asked(actor).len());
    let begin = Instant::now();
    cable.cut();
    pair.wait("be told that what it asked is lost", || {
        ["caller", "sender"]
            .iter()
            .zip(ends)
            .all(|(actor, end)| pair.asked(actor)[end..].iter().any(|end| end["ok"] == false))
    });
    let told = begin.elapsed();
    thread::sleep(CUT.saturating_sub(begin.elapsed()));
    cable.set(loss, DELAY);
    let resumed = pair.wait_until_it_works();
    eprintln!("a cut of a cable that loses {loss}: told after {told:?}; commands came {resumed:?} after its end");
    resumed
}

#[test]
fn over_a_link_that_loses_and_delays_all_comes_once_and_in_order() {
    let (pair, cable) = start(1, LOSS);
    let (before, heard, calls, goals) =
        (cable.frames(), pair.heard().len(), pair.answered("caller"), pair.answered("sender"));
    let begin = Instant::now();
    // Some eighty frames are lost in that.
    pair.wait("hear 400 commands", || pair.heard().len() >= heard + 400);
    let frames = cable.frames().since(before);
    let (calls, goals) = (pair.answered("caller") - calls, pair.answered("sender") - goals);
    let (share, time) = (frames.share_lost(), begin.elapsed());
    eprintln!("{frames:?} ({share:.3} lost): 400 commands, {calls} calls and {goals} goals in {time:?}");
    assert!((LOSS / 2.0..LOSS * 1.5).contains(&share) && frames.lost > 20, "{frames:?}");
    assert!(calls > 50 && goals > 5, "{calls} calls and {goals} goals were answered in {time:?}");
    // What is lost of a handshake is sent again after a second only.
    let resumed = cut(&pair, &cable, LOSS);
    assert!(resumed < 2 * SOON, "commands came {resumed:?} after the cut");
    pair.check();
}

#[test]
fn after_a_silent_cut_commands_come_again_soon() {
    let (pair, cable) = start(2, 0.0);
    let resumed = cut(&pair, &cable, 0.0);
    assert!(resumed < SOON, "commands came {resumed:?} after the cut");
    pair.check();
}

/// What the tests above take for granted.
#[test]
fn a_weak_cable_loses_and_delays_what_it_was_told_to_and_keeps_the_order() {
    let (a, b, cable) = Namespace::weak_pair(4);
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("net/datagrams.py");
    let send = |count: u64| {
        let mut command = a.command("python3");
        let mut sender =
            Process::start("the sender", command.arg(&program).args(["send", b.address()]).arg(count.to_string()));
        assert!(sender.wait(PATIENCE).success(), "{}", sender.account("failed"));
    };
    let carry = |count| {
        let mut taker = Process::start("the taker", b.command("python3").arg(&program).args(["take", b.address()]));
        taker.wait_for_output(PATIENCE, |line| line.contains("ready"));
        send(count);
        let taken = finish(&mut taker, PATIENCE);
        let numbers: Vec<u64> = taken["numbers"].as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect();
        (numbers, taken["least_s"].as_f64().unwrap())
    };

    let (numbers, least) = carry(300);
    assert!(numbers == (0..300).collect::<Vec<_>>() && least < DELAY.as_secs_f64(), "{least} s, {numbers:?}");

    cable.set(LOSS, DELAY);
    let (numbers, least) = carry(3000);
    assert!(least >= DELAY.as_secs_f64(), "{least} s");
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    let arrived = numbers.len() as f64 / 3000.0;
    assert!((1.0 - arrived - LOSS).abs() < 0.02, "{arrived} arrived");

    cable.cut();
    let before = cable.frames();
    send(300);
    let frames = cable.frames().since(before);
    assert!(frames.passed == 0 && frames.lost >= 300, "{frames:?}");
}

//! What follows a failure: the strategies, the limits, and who decides next.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;

/// Members by their places: a 0, b c d 1 to 3, e 4, f g 5 and 6, h 7, i 8.
const TREE: &str = "\
deployment: tree
supervision: {restarts: 1, within: 1h, backoff: 1s}
actors:
  - {name: a, type: t/A}
  - group: x
    supervision: {strategy: rest_for_one, restarts: 2}
    actors:
      - {name: b, type: t/A}
      - {name: c, type: t/A}
      - {name: d, type: t/A}
  - group: y
    supervision: {strategy: one_for_all, restarts: 3, backoff: 5s}
    actors:
      - {name: e, type: t/A}
      - group: z
        actors:
          - {name: f, type: t/A}
          - {name: g, type: t/A}
      - {name: h, type: t/A}
  - {name: i, type: t/A}
";
const MEMBERS: usize = 9;

fn tree() -> Supervisors {
    Supervisors::new(&Deployment::parse(Path::new("tree.yaml"), TREE).unwrap())
}

fn down(range: Range<usize>) -> Option<Order> {
    Some(Order::Down(range))
}

/// A moment far behind every back-off, and well within the time over which restarts are counted.
fn later(now: &mut Instant) -> Instant {
    *now += Duration::from_secs(60);
    *now
}

#[test]
fn each_strategy_restarts_whom_it_says() {
    let expected = [
        (0, Some(Order::Fail), "a has used up its own restarts, and nobody is above"),
        (1, down(1..4), "rest_for_one: b and those after it"),
        (2, down(2..4), "rest_for_one: c and d"),
        (3, down(3..4), "rest_for_one: d alone"),
        (4, down(4..8), "one_for_all, with the group within"),
        (5, down(4..8), "f has used up its own restarts, so its group failed, and that is one of a one_for_all"),
        (7, down(4..8), "one_for_all"),
        (8, Some(Order::Fail), "as a"),
    ];
    for (member, order, why) in expected {
        assert_eq!(tree().failed(member, Fault::Failed, Instant::now()), order, "{why}");
    }
}

#[test]
fn only_members_of_one_for_one_restart_alone() {
    let alone: Vec<usize> = (0..MEMBERS).filter(|member| tree().alone(*member).is_some()).collect();
    assert_eq!(alone, [0, 5, 6, 8]);
    let supervision = tree().alone(5).unwrap();
    assert_eq!(supervision.backoff.min, Duration::from_secs(5), "what a group leaves out is as around it");
}

#[test]
fn beyond_a_groups_limit_the_group_around_it_decides_and_the_group_begins_anew() {
    let (mut tree, mut now) = (tree(), Instant::now());
    let mut orders = Vec::new();
    for _ in 0..7 {
        orders.push(tree.failed(3, Fault::Failed, later(&mut now)));
        tree.rise(later(&mut now));
    }
    // Two restarts of x's own, then one of x as a whole, which is all that the deployment allows; two of the new x, then the end.
    let expected = [down(3..4), down(3..4), down(1..4), down(3..4), down(3..4), Some(Order::Fail), None];
    assert_eq!(orders, expected);
}

#[test]
fn restarts_that_are_long_ago_do_not_count() {
    let (mut tree, mut now) = (tree(), Instant::now());
    for _ in 0..20 {
        assert_eq!(tree.failed(3, Fault::Failed, now), down(3..4));
        now += Duration::from_secs(3_601);
        assert_eq!(tree.rise(now), Some(3..4));
    }
}

#[test]
fn who_is_down_already_is_not_restarted_twice() {
    let (mut tree, now) = (tree(), Instant::now());
    assert_eq!(tree.failed(2, Fault::Failed, now), down(2..4));
    assert_eq!(tree.failed(3, Fault::Failed, now), None, "d went down with c");
    assert_eq!(tree.failed(4, Fault::Failed, now), down(4..8), "the other group knows nothing of it");
    assert_eq!(tree.failed(1, Fault::Failed, now), down(1..4), "b takes those along that are down");
    assert_eq!(tree.rise(now + Duration::from_secs(60)).map(|range| range.start.min(4)), Some(4));
    assert_eq!(tree.rise(now + Duration::from_secs(60)), Some(1..4), "once, and together");
    assert_eq!((tree.rise(now + Duration::from_secs(60)), tree.due()), (None, None));
}

#[test]
fn nobody_comes_up_before_the_back_off_is_over() {
    let (mut tree, now) = (tree(), Instant::now());
    tree.failed(4, Fault::Failed, now);
    let due = tree.due().unwrap();
    assert!(due >= now + Duration::from_secs(5));
    assert_eq!(tree.rise(due - Duration::from_nanos(1)), None);
    assert_eq!(tree.rise(due), Some(4..8));
}

#[test]
fn what_is_hopeless_ends_the_deployment_once() {
    let (mut tree, now) = (tree(), Instant::now());
    assert_eq!(tree.failed(2, Fault::Hopeless, now), Some(Order::Fail));
    for member in 0..MEMBERS {
        assert_eq!(tree.failed(member, Fault::Failed, now), None);
    }
    assert!(tree.gave_up() && tree.due().is_none());
}

/// Whatever fails when: who fails goes down with it or it is the end, nobody is left down, and nobody comes up who is up.
#[test]
fn whoever_goes_down_comes_up_again() {
    for seed in 0..200 {
        let mut random = StdRng::seed_from_u64(seed);
        let (mut tree, mut now, mut up) = (tree(), Instant::now(), [true; MEMBERS]);
        for _ in 0..100 {
            now += Duration::from_secs(random.random_range(0..1_200));
            while let Some(range) = tree.rise(now) {
                for member in range {
                    assert!(!std::mem::replace(&mut up[member], true), "{member} was up, seed {seed}");
                }
            }
            let member = random.random_range(0..MEMBERS);
            if !up[member] {
                assert_eq!(tree.failed(member, Fault::Failed, now), None);
                continue;
            }
            match tree.failed(member, Fault::Failed, now) {
                Some(Order::Down(range)) => {
                    assert!(range.contains(&member));
                    up[range].fill(false);
                }
                end => {
                    assert_eq!(end, Some(Order::Fail));
                    break;
                }
            }
        }
        if !tree.gave_up() {
            while let Some(range) = tree.rise(now + Duration::from_secs(3_600)) {
                up[range].fill(true);
            }
            assert_eq!(up, [true; MEMBERS], "seed {seed}");
        }
    }
}

//! Actors in the test rig: virtual time, faults from a seed, simulated time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rosactor::deployment::Deployment;
use rosactor::messages::Message;
use rosactor::messages::builtin_interfaces::Time;
use rosactor::messages::geometry_msgs::Twist;
use rosactor::messages::nav_msgs::Odometry;
use rosactor::messages::rosgraph_msgs;
use rosactor::messages::sensor_msgs::{Image, LaserScan};
use rosactor::messages::std_msgs::{String as Text, UInt32};
use rosactor::messages::tf2_msgs::TFMessage;
use rosactor::prelude::*;
use rosactor::testing::{Faults, TestRig};
use rosactor::{Actors, TimeJump};
use rosactor_tests::command::repository;
use rosactor_tests::live::actor;

const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

/// Every message in the order in which it arrived, as one number.
#[derive(Clone, Default)]
struct Course(Arc<Mutex<(DefaultHasher, u64)>>);

impl Course {
    fn note<M: Message>(&self, rig: &TestRig, topic: &'static str) -> impl Sized + use<M> {
        let course = Arc::clone(&self.0);
        rig.tap::<M>(topic, move |sample| {
            let (hasher, count) = &mut *course.lock().unwrap();
            hasher.write(topic.as_bytes());
            hasher.write(&sample.encode().unwrap());
            *count += 1;
        })
    }

    fn end(&self) -> (u64, u64) {
        let (hasher, count) = &*self.0.lock().unwrap();
        (hasher.finish(), *count)
    }
}

/// The course of the lesson for a time, and what the robot did.
fn lesson(seed: u64, duration: Duration) -> ((u64, u64), rosactor::launch::Report) {
    let file = repository().join("configs/lesson_4_1.yaml");
    let mut deployment = Deployment::load(&file).unwrap();
    let world = repository().join("configs/worlds/room.json");
    deployment.set_param(&format!("simulated_robot:world:={}", world.display())).unwrap();
    // Burns real time on purpose, which is no virtual time.
    deployment.set_param("async_processing_node:cpu_task_s:=0.0").unwrap();
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);

    let rig = TestRig::new(seed);
    let course = Course::default();
    let _taps = (
        course.note::<LaserScan>(&rig, "scan"),
        course.note::<Odometry>(&rig, "odom"),
        course.note::<TFMessage>(&rig, "tf"),
        course.note::<Image>(&rig, "camera/image_raw"),
        course.note::<Twist>(&rig, "cmd_vel"),
        course.note::<Text>(&rig, "async_status"),
        course.note::<Text>(&rig, "async_result"),
    );
    let lesson = rig.deploy("robot", deployment, &actors).unwrap();
    rig.run_for(duration);
    let report = lesson.stop();
    (course.end(), report)
}

#[test]
fn an_hour_of_the_lesson_takes_the_same_course_every_time() {
    let begin = Instant::now();
    let hour = 3_600 * SECOND;
    let (course, report) = lesson(7, hour);
    println!("one hour of the lesson: {} messages, {:.1} s", course.1, begin.elapsed().as_secs_f64());
    assert!(report.ok, "{report:#?}");
    let robot = actor(&report, "simulated_robot");
    assert_eq!(robot.outcome["collisions"], 0);
    assert!(robot.outcome["distance_m"].as_f64().unwrap() > 100.0, "{:?}", robot.outcome);
    // 10 scans, 25 odometries and transforms, 5 pictures, 10 commands, and one operation's beginning and end a second.
    let expected = 3_600 * (10 + 25 + 25 + 5 + 10 + 1 + 1);
    assert!(course.1.abs_diff(expected) < 100, "{} messages, expected about {expected}", course.1);
    assert_eq!(lesson(7, hour).0, course);
}

/// Passes on what it hears, with the number of its incarnation.
struct Relay {
    out: Publisher<UInt32>,
}

impl Actor for Relay {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("in").keep_last(1_000), Self::on_number);
        Ok(Self { out: node.publisher("out") })
    }
}

impl Relay {
    fn on_number(&mut self, number: UInt32) {
        self.out.publish(number);
    }
}

/// Counts at every beat.
struct Counter {
    out: Publisher<UInt32>,
    count: u32,
}

impl Actor for Counter {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(10 * MS, Self::count);
        Ok(Self { out: node.publisher("in"), count: 0 })
    }
}

impl Counter {
    fn count(&mut self) {
        self.count += 1;
        self.out.publish(UInt32 { data: self.count });
    }
}

/// What of a minute's count gets through a relay over a network with faults.
fn relayed(seed: u64, faults: Faults) -> Vec<u32> {
    let rig = TestRig::new(seed);
    let out = rig.probe::<UInt32>("out");
    rig.set_faults(faults);
    let _relay = rig.start::<Relay>("relay");
    let _counter = rig.start::<Counter>("counter");
    rig.run_for(60 * SECOND + 5 * MS);
    out.all().iter().map(|sample| sample.data).collect()
}

#[test]
fn faults_lie_between_deployments_and_a_seed_repeats_them() {
    assert_eq!(relayed(1, Faults::default()), (1..=6_000).collect::<Vec<_>>());
    let faults = Faults { drop: 0.2, duplicate: 0.1, ..Faults::default() };
    let course = relayed(1, faults.clone());
    assert!((5_000..5_600).contains(&course.len()), "{}", course.len());
    assert_eq!(relayed(1, faults.clone()), course);
    assert_ne!(relayed(2, faults), course);
}

#[test]
fn a_crash_is_mended_after_its_back_off_and_a_cut_when_it_is_joined() {
    let rig = TestRig::new(1);
    let out = rig.probe::<UInt32>("out");
    let relay = rig.start::<Relay>("relay");
    let numbers = rig.feed("in");
    let send = |data| numbers.publish(UInt32 { data });
    send(1);
    out.expect(SECOND, |number| number.data == 1);

    assert!(relay.crash("relay"));
    assert!(!relay.crash("nobody"));
    send(2);
    out.expect(SECOND, |number| number.data == 2);
    send(3);
    out.expect_none(90 * MS);
    out.expect(60 * MS, |number| number.data == 3);
    assert_eq!(actor(&relay.report(), "relay").restarts, 1);

    rig.cut("relay", "test");
    send(4);
    rig.join("relay", "test");
    send(5);
    assert_eq!(out.expect(SECOND, |_| true).data, 5);
}

#[test]
#[should_panic(expected = "seed 42 repeats this")]
fn an_expectation_that_fails_names_its_seed() {
    let rig = TestRig::new(42);
    rig.probe::<UInt32>("nothing").expect(SECOND, |_| true);
}

/// Stamps its beats, and tells of jumps.
struct Stamper {
    clock: Clock,
    beats: Publisher<rosgraph_msgs::Clock>,
    jumps: Publisher<Text>,
    slept: Publisher<UInt32>,
}

impl Actor for Stamper {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(SECOND, Self::beat);
        node.on_time_jump(10 * SECOND, Self::on_jump);
        node.on_start(Self::sleep);
        Ok(Self {
            clock: node.clock(),
            beats: node.publisher("beats"),
            jumps: node.publisher("jumps"),
            slept: node.publisher("slept"),
        })
    }
}

impl Stamper {
    fn beat(&mut self) {
        self.beats.publish(rosgraph_msgs::Clock { clock: self.clock.now() });
    }

    fn on_jump(&mut self, jump: TimeJump) {
        let from = jump.from.as_ref().map_or("nothing".to_owned(), |from| from.sec.to_string());
        let back = if jump.is_backward() { " (back)" } else { "" };
        self.jumps.publish(Text { data: format!("{from} to {}{back}", jump.to.sec) });
    }

    fn sleep(&mut self) -> Then<Self> {
        run(sleep(5 * SECOND)).then(|stamper: &mut Self, ()| stamper.slept.publish(UInt32 { data: 5 }))
    }
}

#[test]
fn simulated_time_is_what_clock_says() {
    let mut actors = Actors::new();
    actors.add::<Stamper>("test/Stamper");
    let rig = TestRig::new(1);
    let (beats, jumps) = (rig.probe::<rosgraph_msgs::Clock>("beats"), rig.probe::<Text>("jumps"));
    let slept = rig.probe::<UInt32>("slept");
    let text = "deployment: sim\nactors:\n  - {name: stamper, type: test/Stamper, params: {use_sim_time: true}}\n";
    let _stamper = rig.deploy_text("robot", text, &actors).unwrap();
    let clock = rig.feed("/clock");
    let say = |sec, nanosec| {
        clock.publish(rosgraph_msgs::Clock { clock: Time { sec, nanosec } });
        rig.run_for(MS);
    };
    let stamps = || beats.all().iter().map(|beat| beat.clock.sec).collect::<Vec<_>>();
    let jumped = || jumps.all().iter().map(|jump| jump.data.clone()).collect::<Vec<_>>();

    // An hour without a clock is no time at all.
    beats.expect_none(3_600 * SECOND);
    say(100, 0);
    assert_eq!(jumped(), ["nothing to 100"]);
    (1..=30).for_each(|tenth| say(100 + tenth / 10, tenth as u32 % 10 * 100_000_000));
    assert_eq!(stamps(), [101, 102, 103]);
    slept.expect_none(SECOND);

    // The simulation is reset: beats and waits begin anew.
    say(10, 0);
    assert_eq!(jumped(), ["103 to 10 (back)"]);
    beats.expect_none(SECOND);
    (11..=14).for_each(|sec| say(sec, 0));
    assert_eq!(stamps(), [11, 12, 13, 14]);
    slept.expect_none(SECOND);
    say(15, 0);
    assert_eq!(slept.latest().unwrap().data, 5);

    say(60, 0);
    assert_eq!(jumped(), ["15 to 60"]);
    assert_eq!(stamps(), [15, 60], "beats that were passed over are skipped");
}

/// Says on which thread it is.
struct Where;

impl Actor for Where {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let outcome = node.outcome();
        node.on_start(move |_: &mut Self| outcome.set("thread", format!("{:?}", std::thread::current().id())));
        Ok(Self)
    }
}

#[test]
fn a_rig_keeps_all_actors_on_the_thread_of_the_test() {
    let mut actors = Actors::new();
    actors.add::<Where>("t/Where");
    let text = "deployment: d\nthreads: spread\nactors:\n  - {name: a, type: t/Where}\n  - {name: b, type: t/Where}\n\
                \x20 - {name: c, type: t/Where, thread: own}\n";
    let rig = TestRig::new(1);
    let deployed = rig.deploy_text("host", text, &actors).unwrap();
    rig.run_for(MS);
    let report = deployed.report();
    let here = format!("{:?}", std::thread::current().id());
    for name in ["a", "b", "c"] {
        assert_eq!(actor(&report, name).outcome["thread"], here.as_str(), "{name}");
    }
}

#[test]
fn what_lives_in_real_time_is_refused() {
    let rig = TestRig::new(1);
    let text = "deployment: d\nactors:\n  - {name: driver, exec: [true]}\n";
    let refused = rig.deploy_text("robot", text, &Actors::new()).err().unwrap().to_string();
    assert!(refused.contains("the program /driver runs in real time"), "{refused}");
}

/// The hosts of a file as processes of the rig see each other.
#[test]
fn hosts_are_seen_on_virtual_time() {
    const FILE: &str = "deployment: pair
hosts:
  base: {mode: router, listen: [tcp/base:7447]}
  robot: {connect: [tcp/base:7447]}
actors:
  - {name: sums, type: lessons/MathService, host: base}
  - {name: more_sums, type: lessons/MathService, host: robot}
";
    let mut actors = Actors::new();
    rosactor_lessons::register(&mut actors);
    let rig = TestRig::new(1);
    rig.set_faults(Faults { delay: 30 * MS..=30 * MS, ..Faults::default() });
    let start = |host: &str| {
        let mut part = Deployment::parse("pair.yaml".as_ref(), FILE).unwrap();
        part.keep_host(Some(host)).unwrap();
        rig.deploy(host, part, &actors).unwrap()
    };
    let (base, robot) = (start("base"), start("robot"));
    rig.run_for(3 * SECOND);
    let seen = |place: usize| base.report().hosts[place].clone();
    assert_eq!((seen(1).name.as_str(), seen(1).present, seen(1).lost), ("robot", true, 0));
    // One clock; the network takes 30 ms each way, and timers a millisecond more at most.
    assert!(seen(1).clock_offset_ms.is_some_and(|ms| ms.abs() <= 1.0), "{:?}", seen(1));
    assert!(seen(1).round_trip_ms.is_some_and(|ms| (60.0..=62.0).contains(&ms)), "{:?}", seen(1));
    rig.cut("base", "robot");
    assert_eq!((seen(0).present, seen(1).present, seen(1).lost), (true, false, 1));
    rig.join("base", "robot");
    assert_eq!((seen(1).present, seen(1).lost), (true, 1));
    let report = robot.stop();
    assert!(report.hosts.iter().all(|host| host.present && host.lost <= 1), "{report:#?}");
    assert_eq!((seen(1).present, seen(1).lost), (false, 2));

    let alone = rig.deploy_text("alone", "deployment: d\nactors: [{name: a, type: lessons/MathService}]\n", &actors);
    assert!(alone.unwrap().report().hosts.is_empty(), "a file without hosts has none");
}

#[test]
fn an_edited_deployment_is_taken_over_in_no_time() {
    let rig = TestRig::new(1);
    let out = rig.probe::<UInt32>("out");
    let mut actors = Actors::new();
    actors.add::<Relay>("t/Relay").add::<Counter>("t/Counter");
    let parse = |text: &str| Deployment::parse("d.yaml".as_ref(), text).unwrap();
    let text = "deployment: d\nactors:\n  - {name: counter, type: t/Counter}\n";
    let deployed = rig.deploy("robot", parse(text), &actors).unwrap();
    rig.run_for(95 * MS);
    let begin = rig.elapsed();
    let more = format!("{text}  - {{name: relay, type: t/Relay}}\n");
    assert_eq!(deployed.apply(parse(&more)).unwrap().to_string(), "started relay; 1 unchanged");
    assert_eq!(rig.elapsed(), begin);
    assert_eq!(out.expect(20 * MS, |_| true).data, 10, "the counter went on");
    let program = parse(&format!("{text}  - {{name: driver, exec: [true]}}\n"));
    assert!(deployed.apply(program).unwrap_err().to_string().contains("runs in real time"));
    assert!(deployed.crash("relay") && deployed.crash("counter"));
    out.expect(SECOND, |number| number.data == 1);
    assert_eq!(deployed.apply(parse(text)).unwrap().to_string(), "stopped relay; 1 unchanged");
    assert!(!deployed.crash("relay"));
    assert!(deployed.stop().ok);
}

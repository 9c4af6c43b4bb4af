//! The floor: raw Zenoh, all work in its callbacks.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use zenoh::bytes::ZBytes;
use zenoh::pubsub::Publisher;
use zenoh::qos::CongestionControl;
use zenoh::query::Querier;
use zenoh::{Config, Session, Wait};

use crate::job::{Job, Role, System, Work};
use crate::score::{Score, note_begin};

/// As long as two numbers of AddTwoInts in CDR, and as their sum.
const REQUEST: [u8; 20] = [0; 20];
const RESPONSE: [u8; 12] = [0; 12];
/// Bytes of a LaserScan of 1080 ranges and intensities.
const SCAN: usize = 8704;

fn open(job: &Job, listens: bool) -> Session {
    let endpoints = format!("[\"tcp/127.0.0.1:{}\"]", job.port);
    let (listen, connect) = if listens { (endpoints.as_str(), "[]") } else { ("[]", endpoints.as_str()) };
    // Zenoh's routers pass nothing on between peers.
    let mode = match (job.role, job.routed) {
        (Role::Router, _) => r#""router""#,
        (_, true) => r#""client""#,
        (_, false) => r#""peer""#,
    };
    let mut config = Config::default();
    for (key, value) in [
        ("mode", mode),
        ("listen/endpoints", listen),
        ("connect/endpoints", connect),
        ("scouting/multicast/enabled", "false"),
        ("timestamping/enabled", "true"),
        ("transport/shared_memory/enabled", if job.system == System::ZenohShm { "true" } else { "false" }),
    ] {
        config.insert_json5(key, value).expect("a key of Zenoh's");
    }
    zenoh::open(config).wait().expect("a session")
}

fn publisher(job: &Job, session: &Session, key: &'static str) -> Publisher<'static> {
    let builder = session.declare_publisher(key).congestion_control(CongestionControl::Block);
    builder.express(job.system == System::ZenohExpress).wait().expect("a publisher")
}

fn until(what: impl Fn() -> bool) {
    while !what() {
        thread::sleep(Duration::from_millis(1));
    }
}

pub(crate) fn router(job: &Job) -> impl Any + use<> {
    open(job, true)
}

pub(crate) fn pong(job: &Job) -> impl Any + use<> {
    let session = open(job, !job.routed);
    let (work, count) = (job.work, job.count);
    if work == Work::Call {
        let express = job.system == System::ZenohExpress;
        let answer = move |query: zenoh::query::Query| {
            note_begin();
            query.reply("call", &RESPONSE[..]).express(express).wait().expect("a reply");
        };
        session.declare_queryable("call").complete(true).callback(answer).background().wait().expect("a queryable");
        return (session, None);
    }
    let back = Arc::new(publisher(job, &session, "pong"));
    let score = Mutex::new(Score::new(count, 0));
    let out = Arc::clone(&back);
    let take = move |sample: zenoh::sample::Sample| match work {
        Work::Stream => score.lock().unwrap_or_else(PoisonError::into_inner).arrive(),
        _ => {
            note_begin();
            out.put(sample.payload().clone()).wait().expect("a throw");
        }
    };
    session.declare_subscriber("ping").callback(take).background().wait().expect("a subscriber");
    (session, Some(back))
}

pub(crate) fn ping(job: &Job) -> impl Any + use<> {
    let session = open(job, false);
    if job.work == Work::Call {
        return (session.clone(), call(job, &session));
    }
    let forth = Arc::new(publisher(job, &session, "ping"));
    let payload = ZBytes::from(vec![7_u8; if job.work == Work::Scan { SCAN } else { job.payload }]);
    let game = Arc::new(Mutex::new((Score::new(job.count, job.warm_up()), Instant::now())));
    let (out, ball, state, paced) = (Arc::clone(&forth), payload.clone(), Arc::clone(&game), job.rate > 0.0);
    let throw_again = move |_| {
        let mut game = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (score, thrown) = &mut *game;
        if score.note(thrown.elapsed()) && !paced {
            *thrown = Instant::now();
            out.put(ball.clone()).wait().expect("a throw");
        }
    };
    session.declare_subscriber("pong").callback(throw_again).background().wait().expect("a subscriber");
    until(|| forth.matching_status().wait().is_ok_and(|status| status.matching()));
    // The other side may not have heard of our subscriber yet.
    thread::sleep(Duration::from_millis(200));
    if job.work == Work::Stream {
        note_begin();
        (0..job.count).for_each(|_| forth.put(payload.clone()).wait().expect("sent"));
        return (session, None);
    }
    let throws = if paced { job.warm_up() + job.count } else { 1 };
    for _ in 0..throws {
        game.lock().unwrap_or_else(PoisonError::into_inner).1 = Instant::now();
        forth.put(payload.clone()).wait().expect("a throw");
        if paced {
            thread::sleep(Duration::from_secs_f64(1.0 / job.rate));
        }
    }
    (session, None)
}

/// So many chains of calls, each of which makes the next call when it is answered.
fn call(job: &Job, session: &Session) -> Option<Arc<Querier<'static>>> {
    let querier = session.declare_querier("call").express(job.system == System::ZenohExpress).wait();
    let querier = Arc::new(querier.expect("a querier"));
    until(|| querier.matching_status().wait().is_ok_and(|status| status.matching()));
    let game = Arc::new(Mutex::new((Score::new(job.count, job.warm_up()), job.warm_up() + job.count)));
    (0..job.in_flight).for_each(|_| call_on(&querier, &game));
    Some(querier)
}

type Calls = Arc<Mutex<(Score, usize)>>;

fn call_on(querier: &Arc<Querier<'static>>, game: &Calls) {
    let mut state = game.lock().unwrap_or_else(PoisonError::into_inner);
    if state.1 == 0 {
        return;
    }
    state.1 -= 1;
    drop(state);
    let begin = Instant::now();
    let (next, calls) = (Arc::clone(querier), Arc::clone(game));
    let answered = move |_| {
        let goes_on = calls.lock().unwrap_or_else(PoisonError::into_inner).0.note(begin.elapsed());
        if goes_on {
            call_on(&next, &calls);
        }
    };
    querier.get().payload(&REQUEST[..]).callback(answered).wait().expect("a call");
}

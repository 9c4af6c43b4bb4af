//! Our players: actors of a deployment, which throw by publishing.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rosactor::deployment::Deployment;
use rosactor::messages::std_msgs::UInt8MultiArray;
use rosactor::prelude::*;
use rosactor::{Actors, launch};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::court::{Ball, Pair, Score};

type Serves = Arc<tokio::sync::Mutex<UnboundedReceiver<(Ball, u32)>>>;

/// What the next server gets; `setup` has no other way to it.
static LINE: Mutex<Option<(Serves, Sender<Duration>)>> = Mutex::new(None);

/// Balls that came back and were not those that were served, but copies.
static STRANGERS: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn strangers() -> usize {
    STRANGERS.load(Ordering::Relaxed)
}

pub(crate) fn start(threads: bool) -> Pair {
    let (serve, serves) = unbounded_channel();
    let (done, wait) = channel();
    *LINE.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::new(tokio::sync::Mutex::new(serves)), done));
    let mut actors = Actors::new();
    actors.add::<Server>("hop/Server").add::<Returner>("hop/Returner");
    let thread = if threads { ", thread: own" } else { "" };
    let file = format!(
        "deployment: hop\nactors:\n- {{name: server, type: hop/Server}}\n- {{name: returner, type: hop/Returner{thread}}}\n"
    );
    let deployment = Deployment::parse(Path::new("hop.yaml"), &file).expect("the file is right");
    let running = launch::start(deployment, actors).expect("the deployment starts");
    Box::new(move |ball, throws| {
        serve.send((ball, throws)).expect("the server listens");
        let took = wait.recv().expect("the server answers");
        let _ = &running;
        took
    })
}

struct Server {
    out: Publisher<UInt8MultiArray>,
    serves: Serves,
    score: Score,
    served: Ball,
}

impl Actor for Server {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let line = LINE.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (serves, done) = line.ok_or("nobody serves")?;
        node.on_start(Self::wait_for_serve);
        node.subscribe("back", Self::on_ball);
        Ok(Self { out: node.publisher("forth"), serves, score: Score::new(done), served: Ball::default() })
    }
}

impl Server {
    fn wait_for_serve(&mut self) -> Then<Self> {
        let serves = Arc::clone(&self.serves);
        let serve = async move {
            match serves.lock().await.recv().await {
                Some(serve) => serve,
                None => std::future::pending().await,
            }
        };
        run(serve).then(Self::on_serve)
    }

    fn on_serve(&mut self, (ball, throws): (Ball, u32)) -> Then<Self> {
        self.score.begin(throws);
        self.served = Arc::clone(&ball);
        self.out.publish(ball);
        self.wait_for_serve()
    }

    fn on_ball(&mut self, ball: Sample<UInt8MultiArray>) {
        if !Arc::ptr_eq(ball.shared(), &self.served) {
            STRANGERS.fetch_add(1, Ordering::Relaxed);
        }
        if self.score.goes_on() {
            self.out.publish(Arc::clone(ball.shared()));
        }
    }
}

struct Returner {
    out: Publisher<UInt8MultiArray>,
}

impl Actor for Returner {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe("forth", Self::on_ball);
        Ok(Self { out: node.publisher("back") })
    }
}

impl Returner {
    fn on_ball(&mut self, ball: Sample<UInt8MultiArray>) {
        self.out.publish(Arc::clone(ball.shared()));
    }
}

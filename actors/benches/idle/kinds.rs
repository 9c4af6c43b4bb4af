//! Who is idle: actors with timers, actors without, and as a floor nothing but timers of tokio.

use std::any::Any;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rosactor::deployment::Deployment;
use rosactor::prelude::*;
use rosactor::{Actors, launch};

use crate::{ACTORS, PERIOD};

/// How often any timer has beaten.
pub(crate) static BEATS: AtomicU64 = AtomicU64::new(0);

pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// What it gives back has to be kept.
    pub(crate) start: fn() -> Box<dyn Any>,
    pub(crate) beats: bool,
}

/// The first is the floor.
pub(crate) const KINDS: [Kind; 3] = [
    Kind { name: "tokio intervals", start: tokio_intervals, beats: true },
    Kind { name: "actors with timers", start: || deploy("idle/Beating"), beats: true },
    Kind { name: "actors without", start: || deploy("idle/Still"), beats: false },
];

fn deploy(kind: &str) -> Box<dyn Any> {
    let mut file = "deployment: idle\nactors:\n".to_owned();
    for number in 0..ACTORS {
        file += &format!("- {{name: actor_{number}, type: {kind}}}\n");
    }
    let deployment = Deployment::parse(Path::new("idle.yaml"), &file).expect("the file is right");
    let mut actors = Actors::new();
    actors.add::<Beating>("idle/Beating").add::<Still>("idle/Still");
    Box::new(launch::start(deployment, actors).expect("the deployment starts"))
}

struct Beating;

impl Actor for Beating {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(PERIOD, |_: &mut Self| beat());
        Ok(Self)
    }
}

struct Still;

impl Actor for Still {
    fn setup(_: &mut Setup<Self>) -> Result<Self> {
        Ok(Self)
    }
}

/// One thread with a task for each timer. All begin at once, as actors of a deployment do.
fn tokio_intervals() -> Box<dyn Any> {
    thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let tasks = tokio::task::LocalSet::new();
        for _ in 0..ACTORS {
            tasks.spawn_local(async {
                let mut interval = tokio::time::interval(PERIOD);
                loop {
                    interval.tick().await;
                    beat();
                }
            });
        }
        tasks.block_on(&runtime, std::future::pending::<()>());
    });
    Box::new(())
}

fn beat() {
    BEATS.fetch_add(1, Ordering::Relaxed);
}

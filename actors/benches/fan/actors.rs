//! A source and its listeners, which all share one thread. The last listener that has handled a picture asks for the next one.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rosactor::deployment::Deployment;
use rosactor::launch::Running;
use rosactor::messages::std_msgs::Empty;
use rosactor::prelude::*;
use rosactor::{Actors, launch};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::picture::Picture;

type Orders = Arc<tokio::sync::Mutex<UnboundedReceiver<(Arc<Picture>, u32)>>>;

type Shared = (Arc<Round>, Orders, Sender<Duration>);

/// What the next deployment's actors share; `setup` has no other way to it.
static NEXT: Mutex<Option<Shared>> = Mutex::new(None);

/// Who has seen the picture that is under way.
struct Round {
    listeners: usize,
    seen: AtomicUsize,
    /// Where the pixels lie that were published.
    pixels: AtomicUsize,
    /// Pictures whose pixels lay elsewhere.
    strangers: AtomicUsize,
}

impl Round {
    /// Notes that a listener saw these pixels; whether it was the last one.
    fn is_over(&self, pixels: usize) -> bool {
        if pixels != self.pixels.load(Ordering::Relaxed) {
            self.strangers.fetch_add(1, Ordering::Relaxed);
        }
        let is_last = self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.listeners;
        if is_last {
            self.seen.store(0, Ordering::Relaxed);
        }
        is_last
    }
}

/// A source with so many listeners.
pub(crate) struct Fan {
    pub(crate) listeners: usize,
    orders: UnboundedSender<(Arc<Picture>, u32)>,
    took: Receiver<Duration>,
    round: Arc<Round>,
    _running: Running,
}

impl Fan {
    pub(crate) fn start(listeners: usize) -> Self {
        let (orders, ordered) = unbounded_channel();
        let (done, took) = channel();
        let [seen, pixels, strangers] = Default::default();
        let round = Arc::new(Round { listeners, seen, pixels, strangers });
        let shared = (Arc::clone(&round), Arc::new(tokio::sync::Mutex::new(ordered)), done);
        *NEXT.lock().unwrap_or_else(PoisonError::into_inner) = Some(shared);
        let mut actors = Actors::new();
        actors.add::<Source>("fan/Source").add::<Listener>("fan/Listener");
        let mut file = "deployment: fan\nactors:\n- {name: source, type: fan/Source}\n".to_owned();
        for number in 0..listeners {
            file += &format!("- {{name: listener_{number}, type: fan/Listener}}\n");
        }
        let deployment = Deployment::parse(Path::new("fan.yaml"), &file).expect("the file is right");
        let running = launch::start(deployment, actors).expect("the deployment starts");
        Self { listeners, orders, took, round, _running: running }
    }

    /// How long it took until so many pictures, one after the other, had been handled by all.
    pub(crate) fn play(&self, picture: &Arc<Picture>, pictures: u32) -> Duration {
        self.round.pixels.store(picture.pixels(), Ordering::Relaxed);
        self.orders.send((Arc::clone(picture), pictures)).expect("the source listens");
        self.took.recv_timeout(crate::PATIENCE).expect("every listener gets every picture")
    }

    pub(crate) fn strangers(&self) -> usize {
        self.round.strangers.load(Ordering::Relaxed)
    }
}

fn shared() -> Result<Shared> {
    let next = NEXT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(next.ok_or("nobody measures")?)
}

struct Source {
    out: Publisher<Picture>,
    orders: Orders,
    done: Sender<Duration>,
    picture: Arc<Picture>,
    left: u32,
    began: Instant,
}

impl Actor for Source {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let (_, orders, done) = shared()?;
        node.on_start(Self::wait_for_order);
        node.subscribe("again", |actor: &mut Self, _: Sample<Empty>| actor.on_again());
        let picture = Arc::new(Picture::of(0));
        Ok(Self { out: node.publisher("picture"), orders, done, picture, left: 0, began: Instant::now() })
    }
}

impl Source {
    fn wait_for_order(&mut self) -> Then<Self> {
        let orders = Arc::clone(&self.orders);
        let order = async move {
            match orders.lock().await.recv().await {
                Some(order) => order,
                None => std::future::pending().await,
            }
        };
        run(order).then(Self::on_order)
    }

    fn on_order(&mut self, (picture, pictures): (Arc<Picture>, u32)) -> Then<Self> {
        (self.picture, self.left, self.began) = (picture, pictures, Instant::now());
        self.out.publish(Arc::clone(&self.picture));
        self.wait_for_order()
    }

    fn on_again(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            // Nobody waits any more if the benchmark gave up.
            let _ = self.done.send(self.began.elapsed());
        } else {
            self.out.publish(Arc::clone(&self.picture));
        }
    }
}

struct Listener {
    again: Publisher<Empty>,
    message: Arc<Empty>,
    round: Arc<Round>,
}

impl Actor for Listener {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let (round, ..) = shared()?;
        node.subscribe("picture", Self::on_picture);
        Ok(Self { again: node.publisher("again"), message: Arc::new(Empty::default()), round })
    }
}

impl Listener {
    fn on_picture(&mut self, picture: Sample<Picture>) {
        if self.round.is_over(picture.pixels()) {
            self.again.publish(Arc::clone(&self.message));
        }
    }
}

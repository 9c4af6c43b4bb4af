//! The actor of which there are many: it publishes one topic and subscribes to ten of others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Topics to which each actor subscribes: those of the next ones, in a ring.
pub(crate) const TOPICS: usize = 10;

/// What the actors of this process share; `setup` has no other way to it.
static GAME: Mutex<Option<Arc<Game>>> = Mutex::new(None);

/// Rounds, in each of which every worker publishes once.
pub(crate) struct Game {
    /// Workers in the ring, of this and other processes.
    workers: usize,
    /// Samples that came in this round.
    arrived: AtomicUsize,
    round_over: UnboundedSender<()>,
    rounds_over: tokio::sync::Mutex<UnboundedReceiver<()>>,
    begins: tokio::sync::Mutex<UnboundedReceiver<Duration>>,
    /// Messages that were handled, and how long that took.
    report: Sender<(usize, Duration)>,
}

impl Game {
    /// Its conductor begins when it is told for how long.
    pub(crate) fn set_up(workers: usize, report: Sender<(usize, Duration)>) -> UnboundedSender<Duration> {
        let (round_over, rounds_over) = unbounded_channel();
        let (begin, begins) = unbounded_channel();
        let (rounds_over, begins) = (tokio::sync::Mutex::new(rounds_over), tokio::sync::Mutex::new(begins));
        let arrived = AtomicUsize::new(0);
        let game = Game { workers, arrived, round_over, rounds_over, begins, report };
        *GAME.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(game));
        begin
    }

    fn of_process() -> Result<Arc<Self>> {
        let game = GAME.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(game.ok_or("nobody measures")?)
    }

    /// The last sample of a round ends it.
    fn arrive(&self) {
        if self.arrived.fetch_add(1, Ordering::Relaxed) + 1 == self.workers * TOPICS {
            self.arrived.store(0, Ordering::Relaxed);
            // Without a conductor nobody plays.
            let _ = self.round_over.send(());
        }
    }
}

pub(crate) struct Worker {
    out: Publisher<Int64>,
    message: Arc<Int64>,
    game: Arc<Game>,
}

impl Actor for Worker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let game = Game::of_process()?;
        let number = node.name().rsplit('_').next().and_then(|number| number.parse().ok());
        let number: usize = number.ok_or("a worker's name ends with its number")?;
        node.subscribe("beat", |actor: &mut Self, _: Sample<Int64>| actor.out.publish(Arc::clone(&actor.message)));
        for next in (number + 1..).take(TOPICS) {
            let topic = topic_of(next % game.workers);
            node.subscribe(topic.as_str(), |actor: &mut Self, _: Sample<Int64>| actor.game.arrive());
        }
        Ok(Self { out: node.publisher(topic_of(number).as_str()), message: Arc::default(), game })
    }
}

pub(crate) fn topic_of(number: usize) -> String {
    format!("/topic_{number}")
}

/// Beats the time for all workers of its process.
pub(crate) struct Conductor {
    beat: Publisher<Int64>,
    message: Arc<Int64>,
    game: Arc<Game>,
    begun: Instant,
    lasts: Duration,
    rounds: usize,
}

impl Actor for Conductor {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        let game = Game::of_process()?;
        node.on_start(Self::wait_for_begin);
        let (begun, lasts) = (Instant::now(), Duration::ZERO);
        Ok(Self { beat: node.publisher("beat"), message: Arc::default(), game, begun, lasts, rounds: 0 })
    }
}

impl Conductor {
    fn wait_for_begin(&mut self) -> Then<Self> {
        let game = Arc::clone(&self.game);
        let begin = async move {
            match game.begins.lock().await.recv().await {
                Some(lasts) => lasts,
                None => std::future::pending().await,
            }
        };
        run(begin).then(|actor: &mut Self, lasts| {
            (actor.begun, actor.lasts, actor.rounds) = (Instant::now(), lasts, 0);
            actor.play_round()
        })
    }

    fn play_round(&mut self) -> Then<Self> {
        self.beat.publish(Arc::clone(&self.message));
        let game = Arc::clone(&self.game);
        run(async move { game.rounds_over.lock().await.recv().await }).then(|actor: &mut Self, _| actor.on_round_over())
    }

    fn on_round_over(&mut self) -> Then<Self> {
        self.rounds += 1;
        let took = self.begun.elapsed();
        if took < self.lasts {
            return self.play_round();
        }
        // The beat for each worker, and what they send each other.
        let handled = self.rounds * self.game.workers * (1 + TOPICS);
        let _ = self.game.report.send((handled, took));
        self.wait_for_begin()
    }
}

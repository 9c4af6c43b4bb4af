//! What both programs share: the job, the score, and how a peer ends.

#[path = "../../job.rs"]
#[allow(dead_code, reason = "some of it only the benchmark itself needs")]
pub(crate) mod job;
#[path = "../../score.rs"]
#[allow(dead_code, reason = "some of it only the benchmark itself needs")]
pub(crate) mod score;

use std::env;
use std::io::Read as _;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use job::Job;
use score::Score;

/// The benchmark waits for a minute; what has not come so long after the start is lost.
const LONGEST: Duration = Duration::from_secs(45);
/// A call or ball that is away for so long is lost, and the next one is sent.
pub(crate) const LOST_AFTER: Duration = Duration::from_secs(2);
/// Until the other side has heard of our reader, which nobody tells.
pub(crate) const SETTLING: Duration = Duration::from_millis(500);

/// The job of this process, which ends when its standard input does. Whoever does not measure prints its cost then.
pub(crate) fn begin() -> Job {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let job = Job::from_arguments(&arguments).expect("--role");
    let measures = job.measures();
    thread::spawn(move || {
        let mut rest = Vec::new();
        let _ = std::io::stdin().read_to_end(&mut rest);
        if !measures {
            score::print_cost();
        }
        process::exit(0);
    });
    job
}

/// Keeps the process, and what the caller owns, until its standard input ends.
pub(crate) fn rest() -> ! {
    loop {
        thread::park();
    }
}

/// Round trips or calls, and when the last one began.
pub(crate) struct Game {
    pub(crate) score: Score,
    pub(crate) thrown: Instant,
    /// Rounds that have not begun.
    pub(crate) left: usize,
}

impl Game {
    /// A game that ends in any case: libraries may lose something, be slow, or not find each other.
    pub(crate) fn begin(job: &Job) -> Arc<Mutex<Self>> {
        let score = Score::new(job.count, job.warm_up());
        let game = Arc::new(Mutex::new(Self { score, thrown: Instant::now(), left: job.warm_up() + job.count }));
        let watched = Arc::clone(&game);
        thread::spawn(move || {
            thread::sleep(LONGEST);
            lock(&watched).score.give_up();
        });
        game
    }

    /// Whether there is another round, which begins now.
    pub(crate) fn next(&mut self) -> bool {
        let goes_on = self.left > 0;
        self.left -= usize::from(goes_on);
        self.thrown = Instant::now();
        goes_on
    }
}

pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a stream brought.
pub(crate) struct Stream {
    count: usize,
    came: usize,
    begun: Instant,
    last: Instant,
}

impl Stream {
    /// A stream that is over when all has come, when nothing came for a second, or when it takes too long.
    pub(crate) fn begin(job: &Job) -> Arc<Mutex<Self>> {
        let now = Instant::now();
        let stream = Arc::new(Mutex::new(Self { count: job.count, came: 0, begun: now, last: now }));
        let watched = Arc::clone(&stream);
        thread::spawn(move || {
            while !lock(&watched).is_over(now) {
                thread::sleep(Duration::from_millis(100));
            }
            let stream = lock(&watched);
            let seconds = (stream.last - stream.begun).as_secs_f64();
            score::print_figures(&mut [], stream.came, stream.count - stream.came, seconds);
        });
        stream
    }

    /// Notes a message that came.
    pub(crate) fn arrive(&mut self) {
        self.last = Instant::now();
        if self.came == 0 {
            self.begun = self.last;
            score::note_begin();
        }
        self.came += 1;
    }

    fn is_over(&self, start: Instant) -> bool {
        let is_silent = self.came > 0 && self.last.elapsed() > Duration::from_secs(1);
        self.came == self.count || is_silent || start.elapsed() > LONGEST
    }
}

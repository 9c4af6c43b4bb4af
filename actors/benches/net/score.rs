//! What is measured, and the JSON line that tells it.

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

/// The processor time of this process when its work began.
static CPU_AT_BEGIN: Mutex<Option<f64>> = Mutex::new(None);

/// Times of round trips, or of arrivals.
pub(crate) struct Score {
    warm_up: usize,
    count: usize,
    seen: usize,
    begun: Option<Instant>,
    times: Vec<Duration>,
}

impl Score {
    pub(crate) fn new(count: usize, warm_up: usize) -> Self {
        Self { warm_up, count, seen: 0, begun: None, times: Vec::with_capacity(count) }
    }

    /// Notes the end of a round that took so long; whether there is another one.
    pub(crate) fn note(&mut self, took: Duration) -> bool {
        if self.seen >= self.warm_up {
            self.times.push(took);
        }
        self.end_round()
    }

    /// Notes a round that had no end.
    #[allow(dead_code, reason = "only some of the peers in other programs lose something")]
    pub(crate) fn lose(&mut self) -> bool {
        self.end_round()
    }

    /// Tells what came until now, and takes the rest for lost; no more is noted then.
    #[allow(dead_code, reason = "only the peers in other programs are that slow")]
    pub(crate) fn give_up(&mut self) {
        if self.seen < self.warm_up + self.count {
            self.seen = self.warm_up + self.count;
            self.print(self.times.len());
        }
    }

    fn end_round(&mut self) -> bool {
        self.seen += 1;
        if self.seen == self.warm_up {
            self.begin();
        }
        if self.seen == self.warm_up + self.count {
            self.print(self.times.len());
        }
        self.seen < self.warm_up + self.count
    }

    /// Notes a message that came.
    pub(crate) fn arrive(&mut self) {
        self.seen += 1;
        if self.seen == 1 {
            self.begin();
        }
        if self.seen == self.count {
            self.print(self.count);
        }
    }

    fn begin(&mut self) {
        self.begun = Some(Instant::now());
        note_begin();
    }

    fn print(&mut self, came: usize) {
        let seconds = self.begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64());
        print_figures(&mut self.times, came, self.count - came, seconds);
    }
}

/// The line of the side that measures.
pub(crate) fn print_figures(times: &mut [Duration], came: usize, lost: usize, seconds: f64) {
    times.sort();
    let at = |share: f64| {
        let index = (times.len().saturating_sub(1) as f64 * share) as usize;
        times.get(index).map(|time| time.as_secs_f64() * 1e6)
    };
    println!(
        "{}",
        json!({
            "per_s": came as f64 / seconds,
            "p50_us": at(0.5), "p99_us": at(0.99), "max_us": at(1.0),
            "lost": lost, "cpu_s": cpu_since_begin(), "rss_kib": rss_kib(),
        })
    );
}

/// From here on the processor's time counts.
pub(crate) fn note_begin() {
    CPU_AT_BEGIN.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(cpu_seconds);
}

/// The line of the side that does not measure.
pub(crate) fn print_cost() {
    println!("{}", json!({"cpu_s": cpu_since_begin(), "rss_kib": rss_kib()}));
}

fn cpu_since_begin() -> f64 {
    let begin = *CPU_AT_BEGIN.lock().unwrap_or_else(PoisonError::into_inner);
    cpu_seconds() - begin.unwrap_or(0.0)
}

/// Of all threads of this process, ended ones too.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    // The second field, the name in brackets, may have spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().expect("a number of ticks");
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory that was resident.
fn rss_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    peak.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
}

//! Many actors in one process. Each measurement has a process of its own.

use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rosactor::deployment::Deployment;
use rosactor::{Actors, launch};

use crate::common::probe::{cpu_seconds, median, own, resident_bytes};
use crate::common::results::Results;
use crate::worker::{Conductor, Game, Worker};
use crate::{PATIENCE, measured};

/// How long samples are counted.
const PLAYS: Duration = Duration::from_secs(2);

/// How long the publishers need until they know that nobody listens outside of the process.
const SETTLING: Duration = Duration::from_millis(2_100);

/// What one process measured.
struct Figures {
    seconds: f64,
    cpu_seconds: f64,
    /// Resident memory, when all run and when all have got samples.
    bytes: f64,
    bytes_after: f64,
    per_second: f64,
}

impl Figures {
    /// In the order in which the process prints them.
    fn of([seconds, cpu_seconds, bytes, bytes_after, per_second]: [f64; 5]) -> Self {
        Self { seconds, cpu_seconds, bytes, bytes_after, per_second }
    }
}

/// A row for each number of actors, measured so often; the first is what the others are compared with.
pub(crate) fn compare(counts: &[(usize, usize)], results: &mut Results) {
    println!(
        "| actors | start | CPU of an actor | KiB of an actor | after samples | msg/s | CPU × | memory × | a message × |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut first = None;
    let mut last: Option<(usize, f64)> = None;
    for &(count, rounds) in counts {
        let all: Vec<Figures> = (0..rounds).map(|_| round(count)).collect();
        let of = |figure: &dyn Fn(&Figures) -> f64| median(all.iter().map(figure).collect());
        let each = |value: f64| value / count as f64;
        let start = of(&|f| f.seconds);
        let [cpu, memory, after] = [of(&|f| f.cpu_seconds * 1e3), of(&|f| f.bytes), of(&|f| f.bytes_after)].map(each);
        let [kib, kib_after] = [memory, after].map(|bytes| bytes / 1024.0);
        let rate = of(&|f| f.per_second);
        let (cpu_1, kib_1, rate_1) = *first.get_or_insert((cpu, kib, rate));
        let ratios = [cpu / cpu_1, kib / kib_1, rate_1 / rate];
        let [cpu_ratio, memory_ratio, message_ratio] = ratios;
        println!(
            "| {count} | {start:.2} s | {cpu:.2} ms | {kib:.1} | {kib_after:.1} | {rate:.0} | {cpu_ratio:.2} | {memory_ratio:.2} | {message_ratio:.2} |"
        );
        if let Some((fewer, total)) = last {
            let slope = (kib * count as f64 - total) / (count - fewer) as f64;
            println!("from {fewer} to {count} actors: {slope:.1} KiB for each more");
        }
        last = Some((count, kib * count as f64));
        let figures = [
            ("start s", start),
            ("CPU ms of one", cpu),
            ("KiB of one", kib),
            ("KiB of one after samples", kib_after),
            ("msg/s", rate),
            ("× CPU of the fewest", cpu_ratio),
            ("× memory of the fewest", memory_ratio),
            ("× message of the fewest", message_ratio),
        ];
        results.note(&format!("{count} actors"), "rosactor", &figures);
    }
}

fn round(count: usize) -> Figures {
    Figures::of(measured(&format!("actors {count}")))
}

/// The measurement itself, in its own process.
pub(crate) fn measure(count: usize) {
    end_at_the_latest();
    let mut file = "deployment: scale\nactors:\n- {name: conductor, type: scale/Conductor}\n".to_owned();
    for number in 0..count {
        file += &format!("- {{name: worker_{number}, type: scale/Worker}}\n");
    }
    let deployment = Deployment::parse(Path::new("scale.yaml"), &file).expect("the file is right");
    let mut actors = Actors::new();
    actors.add::<Worker>("scale/Worker").add::<Conductor>("scale/Conductor");
    let (report, reports) = channel();
    let begin = Game::set_up(count, report);
    let before = (Instant::now(), cpu_seconds(own()), resident_bytes(own()));
    let running = launch::start(deployment, actors).expect("the deployment starts");
    let seconds = before.0.elapsed().as_secs_f64();
    let (cpu, bytes) = (cpu_seconds(own()) - before.1, resident_bytes(own()) - before.2);
    thread::sleep(SETTLING);
    begin.send(PLAYS).expect("the conductor listens");
    let (handled, took) = reports.recv_timeout(PATIENCE).expect("every sample comes");
    let after = resident_bytes(own()) - before.2;
    println!("{seconds} {cpu} {bytes} {after} {}", handled as f64 / took.as_secs_f64());
    // How long a stop takes is not what is measured.
    std::mem::forget(running);
    std::process::exit(0);
}

/// A start that hangs must not keep the benchmark for ever.
fn end_at_the_latest() {
    thread::spawn(|| {
        thread::sleep(PATIENCE * 2);
        eprintln!("the actors neither started nor played within {:?}", PATIENCE * 2);
        std::process::exit(1);
    });
}

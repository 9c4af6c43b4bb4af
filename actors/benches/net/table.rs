//! Starts the pairs, turn by turn, and prints the table.

#[path = "../common/mod.rs"]
mod common;

use std::env;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use common::probe::median;
use common::results::Results;

use crate::job::{Job, Role, SYSTEMS, System, Work};
use crate::others::Others;

/// Longer than any measurement takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// The floor is Zenoh as it is published: without what the copy in `transport/vendor` sends and receives otherwise.
const AS_PUBLISHED: &str = "ZENOH_AS_PUBLISHED";
/// From here on there is shared memory.
const LONG: usize = 32 << 10;
/// rclpy is given so much less to do, so that the whole stays short, but never less than this.
const SLOWER: usize = 10;
const LEAST: usize = 50;
/// How often each system has its turn.
const TURNS: usize = 3;

struct Row {
    name: &'static str,
    work: Work,
    payload: usize,
    count: usize,
    rate: f64,
    in_flight: usize,
    routed: bool,
}

const fn row(name: &'static str, work: Work, payload: usize, count: usize) -> Row {
    Row { name, work, payload, count, rate: 0.0, in_flight: 1, routed: false }
}

const ROWS: [Row; 15] = [
    row("round trip, 64 B", Work::Rtt, 64, 10_000),
    Row { rate: 100.0, ..row("round trip, 64 B, at 100 Hz", Work::Rtt, 64, 200) },
    row("round trip, LaserScan", Work::Scan, 0, 10_000),
    row("round trip, 256 KiB", Work::Rtt, 256 << 10, 2_000),
    row("round trip, 1 MiB", Work::Rtt, 1 << 20, 500),
    row("round trip, 4 MiB", Work::Rtt, 4 << 20, 100),
    row("stream, 64 B", Work::Stream, 64, 1_000_000),
    row("stream, 1 MiB", Work::Stream, 1 << 20, 2_000),
    row("call", Work::Call, 0, 5_000),
    Row { in_flight: 16, ..row("calls, 16 in flight", Work::Call, 0, 30_000) },
    row("action goal", Work::Goal, 0, 3_000),
    Row { rate: 100.0, ..row("round trip, 1 MiB, at 100 Hz", Work::Rtt, 1 << 20, 200) },
    Row { routed: true, ..row("routed round trip, 64 B", Work::Rtt, 64, 10_000) },
    Row { routed: true, ..row("routed round trip, LaserScan", Work::Scan, 0, 10_000) },
    Row { routed: true, ..row("routed call", Work::Call, 0, 5_000) },
];

impl Row {
    /// Whether this is something that the system does at all.
    fn is_for(&self, system: System) -> bool {
        match system {
            System::Rclpy | System::Hiroz | System::Ros2Client => !self.routed,
            System::HirozShm => !self.routed && self.payload >= LONG,
            System::Rosactor => true,
            System::RosactorTcp => !self.routed,
            // What is short goes over the link.
            System::ZenohShm | System::RosactorCopied => self.payload >= LONG,
            // Zenoh has no actions, and a goal is short.
            _ => self.work != Work::Goal,
        }
    }

    fn rounds(&self, system: System) -> usize {
        if system == System::Rclpy { (self.count / SLOWER).max(LEAST) } else { self.count }
    }
}

/// What a pair told.
#[derive(Clone, Debug)]
struct Figures {
    per_s: f64,
    p50_us: f64,
    p99_us: f64,
    /// Of both processes, for 100,000 messages that came.
    cpu_s: f64,
    rss_mib: f64,
    /// Of the messages or rounds.
    loss_percent: f64,
}

/// Prints the table; unless it is measured, each pair plays a few rounds once, to see that it works.
pub(crate) fn print(is_measured: bool) {
    let turns = if is_measured { TURNS } else { 1 };
    let wanted = env::var("NET_ROWS").unwrap_or_default();
    let mut results = Results::of("net");
    let others = Others::find();
    println!("| row | system | p50 µs | p99 µs | per second | × zenoh | p99 × | CPU s/100k | CPU × | MiB | loss % |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for row in ROWS.iter().filter(|row| row.name.contains(&wanted)) {
        let plays = |system| row.is_for(system) && others.command(system).is_some();
        let systems: Vec<_> = SYSTEMS.iter().filter(|(_, system)| plays(*system)).collect();
        let mut all: Vec<Vec<Figures>> = vec![Vec::new(); systems.len()];
        for _ in 0..turns {
            for ((_, system), figures) in systems.iter().zip(&mut all) {
                let count = if is_measured { row.rounds(*system) } else { 3 };
                figures.push(play(row, *system, count, &others));
            }
        }
        for ((name, system), figures) in systems.iter().zip(&all) {
            let figures = print_line(row, name, figures, &all[0]);
            // Only what is ours can get better or worse, and the file is the same with and without the others.
            if system.is_ours_or_floor() {
                results.note(row.name, name, &figures);
            }
        }
    }
    results.save();
}

/// Prints the line of a system, and returns its figures.
fn print_line(row: &Row, system: &str, figures: &[Figures], floor: &[Figures]) -> [(&'static str, f64); 9] {
    let is_rate = row.work == Work::Stream || row.in_flight > 1;
    let cost = |figures: &Figures| if is_rate { 1.0 / figures.per_s } else { figures.p50_us };
    let of = |figure: &dyn Fn(&Figures) -> f64| median(figures.iter().map(figure).collect());
    let ratio = |figure: &dyn Fn(&Figures) -> f64| {
        median(figures.iter().zip(floor).map(|(ours, floor)| figure(ours) / figure(floor)).collect())
    };
    // Rounds should have an end, so that here the worst turn counts, and is worth a word only if there was loss.
    let worst = figures.iter().map(|f| f.loss_percent).fold(0.0, f64::max);
    let loss = match row.work {
        Work::Stream => of(&|f| f.loss_percent),
        _ if worst > 0.0 => worst,
        _ => f64::NAN,
    };
    let figures = [
        ("p50 µs", of(&|f| f.p50_us), 0),
        ("p99 µs", of(&|f| f.p99_us), 0),
        ("per second", of(&|f| f.per_s), 0),
        ("× zenoh", ratio(&cost), 2),
        ("p99 ×", ratio(&|f| f.p99_us), 2),
        ("CPU s/100k", of(&|f| f.cpu_s), 2),
        ("CPU ×", ratio(&|f| f.cpu_s), 2),
        ("MiB", of(&|f| f.rss_mib), 0),
        ("loss %", loss, 1),
    ];
    // A stream has no round trips.
    let cell = |(_, value, digits): (&str, f64, usize)| {
        if value.is_nan() { "–".to_owned() } else { format!("{value:.digits$}") }
    };
    let cells = figures.map(cell);
    println!("| {} | {system} | {} |", row.name, cells.join(" | "));
    figures.map(|(name, value, _)| (name, value))
}

/// One measurement with two fresh processes, or three.
fn play(row: &Row, system: System, count: usize, others: &Others) -> Figures {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let Row { work, payload, rate, in_flight, routed, .. } = *row;
    let job = |role| Job { system, role, work, payload, count, rate, in_flight, port, routed };
    let router = routed.then(|| Peer::start(&job(Role::Router), others));
    if routed {
        await_listener(row.name, port);
    }
    let pong = Peer::start(&job(Role::Pong), others);
    let ping = Peer::start(&job(Role::Ping), others);
    let (measures, other) = if job(Role::Ping).measures() { (ping, pong) } else { (pong, ping) };
    let measured = measures.line(row.name);
    let cost = other.end(row.name);
    measures.kill();
    router.into_iter().for_each(Peer::kill);
    let number = |value: &Value, key: &str| value[key].as_f64().unwrap_or(f64::NAN);
    // Raw Zenoh and ours measure until everything has come.
    let lost = measured["lost"].as_f64().unwrap_or(0.0);
    Figures {
        per_s: number(&measured, "per_s"),
        p50_us: number(&measured, "p50_us"),
        p99_us: number(&measured, "p99_us"),
        cpu_s: (number(&measured, "cpu_s") + number(&cost, "cpu_s")) * 100_000.0 / (count as f64 - lost),
        rss_mib: number(&measured, "rss_kib").max(number(&cost, "rss_kib")) / 1024.0,
        loss_percent: lost * 100.0 / count as f64,
    }
}

/// A client of Zenoh's does not wait for its router.
fn await_listener(row: &str, port: u16) {
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "{row}: no router within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

struct Peer {
    process: Child,
    lines: Receiver<String>,
}

impl Peer {
    fn start(job: &Job, others: &Others) -> Self {
        let mut command = others.command(job.system).expect("who is left out has no turn");
        if job.system.is_raw_zenoh() {
            command.env(AS_PUBLISHED, "1");
        }
        command.args(job.to_arguments()).env("RUST_LOG", "warn").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("another process");
        let lines = read(process.stdout.take().expect("piped"));
        Self { process, lines }
    }

    fn line(&self, row: &str) -> Value {
        let line =
            self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{row}: nothing measured in {PATIENCE:?}"));
        serde_json::from_str(&line).expect("a line of JSON")
    }

    /// Its line, which it prints when its standard input ends.
    fn end(mut self, row: &str) -> Value {
        drop(self.process.stdin.take());
        let line = self.line(row);
        self.kill();
        line
    }

    fn kill(mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok).filter(|line| line.starts_with('{')) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

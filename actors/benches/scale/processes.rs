//! Many processes with one actor each, which one router joins. The parent is the router, and a host that looks at the graph.

use std::env;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rosactor::deployment::Deployment;
use rosactor::{Actors, launch};
use rosactor_transport::name::Name;
use rosactor_transport::{Graph, Hub, Mode, TransportConfig};

use crate::common::probe::{available_bytes, cpu_seconds, own, proportional_bytes, resident_bytes};
use crate::common::results::Results;
use crate::worker::{Game, TOPICS, Worker, topic_of};
use crate::{ROUND, this_program};

/// More than a process needs.
const ROOM: f64 = 64e6;

/// A start that takes longer is none.
const KNOWN_WITHIN: Duration = Duration::from_secs(60);

/// After all are known: connections and tokens are still told around.
const SETTLING: Duration = Duration::from_secs(3);

/// How long all are watched while they do nothing.
const IDLES: Duration = Duration::from_secs(5);

/// A row for each number of processes; the first is what the others are compared with.
pub(crate) fn compare(counts: &[usize], is_measured: bool, results: &mut Results) {
    println!(
        "| processes | all known after | CPU of one | of the router | MiB of one | its share | idle CPU of one | CPU × | memory × |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut first = None;
    for &count in counts {
        if available_bytes() < ROOM * count as f64 {
            println!("no room for {count} processes: {:.0} MB are available", available_bytes() / 1e6);
            continue;
        }
        let Figures { seconds, cpu, router, resident, share, idle } = measure(count, is_measured);
        let (cpu_1, share_1) = *first.get_or_insert((cpu, share));
        let (cpu_ratio, memory_ratio) = (cpu / cpu_1, share / share_1);
        println!(
            "| {count} | {seconds:.2} s | {cpu:.0} ms | {router:.2} s | {resident:.1} | {share:.1} | {idle:.2} % | {cpu_ratio:.2} | {memory_ratio:.2} |"
        );
        let figures = [
            ("s until all are known", seconds),
            ("CPU ms of one", cpu),
            ("CPU s of the router", router),
            ("MiB of one", resident),
            ("MiB of one, shared memory divided", share),
            ("idle % of a core for one", idle),
            ("× CPU of the fewest", cpu_ratio),
            ("× memory of the fewest", memory_ratio),
        ];
        results.note(&format!("{count} processes, mode {}", mode()), "rosactor", &figures);
    }
}

/// Of one process, unless it says otherwise.
struct Figures {
    /// Until all are known.
    seconds: f64,
    /// Milliseconds of processor time until then.
    cpu: f64,
    /// Of the router and the onlooker, in seconds.
    router: f64,
    /// Resident memory in MiB, and its proportional share.
    resident: f64,
    share: f64,
    /// Percents of a core.
    idle: f64,
}

fn measure(count: usize, is_measured: bool) -> Figures {
    // Clients are in none.
    let peers = if mode() == "peer" { count } else { 0 };
    let regions = (0..peers).map(host).chain(["onlooker".to_owned()]).collect();
    let router = Hub::open(TransportConfig { mode: Mode::Router, regions, ..TransportConfig::default() });
    let router = router.expect("a router");
    let region = Some("onlooker".to_owned());
    let onlooker = Hub::open(TransportConfig { connect: router.locators(), region, ..TransportConfig::default() });
    let onlooker = onlooker.expect("a session");
    let graph = onlooker.graph();
    let locator = router.locators().into_iter().next().expect("a router listens");
    let (begin, own_before) = (Instant::now(), cpu_seconds(own()));
    let processes: Vec<Process> = (0..count).map(|number| Process::start(number, count, &locator)).collect();
    let seconds = seconds_until_all_are_known(&graph, count, begin);
    let cpu = || processes.iter().map(|process| cpu_seconds(process.0.id())).sum::<f64>();
    let (started, router) = (cpu(), cpu_seconds(own()) - own_before);
    let (settling, idles) = if is_measured { (SETTLING, IDLES) } else { (Duration::ZERO, Duration::from_millis(10)) };
    thread::sleep(settling);
    let (calm, since) = (cpu(), Instant::now());
    thread::sleep(idles);
    let idle = (cpu() - calm) / since.elapsed().as_secs_f64();
    let mean =
        |bytes: fn(u32) -> f64| processes.iter().map(|process| bytes(process.0.id())).sum::<f64>() / count as f64;
    let [resident, share] = [mean(resident_bytes), mean(proportional_bytes)].map(|bytes| bytes / f64::from(1 << 20));
    let [cpu, idle] = [started * 1e3, idle * 100.0].map(|of_all| of_all / count as f64);
    Figures { seconds, cpu, router, resident, share, idle }
}

/// All actors, and what they publish and subscribe to. Not a number if that does not come about.
fn seconds_until_all_are_known(graph: &Graph, count: usize, begin: Instant) -> f64 {
    let topics: Vec<Name> = (0..count).map(|number| Name::new(topic_of(number)).expect("a name")).collect();
    let sum = |of: fn(&Graph, &Name) -> usize| topics.iter().map(|topic| of(graph, topic)).sum::<usize>();
    loop {
        let known = [graph.nodes().len(), sum(Graph::count_publishers), sum(Graph::count_subscribers)];
        if known == [count, count, count * TOPICS] {
            return begin.elapsed().as_secs_f64();
        }
        if begin.elapsed() > KNOWN_WITHIN {
            let [actors, publishers, subscribers] = known;
            println!(
                "after {KNOWN_WITHIN:?} the onlooker knows {actors} actors of {count}, {publishers} publishers and {subscribers} subscribers"
            );
            return f64::NAN;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The part that the processes play: Zenoh's router has less to do for clients. Children inherit it.
fn mode() -> String {
    env::var("SCALE_MODE").unwrap_or_else(|_| "peer".to_owned())
}

fn host(number: usize) -> String {
    format!("host{number}")
}

/// Ends with the benchmark: by its number, or when its standard input ends.
struct Process(Child);

impl Process {
    fn start(number: usize, count: usize, locator: &str) -> Self {
        let mut command = Command::new(this_program());
        command.env(ROUND, format!("process {number} {count} {locator}")).stdin(Stdio::piped());
        Self(command.spawn().expect("another process of ours"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One of the processes: it lives until its standard input ends.
pub(crate) fn live(number: usize, count: usize, locator: &str) {
    let host = host(number);
    let file = format!(
        "deployment: scale\nhosts:\n  router: {{mode: router, listen: [{locator}]}}\n  {host}: {{mode: {}, connect: [{locator}]}}\n\
         actors:\n- {{name: worker_{number}, type: scale/Worker, host: {host}}}\n",
        mode()
    );
    let mut deployment = Deployment::parse(Path::new("scale.yaml"), &file).expect("the file is right");
    deployment.keep_host(Some(&host)).expect("the file has this host");
    let mut actors = Actors::new();
    actors.add::<Worker>("scale/Worker");
    let (report, _) = channel();
    let _begin = Game::set_up(count, report);
    let running = launch::start(deployment, actors).expect("the deployment starts");
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    std::mem::forget(running);
    std::process::exit(0);
}

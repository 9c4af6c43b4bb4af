//! What Linux tells of processes and of the machine.

use std::fs;
use std::process;

use nix::time::ClockId;
use nix::unistd::Pid;

/// The processor time of a process, in seconds: of all its threads, ended ones too.
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    let pid = Pid::from_raw(i32::try_from(process).expect("a process's number"));
    let time = ClockId::pid_cpu_clock_id(pid).and_then(ClockId::now).expect("the process runs");
    time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9
}

/// How often the threads of this process that live have waited for something and were woken.
pub(crate) fn wake_ups() -> f64 {
    let threads = fs::read_dir("/proc/self/task").expect("the benchmark runs on Linux");
    let statuses = threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok());
    statuses.map(|status| number(&status, "voluntary_ctxt_switches:")).sum()
}

/// The resident memory of a process, in bytes.
pub(crate) fn resident_bytes(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    number(&status, "VmRSS:") * 1024.0
}

/// The same, with what it shares with others divided among them.
pub(crate) fn proportional_bytes(process: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("the process runs");
    number(&rollup, "Pss:") * 1024.0
}

/// What the machine can still give, in bytes.
pub(crate) fn available_bytes() -> f64 {
    let memory = fs::read_to_string("/proc/meminfo").expect("the benchmark runs on Linux");
    number(&memory, "MemAvailable:") * 1024.0
}

/// Programs that ran or wanted to, averaged over the last minute.
pub(crate) fn load() -> f64 {
    let loads = fs::read_to_string("/proc/loadavg").expect("the benchmark runs on Linux");
    loads.split_whitespace().next().and_then(|load| load.parse().ok()).expect("a load")
}

pub(crate) fn own() -> u32 {
    process::id()
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The number in the line that begins like this.
fn number(text: &str, begin: &str) -> f64 {
    let rest = text.lines().find_map(|line| line.strip_prefix(begin)).expect("Linux tells it");
    rest.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
}

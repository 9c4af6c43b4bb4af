//! Memory that processes of one machine share: a long payload is put there, and only its place goes over the link. Zenoh finds out for
//! each link whether both ends see the same memory; otherwise, and when there is none left, the payload goes over the link.

use std::sync::Once;

use nix::sys::statvfs::statvfs;
use serde_json::{Value, json};

/// Where Linux keeps it.
const PLACE: &str = "/dev/shm";
/// What each process that sends takes at most, when it sends its first long payload: room for some large images.
const POOL: u64 = 32 << 20;
/// What must be free. Who writes to shared memory when none is left is ended by a signal, and other processes take some, too.
const FREE: u64 = 8 * POOL;
/// Payloads shorter than this go over the link. From 256 KiB on shared memory is a clear gain (actors/BENCHMARKS.md), and for a LaserScan of
/// 9 kB raw Zenoh has none; where between them it begins to pay was not measured.
const SHORTEST: u64 = 32 << 10;

/// Zenoh's settings. They share memory if that is wanted and this machine has it; if not, the log says so.
pub(super) fn settings(wanted: bool) -> [(&'static str, Value); 3] {
    let why_not = if wanted { why_not() } else { None };
    if let Some(why_not) = &why_not {
        // Not once more for each session of a process.
        static TOLD: Once = Once::new();
        TOLD.call_once(|| tracing::info!("long messages go over sockets also on this machine: {why_not}"));
    }
    [
        ("transport/shared_memory/enabled", json!(wanted && why_not.is_none())),
        ("transport/shared_memory/transport_optimization/pool_size", json!(POOL)),
        ("transport/shared_memory/transport_optimization/message_size_threshold", json!(SHORTEST)),
    ]
}

fn why_not() -> Option<String> {
    let free = match statvfs(PLACE) {
        Ok(place) => place.blocks_available() * place.fragment_size(),
        Err(error) => return Some(format!("{PLACE} cannot be used: {error}")),
    };
    (free < FREE).then(|| {
        let mib = |bytes: u64| bytes >> 20;
        format!("{PLACE} has {} MiB free, and {} MiB are needed (Docker: `--shm-size`)", mib(free), mib(FREE))
    })
}

//! Memory that processes of one machine share: a long byte sequence lies there, and only its place goes over the link. Zenoh finds out for
//! each link whether both ends see the same memory.

use std::sync::{Arc, Once};

use serde_json::{Value, json};
use zenoh::sample::SampleKind;
use zenoh::{Session, Wait};

use crate::link::pool::{self, Pool};

/// Whether memory is shared: if that is wanted and this machine has it. If not, the log says so.
pub(super) fn is_possible(wanted: bool) -> bool {
    let Some(why_not) = wanted.then(pool::why_not).flatten() else { return wanted };
    // Not once more for each session of a process.
    static TOLD: Once = Once::new();
    TOLD.call_once(|| tracing::info!("long messages go over sockets also on this machine: {why_not}"));
    false
}

/// Zenoh's settings.
pub(super) fn settings(shared: bool) -> [(&'static str, Value); 2] {
    [
        ("transport/shared_memory/enabled", json!(shared)),
        // What Zenoh itself moves into shared memory it takes back from a receiver that gets no time for 100 ms, which on a busy machine is
        // soon; what a pool of ours gives stays.
        ("transport/shared_memory/transport_optimization/enabled", json!(false)),
    ]
}

/// Tells the pool which sessions are near.
pub(super) fn watch(session: &Session, pool: &Arc<Pool>) -> zenoh::Result<()> {
    let pool = Arc::clone(pool);
    let note = move |event: zenoh::session::TransportEvent| {
        if event.transport().is_shm() {
            pool.note(*event.transport().zid(), event.kind() == SampleKind::Put);
        }
    };
    session.info().transport_events_listener().history(true).callback(note).background().wait()
}

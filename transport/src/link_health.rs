//! How soon the end of a link is noticed, and how soon there is a new one. The same for all sessions of a deployment, those of bridges too.

use serde_json::{Value, json};

/// After this long (ms) without a sign of life the other end of a link is taken for gone: a robot shall know soon that nobody steers it.
/// A sign of life is sent four times in that. Zenoh has 10 s.
const LEASE_MS: u32 = 3_000;

/// An attempt to connect takes this long (ms) at most. Within one TCP knocks at its begin and a second later, and then ever more seldom.
const ATTEMPT_MS: u32 = 2_000;

/// The pause (ms) between attempts, at first and at most. Short, for what comes back when TCP has just knocked; Zenoh waits up to 4 s.
const PAUSE_MS: [u32; 2] = [100, 250];

/// Settings of a Zenoh session.
#[must_use]
pub fn zenoh_settings() -> [(&'static str, Value); 3] {
    let [first, most] = PAUSE_MS;
    [
        ("transport/link/tx/lease", json!(LEASE_MS)),
        ("transport/unicast/open_timeout", json!(ATTEMPT_MS)),
        ("connect/retry", json!({"period_init_ms": first, "period_max_ms": most, "period_increase_factor": 2})),
    ]
}

//! The actors' clock. Timers, delays and back-off all ask this file, so that they can be moved to another clock together.

use std::time::Duration;

pub(crate) use tokio::time::Instant;

/// Waits for `duration` on the actor's clock, inside [`run`](crate::run).
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Waits until `deadline` on the actor's clock.
pub(crate) async fn sleep_until(deadline: Instant) {
    tokio::time::sleep_until(deadline).await;
}

/// The present on the actor's clock.
pub(crate) fn now() -> Instant {
    Instant::now()
}

//! Waiting for a server, but not in silence.

use std::pin::pin;

use futures_util::future::{Either, select};
use rosactor::prelude::*;

/// Waits until `available` ends, and says after each `remind` that `what` is still missing.
pub(crate) async fn wait_for(what: &str, available: Work<()>, remind: Duration) {
    let mut available = available.into_future();
    loop {
        match select(available, pin!(sleep(remind))).await {
            Either::Left(_) => return,
            Either::Right((_, still_missing)) => {
                info!("{what} not available, waiting again...");
                available = still_missing;
            }
        }
    }
}

//! The time, which these models do not look at.

use std::time::{Instant, SystemTime};

pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) fn now_and_date() -> (Instant, SystemTime) {
    (Instant::now(), SystemTime::now())
}

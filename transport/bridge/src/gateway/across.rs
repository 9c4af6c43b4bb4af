//! What every route has at hand.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::sync::watch;
use zenoh::Session;

use super::{
    endpoints::{Endpoints, Keeps, Reader, Writer},
    names::Namespace,
};
use crate::domain::Guid;

/// Pairs of one of our writers and the reader of somebody else that gets what it writes.
pub(super) type Matches = HashSet<(Guid, Guid)>;

/// How long a new route waits before it takes requests, so that the ROS node at its other end knows the gateway's endpoints: it
/// would answer nobody otherwise. Nothing on DDS tells when it does.
pub(super) const SETTLING: Duration = Duration::from_secs(1);

/// Requests that one route holds at once. More are refused.
pub(super) const MOST_REQUESTS: usize = 4_096;

/// Both sides, and how names change between them.
#[derive(Clone)]
pub(super) struct Across {
    pub(super) endpoints: Endpoints,
    pub(super) session: Session,
    pub(super) namespace: Namespace,
    pub(super) matches: watch::Receiver<Matches>,
}

impl Across {
    /// For routes to the servers of ROS nodes.
    pub(super) fn to_ros_servers(&self) -> Self {
        let across = self.clone();
        Self { endpoints: across.endpoints.lingering(), ..across }
    }

    /// A reader, or `None` with a warning.
    pub(super) fn reader(&self, topic: &str, type_name: &str, keeps: Keeps) -> Option<Reader> {
        let reader = self.endpoints.reader(topic, type_name, keeps);
        reader.map_err(|error| refused(topic, &error.to_string())).ok()
    }

    /// A writer, or `None` with a warning.
    pub(super) fn writer(&self, topic: &str, type_name: &str, keeps: Keeps) -> Option<Writer> {
        let writer = self.endpoints.writer(topic, type_name, keeps);
        writer.map_err(|error| refused(topic, &error.to_string())).ok()
    }
}

fn refused(topic: &str, reason: &str) {
    tracing::warn!("nothing is carried for the DDS topic {topic}: {reason}");
}

/// Counts what goes wrong again and again, and tells it at the first, second, fourth, eighth... time.
#[derive(Default)]
pub(super) struct Complaints(AtomicU64);

impl Complaints {
    pub(super) fn note(&self, of: &str, what: &str) {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_power_of_two() {
            tracing::warn!("{of}: {what} ({count} so far)");
        }
    }
}

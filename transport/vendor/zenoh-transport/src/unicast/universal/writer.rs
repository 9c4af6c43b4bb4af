//! rosactor: Writing to a link by the thread that has something to send, if nobody is writing.
//!
//! By itself Zenoh hands all to a task, which has to be woken on a thread of its own: the longest part of a short message's way.
//! Here whoever pushes writes, as far as the socket takes it without waiting, provided that messages come one by one. Of those that come
//! together the task writes many at once, as it always did.

use std::{
    env,
    future::Future,
    pin::Pin,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, OnceLock,
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;
use zenoh_protocol::{
    core::Priority,
    transport::{KeepAlive, TransportMessage},
};
use zenoh_result::{zerror, Error as ZError, ZResult};

use super::link::TimeoutTracker;
use crate::{
    common::{
        batch::WBatch,
        pipeline::{PipelineConsumer, TransmissionPipelineConsumer, Written},
    },
    unicast::link::TransportLinkUnicastTx,
};

/// Messages that follow each other within this time come together, and are better written together.
const PAUSE: Duration = Duration::from_micros(20);

/// Who pushes has the lock of a queue for less than a microsecond. Whoever finds it taken looks again at once, so many times in a millisecond,
/// and only then waits for more to come: what was pushed last would wait for one or two milliseconds, as tokio's timers count no less.
const LOOKS: u32 = 16;

/// Set to anything, all is left to the task, as in the published Zenoh.
const AS_PUBLISHED: &str = "ZENOH_AS_PUBLISHED";

/// The way to a link's end of the pipeline, once the link is open.
#[derive(Clone, Default)]
pub(super) struct Writer(Arc<OnceLock<Shared>>);

struct Shared {
    end: Arc<AsyncMutex<End>>,
    rhythm: Rhythm,
}

/// Whether messages come one by one.
struct Rhythm {
    begin: Instant,
    /// When the last one came, in microseconds.
    last: AtomicU64,
}

impl Rhythm {
    fn new() -> Self {
        Self {
            begin: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    /// Notes a message; whether none came just before.
    fn is_alone(&self) -> bool {
        let now = self.begin.elapsed().as_micros() as u64;
        let before = now.saturating_sub(self.last.swap(now, Ordering::Relaxed));
        before >= PAUSE.as_micros() as u64
    }
}

/// The end of the pipeline, and the link that it is written to.
struct End {
    pipeline: TransmissionPipelineConsumer,
    link: TransportLinkUnicastTx,
    keep_alive: TimeoutTracker,
    looks: Looks,
    /// Nothing more may be written: the link is being closed.
    closed: bool,
    /// Why writing failed where nobody could be told.
    failed: Option<ZError>,
    #[cfg(feature = "stats")]
    stats: zenoh_stats::LinkStats,
}

/// Looks that are left of this millisecond.
struct Looks {
    each: u32,
    left: u32,
    since: Instant,
}

impl Looks {
    fn take(&mut self) -> bool {
        if self.since.elapsed() > Duration::from_millis(1) {
            (self.left, self.since) = (self.each, Instant::now());
        }
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }
}

impl End {
    async fn write(&mut self, mut batch: Box<WBatch>, priority: Priority) -> ZResult<()> {
        self.link.send_batch(&mut batch, None).await?;
        self.keep_alive.reset();
        #[cfg(feature = "stats")]
        {
            self.stats.inc_bytes(zenoh_stats::Tx, batch.len() as u64);
            self.stats
                .inc_transport_message(zenoh_stats::Tx, batch.stats.t_msgs as u64);
        }
        self.pipeline.refill(batch, priority);
        Ok(())
    }

    /// Writes all that is there, and tells how long to wait for more of what is not worth writing yet.
    async fn write_all(&mut self) -> ZResult<Option<u32>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        loop {
            // Other links have tasks on this thread, too.
            tokio::task::coop::consume_budget().await;
            match self.pipeline.try_pull() {
                Ok((batch, priority)) => self.write(batch, priority).await?,
                Err(Some(_)) if self.looks.take() => {
                    self.pipeline.forget_backoff();
                    tokio::task::yield_now().await;
                }
                Err(backoff) => return Ok(backoff),
            }
        }
    }

    async fn keep_alive(&mut self) -> ZResult<()> {
        let message: TransportMessage = KeepAlive.into();
        let _n = self.link.send(&message, Some(Priority::Control)).await?;
        #[cfg(feature = "stats")]
        {
            self.stats.inc_bytes(zenoh_stats::Tx, _n as u64);
            self.stats.inc_transport_message(zenoh_stats::Tx, 1);
        }
        Ok(())
    }
}

impl Writer {
    /// Writes what waits in the pipeline, as far as that needs no waiting, unless more is to be expected.
    pub(super) fn try_write(&self, is_last: bool) -> Written {
        let shared = self
            .0
            .get()
            .filter(|shared| shared.rhythm.is_alone() || is_last);
        let Some(mut end) = shared.and_then(|shared| shared.end.clone().try_lock_owned().ok())
        else {
            return Written::NotNow;
        };
        if end.closed || end.failed.is_some() {
            return Written::NotNow;
        }
        loop {
            let (batch, priority) = match end.pipeline.try_pull() {
                Ok(pulled) => pulled,
                Err(None) => return Written::All,
                Err(Some(_)) => return Written::Part,
            };
            // It has the lock, so that nothing can come in between if the socket takes only a part.
            let mut writing = Box::pin(write_owned(end, batch, priority));
            match poll_once(writing.as_mut()) {
                Poll::Ready((free, Ok(()))) => end = free,
                Poll::Ready((mut free, Err(error))) => {
                    free.failed = Some(error);
                    return Written::Part;
                }
                Poll::Pending => {
                    zenoh_runtime::ZRuntime::TX.spawn(async move {
                        let (mut end, result) = writing.await;
                        end.failed = result.err();
                    });
                    return Written::Part;
                }
            }
        }
    }
}

async fn write_owned(
    mut end: OwnedMutexGuard<End>,
    batch: Box<WBatch>,
    priority: Priority,
) -> (OwnedMutexGuard<End>, ZResult<()>) {
    let result = end.write(batch, priority).await;
    (end, result)
}

/// Whoever polls is no task: what is not ready is polled again by one, with its waker.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// The task of a link: it writes what was not written at once, and keeps the link alive.
pub(super) async fn write_loop_shared(
    writer: &Writer,
    pipeline: TransmissionPipelineConsumer,
    link: TransportLinkUnicastTx,
    keep_alive: TimeoutTracker,
    cancellation_token: CancellationToken,
    #[cfg(feature = "stats")] stats: zenoh_stats::LinkStats,
) -> ZResult<()> {
    let waiter = pipeline.waiter();
    let is_as_published = env::var_os(AS_PUBLISHED).is_some();
    let looks = if is_as_published { 0 } else { LOOKS };
    let end = Arc::new(AsyncMutex::new(End {
        pipeline,
        link,
        keep_alive: keep_alive.clone(),
        looks: Looks {
            each: looks,
            left: looks,
            since: Instant::now(),
        },
        closed: false,
        failed: None,
        #[cfg(feature = "stats")]
        stats,
    }));
    if !is_as_published {
        let _ = writer.0.set(Shared {
            end: end.clone(),
            rhythm: Rhythm::new(),
        });
    }
    let task = async {
        loop {
            let backoff = {
                let mut end = end.lock().await;
                if end.pipeline.is_disabled() {
                    return ZResult::Ok(());
                }
                end.write_all().await?
            };
            // Whoever pushes has the lock of the queue that was to be looked at, perhaps.
            tokio::task::yield_now().await;
            let news = async {
                match backoff {
                    // It may take a millisecond, as tokio counts no less.
                    Some(wait) => {
                        let wait = Duration::from_micros(u64::from(wait));
                        tokio::time::timeout(wait, waiter.wait_async())
                            .await
                            .unwrap_or(Ok(()))
                    }
                    None => waiter.wait_async().await,
                }
            };
            tokio::select! {
                news = news => if news.is_err() {
                    return Ok(());
                },
                _ = keep_alive.wait_if(true) => end.lock().await.keep_alive().await?,
            }
        }
    };
    let ended = cancellation_token.run_until_cancelled(task).await;

    // Drain the transmission pipeline and write remaining bytes on the wire
    let patience = keep_alive.timeout();
    let flush = async {
        let mut end = end.lock().await;
        // The link is closed next, and nobody may be writing then.
        end.closed = true;
        if let Some(result) = ended {
            result?;
        }
        for (mut batch, _) in end.pipeline.drain() {
            end.link.send_batch(&mut batch, None).await?;
        }
        ZResult::Ok(())
    };
    tokio::time::timeout(patience, flush)
        .await
        .map_err(|_| zerror!("flush failed after {} ms", patience.as_millis()))?
}

//! The client's side of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rosactor_messages::Payload;
use tokio::sync::watch;
use zenoh::Wait;
use zenoh::handlers::CallbackDrop;
use zenoh::matching::MatchingListener;
use zenoh::query::{ConsolidationMode, Querier, QueryTarget, Reply};

use super::ZenohSession;
use super::in_flight::InFlight;
use crate::link::payload::to_zenoh;
use crate::link::pool::Pool;
use crate::link::{Done, LinkError, LinkReply, Received};

/// Sends requests to servers in this session and in others.
pub(crate) struct ZenohQuerier {
    /// Before what it listens to: fields are dropped in this order, and Zenoh complains of a listener that it has ended itself.
    _listener: MatchingListener<()>,
    querier: Querier<'static>,
    matched: watch::Receiver<bool>,
    in_flight: Arc<InFlight>,
    closed: Arc<AtomicBool>,
    pool: Arc<Pool>,
}

impl ZenohQuerier {
    pub(crate) fn declare(link: &ZenohSession, key: &str, timeout: Duration) -> Result<Self, LinkError> {
        let (sender, matched) = watch::channel(false);
        let querier = link.with_session(|session| {
            Ok(session
                .declare_querier(key.to_owned())
                .target(QueryTarget::BestMatching)
                // The first answer counts, and is wanted at once.
                .consolidation(ConsolidationMode::None)
                .timeout(timeout)
                .wait()?)
        })?;
        let in_flight = Arc::<InFlight>::default();
        let asked = Arc::clone(&in_flight);
        let listener = querier.matching_listener().callback(move |status| {
            sender.send_replace(status.matching());
            if !status.matching() {
                asked.no_server_is_left();
            }
        });
        let listener = listener.wait()?;
        Ok(Self { querier, matched, in_flight, closed: link.closed(), pool: link.pool(), _listener: listener })
    }

    /// Tells when a server comes or goes.
    pub(crate) fn matched(&self) -> watch::Receiver<bool> {
        self.matched.clone()
    }

    /// Sends a request, with `attachment` beside it. `done` is called exactly once, on any thread, perhaps before this
    /// returns.
    pub(crate) fn get(&self, payload: Payload, attachment: Option<Vec<u8>>, done: Done) {
        let id = self.in_flight.begin(done);
        let (flights, last) = (Arc::clone(&self.in_flight), Arc::clone(&self.in_flight));
        let closed = Arc::clone(&self.closed);
        let handler = CallbackDrop {
            callback: move |reply: Reply| match reply.result() {
                Ok(sample) => flights.end(id, LinkReply::Answer(Received::new(sample.payload()))),
                Err(error) => match error.payload().to_bytes() {
                    // This is how Zenoh itself says it, in this very session.
                    text if &*text == b"Timeout" => flights.end(id, LinkReply::Timeout),
                    text => flights.end(id, LinkReply::Error(text)),
                },
            },
            // Zenoh drops the handler when no reply can come any more.
            drop: move || match closed.load(Ordering::Acquire) {
                true => last.end(id, LinkReply::Closed),
                false => last.end(id, LinkReply::Silence),
            },
        };
        let get = self.querier.get().payload(to_zenoh(payload, &self.pool)).attachment(attachment);
        if let Err(error) = get.with(handler).wait() {
            tracing::debug!("a request on {} was not sent: {error}", self.querier.key_expr());
        }
    }
}

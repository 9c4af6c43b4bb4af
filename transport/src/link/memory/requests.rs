//! Requests between processes, and within one.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rosactor_messages::Payload;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::network::{Memory, NodeId, Shared};
use crate::link::{Done, LinkError, LinkQuery, LinkReply, Received, Serve};

/// A client as the network knows it.
pub(super) struct Asker {
    pub(super) node: NodeId,
    pub(super) matched: watch::Sender<bool>,
}

/// A server as the network knows it.
pub(super) struct Server {
    pub(super) node: NodeId,
    serve: Serve,
}

/// A request on its way, until it has its one end.
pub(super) struct Call {
    done: Mutex<Option<Done>>,
    /// How many servers may still answer.
    open: AtomicUsize,
    timer: Mutex<Option<AbortHandle>>,
}

impl Call {
    fn end(&self, reply: LinkReply<'_>) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(done) = done {
            if let Some(timer) = self.timer.lock().unwrap_or_else(PoisonError::into_inner).take() {
                timer.abort();
            }
            done(reply);
        }
    }

    /// Gives a time-out to the call. Without a runtime, which has the time, it has none.
    fn end_after(self: &Arc<Self>, timeout: Duration) {
        let Ok(runtime) = Handle::try_current() else { return };
        let call = Arc::clone(self);
        let timer = runtime.spawn(async move {
            tokio::time::sleep(timeout).await;
            call.end(LinkReply::Timeout);
        });
        *self.timer.lock().unwrap_or_else(PoisonError::into_inner) = Some(timer.abort_handle());
    }
}

impl Memory {
    pub(crate) fn querier(&self, key: &str, timeout: Duration) -> Result<MemoryQuerier, LinkError> {
        let (sender, matched) = watch::channel(false);
        let asker = Asker { node: self.node, matched: sender };
        let number =
            self.declare(|state, number| drop(state.askers.entry(key.to_owned()).or_default().insert(number, asker)))?;
        Ok(MemoryQuerier {
            network: Arc::clone(&self.network),
            closed: Arc::clone(&self.closed),
            calls: Arc::clone(&self.calls),
            node: self.node,
            key: key.to_owned(),
            number,
            matched,
            timeout,
        })
    }

    pub(crate) fn queryable(&self, key: &str, serve: Serve) -> Result<MemoryQueryable, LinkError> {
        let server = Server { node: self.node, serve };
        let number = self
            .declare(|state, number| drop(state.servers.entry(key.to_owned()).or_default().insert(number, server)))?;
        Ok(MemoryQueryable { network: Arc::clone(&self.network), key: key.to_owned(), number })
    }

    /// Ends all requests that this process waits for.
    pub(super) fn end_calls(&self) {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        calls.iter().filter_map(std::sync::Weak::upgrade).for_each(|call| call.end(LinkReply::Closed));
    }
}

/// Sends requests to servers.
pub(crate) struct MemoryQuerier {
    network: Arc<Shared>,
    closed: Arc<AtomicBool>,
    calls: super::network::Calls,
    node: NodeId,
    key: String,
    number: u64,
    matched: watch::Receiver<bool>,
    timeout: Duration,
}

impl MemoryQuerier {
    pub(crate) fn matched(&self) -> watch::Receiver<bool> {
        self.matched.clone()
    }

    /// Asks every server that can be reached; the first answer counts.
    pub(crate) fn get(&self, payload: Payload, attachment: Option<Vec<u8>>, done: Done) {
        if self.closed.load(Ordering::Acquire) {
            return done(LinkReply::Closed);
        }
        let state = self.network.state();
        let servers = state.servers.get(&self.key).into_iter().flat_map(|servers| servers.values());
        let reached: Vec<_> = servers
            .filter(|server| state.reach(self.node, server.node))
            .map(|server| (server.node, Arc::clone(&server.serve)))
            .collect();
        drop(state);
        if reached.is_empty() {
            return done(LinkReply::Silence);
        }
        let call = Arc::new(Call {
            done: Mutex::new(Some(done)),
            open: AtomicUsize::new(reached.len()),
            timer: Mutex::new(None),
        });
        call.end_after(self.timeout);
        {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.retain(|call| call.strong_count() > 0);
            calls.push(Arc::downgrade(&call));
        }
        let payload = payload.contiguous();
        for (server, serve) in reached {
            let query = MemoryQuery {
                network: Arc::clone(&self.network),
                call: Some(Arc::clone(&call)),
                client: self.node,
                server,
                payload: payload.clone(),
                attachment: attachment.clone(),
            };
            self.network.send(self.node, server, Box::new(move || serve(LinkQuery::Memory(query))));
        }
    }
}

impl Drop for MemoryQuerier {
    fn drop(&mut self) {
        let mut state = self.network.state();
        if let Some(askers) = state.askers.get_mut(&self.key) {
            askers.remove(&self.number);
        }
    }
}

/// Receives requests; ends when dropped.
pub(crate) struct MemoryQueryable {
    network: Arc<Shared>,
    key: String,
    number: u64,
}

impl Drop for MemoryQueryable {
    fn drop(&mut self) {
        let mut state = self.network.state();
        let gone = state.servers.get_mut(&self.key).and_then(|servers| servers.remove(&self.number));
        state.tell_matches();
        drop(state);
        // What its callback holds may use the network when it goes.
        drop(gone);
    }
}

/// One request at one server. If it gets lost anywhere, its client hears that no answer will come.
pub(crate) struct MemoryQuery {
    network: Arc<Shared>,
    call: Option<Arc<Call>>,
    client: NodeId,
    server: NodeId,
    payload: Bytes,
    attachment: Option<Vec<u8>>,
}

impl MemoryQuery {
    pub(crate) fn payload(&self) -> Received<'_> {
        Received::plain(&self.payload)
    }

    pub(crate) fn attachment(&self) -> Option<Cow<'_, [u8]>> {
        self.attachment.as_deref().map(Cow::Borrowed)
    }

    pub(crate) fn answer(self, payload: Payload) {
        let bytes = payload.contiguous();
        self.reply(move |call| call.end(LinkReply::Answer(Received::plain(&bytes))));
    }

    pub(crate) fn fail(self, text: String) {
        self.reply(move |call| call.end(LinkReply::Error(Cow::Owned(text.into_bytes()))));
    }

    fn reply(mut self, end: impl FnOnce(&Call) + Send + 'static) {
        let (network, server, client) = (Arc::clone(&self.network), self.server, self.client);
        // It goes along, so that its loss on the way back is noticed.
        let parcel = move || {
            if let Some(call) = self.call.take() {
                end(&call);
            }
        };
        network.send(server, client, Box::new(parcel));
    }
}

impl Drop for MemoryQuery {
    fn drop(&mut self) {
        if let Some(call) = self.call.take()
            && call.open.fetch_sub(1, Ordering::AcqRel) == 1
        {
            call.end(LinkReply::Silence);
        }
    }
}

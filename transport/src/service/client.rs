//! Service clients.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use rosactor_messages::{Service, TypeInfo};
use tokio::sync::oneshot;

use super::Requester;
use crate::name::Name;
use crate::participant::{Announced, DeclareError, Participant};
use crate::wire::EndpointKind;

/// Calls one service. Clones are the same client.
pub struct ServiceClient<S: Service> {
    inner: Arc<Inner>,
    service: PhantomData<fn() -> S>,
}

struct Inner {
    // Withdrawn before what it announces.
    _announced: Announced,
    requester: Requester,
}

/// A call got no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The client's owner has not been connected yet.
    #[error("{service} was not called, as nothing is connected yet; call it after the setup")]
    NotConnected {
        /// The service, as its client names it.
        service: String,
    },
    /// The server did not answer in time.
    #[error("{service} did not answer within {after:?}")]
    Timeout {
        /// The service.
        service: Name,
        /// How long the call waited.
        after: Duration,
    },
    /// Nobody serves it.
    #[error("no server of {service} is known; start one, or wait until it is available")]
    NoServer {
        /// The service.
        service: Name,
    },
    /// The server took the request and ended, failed or was restarted before it answered.
    #[error("the server of {service} dropped the request: it ended, failed or was restarted meanwhile")]
    ServerRestarted {
        /// The service.
        service: Name,
    },
    /// The server does not take the request: it has too many already, or says why.
    #[error("the server of {service} refused the request: {reason}")]
    Refused {
        /// The service.
        service: Name,
        /// Why, in the server's words.
        reason: String,
    },
    /// The server did not come to an answer within its own deadline.
    #[error("the server of {service} gave the request up: {reason}")]
    Expired {
        /// The service.
        service: Name,
        /// What the deadline was, in the server's words.
        reason: String,
    },
    /// The server would have to wait for itself: the work that holds it made the request, perhaps by way of other services.
    #[error(
        "{service} was called by work that it waits for itself: {}; let one of them answer before it calls, or serve more at once",
        chain.join(" -> ")
    )]
    Cycle {
        /// The service that refused.
        service: Name,
        /// The services of the circle, each called by the one before it; the last is the one that refused.
        chain: Vec<String>,
    },
    /// One side could not decode what the other sent.
    #[error("a message of {service} could not be decoded: {reason}; check that both sides use the same type")]
    Undecodable {
        /// The service.
        service: Name,
        /// What is wrong.
        reason: String,
    },
    /// The request has no encoding: a sequence or string is longer than its bound.
    #[error("the request to {service} cannot be encoded: {reason}")]
    Unencodable {
        /// The service.
        service: Name,
        /// What is wrong.
        reason: String,
    },
    /// The hub is closed.
    #[error("the call of {service} ended, as the connection to the network is closed")]
    Closed {
        /// The service.
        service: Name,
    },
}

impl<S: Service> ServiceClient<S> {
    pub(crate) fn declare(participant: &Participant, service: Name, timeout: Duration) -> Result<Self, DeclareError> {
        let types = TypeInfo { name: S::TYPE_NAME, hash: S::TYPE_HASH };
        let requester = Requester::declare(participant.shared(), service.clone(), types, timeout)?;
        let announced = participant.announce(EndpointKind::ServiceClient, &service, types, None)?;
        Ok(Self { inner: Arc::new(Inner { _announced: announced, requester }), service: PhantomData })
    }

    /// Sends a request now; the future yields the response. It always ends: with the response, or with an error no
    /// later than the client's timeout. It needs no particular executor.
    pub fn call(
        &self,
        request: S::Request,
    ) -> impl Future<Output = Result<S::Response, CallError>> + Send + 'static + use<S> {
        let (sender, receiver) = oneshot::channel();
        self.inner.requester.send(&request, move |outcome| {
            // Nobody receives it if the caller has lost interest.
            let _ = sender.send(outcome);
        });
        // Held until the end: without a client Zenoh would give the request up.
        let inner = Arc::clone(&self.inner);
        async move {
            let closed = || CallError::Closed { service: inner.requester.service().clone() };
            receiver.await.unwrap_or_else(|_| Err(closed()))
        }
    }

    /// Whether a server is known now.
    pub fn available(&self) -> bool {
        self.inner.requester.available()
    }

    /// Resolves as soon as a server is known; also when the hub is closed, as then none will come.
    pub fn wait_available(&self) -> impl Future<Output = ()> + Send + 'static + use<S> {
        let inner = Arc::clone(&self.inner);
        async move { inner.requester.wait_available().await }
    }

    /// The service.
    pub fn service(&self) -> &Name {
        self.inner.requester.service()
    }
}

impl<S: Service> Clone for ServiceClient<S> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), service: PhantomData }
    }
}

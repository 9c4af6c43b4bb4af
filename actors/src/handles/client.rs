//! The handle of a service's client.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::messages::Service;
use rosactor_transport::{CallError, ServiceClient};

use super::Late;
use crate::clock;
use crate::work::{Work, run};

/// Calls one service.
///
/// The answer does not pass through a mailbox, so a call from a handler cannot deadlock.
#[doc(alias = "create_client")]
pub struct Client<S: Service> {
    service: Arc<str>,
    late: Late<ServiceClient<S>>,
}

impl<S: Service> Client<S> {
    pub(crate) fn new(service: &str, late: Late<ServiceClient<S>>) -> Self {
        Self { service: service.into(), late }
    }

    /// Sends a request. The work ends with the response or a typed error, never later than the client's time-out.
    #[doc(alias = "call_async")]
    pub fn call(&self, request: S::Request) -> Work<Result<S::Response, CallError>> {
        let call = self.late.get().map(|client| client.call(request));
        let service = self.service.to_string();
        run(async move {
            match call {
                Some(call) => call.await,
                None => Err(CallError::NotConnected { service }),
            }
        })
    }

    /// As [`call`](Self::call), but ends after `timeout` at the latest with [`CallError::Timeout`], if the client's own time-out
    /// does not end it before.
    pub fn call_within(&self, request: S::Request, timeout: Duration) -> Work<Result<S::Response, CallError>> {
        let call = self.call(request);
        let Some(service) = self.late.get().map(|client| client.service().clone()) else { return call };
        run(async move {
            tokio::select! {
                biased;
                outcome = call.into_future() => outcome,
                () = clock::sleep(timeout) => Err(CallError::Timeout { service, after: timeout }),
            }
        })
    }

    /// Whether a server is there.
    #[must_use]
    #[doc(alias = "service_is_ready")]
    pub fn available(&self) -> bool {
        self.late.get().is_some_and(ServiceClient::available)
    }

    /// Ends when a server is there.
    #[doc(alias = "wait_for_service")]
    pub fn wait_available(&self) -> Work<()> {
        let wait = self.late.get().map(ServiceClient::wait_available);
        run(async move {
            match wait {
                Some(wait) => wait.await,
                None => std::future::pending().await,
            }
        })
    }
}

impl<S: Service> Clone for Client<S> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service), late: self.late.clone() }
    }
}

//! Typed requests over a link: what clients of services and of actions share.

use std::future::Future;
use std::time::Duration;

use rosactor_messages::{Message, TypeInfo};
use tokio::sync::watch;

use super::{CallError, Chain, Refusal};
use crate::hub::Shared;
use crate::link::{LinkQuerier, LinkReply};
use crate::name::Name;
use crate::participant::DeclareError;

/// Sends requests to one service.
pub(crate) struct Requester {
    querier: LinkQuerier,
    service: Name,
    timeout: Duration,
}

impl Requester {
    /// `types` are those of the service.
    pub(crate) fn declare(
        shared: &Shared,
        service: Name,
        types: TypeInfo,
        timeout: Duration,
    ) -> Result<Self, DeclareError> {
        let key = shared.profile.service_key(&service, types.name, types.hash);
        let querier =
            LinkQuerier::declare(&shared.link, &key, timeout).map_err(|error| DeclareError::link(&service, error))?;
        Ok(Self { querier, service, timeout })
    }

    /// Sends a request. `done` is called exactly once, on any thread, perhaps before this returns.
    pub(crate) fn send<Req: Message, Res: Message>(
        &self,
        request: &Req,
        done: impl FnOnce(Result<Res, CallError>) + Send + 'static,
    ) {
        let service = self.service.clone();
        let payload = match request.encode_scattered() {
            Ok(payload) => payload,
            Err(error) => return done(Err(CallError::Unencodable { service, reason: error.to_string() })),
        };
        let timeout = self.timeout;
        let was_available = self.available();
        // The request is made by the work that runs here now.
        let chain = Chain::current().to_wire();
        self.querier.get(payload, chain, move |reply| {
            done(read(service, reply, timeout, was_available));
        });
    }

    pub(crate) fn service(&self) -> &Name {
        &self.service
    }

    /// Whether a server is known.
    pub(crate) fn available(&self) -> bool {
        self.querier.is_matched()
    }

    /// Resolves when a server is known, or when the connection is closed.
    pub(crate) fn wait_available(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut matched: watch::Receiver<bool> = self.querier.matched();
        async move {
            // An error says that the connection is closed; the next call tells so.
            let _ = matched.wait_for(|matched| *matched).await;
        }
    }
}

fn read<Res: Message>(
    service: Name,
    reply: LinkReply<'_>,
    after: Duration,
    was_available: bool,
) -> Result<Res, CallError> {
    match reply {
        LinkReply::Answer(payload) => {
            payload.decode().map_err(|error| CallError::Undecodable { service, reason: error.to_string() })
        }
        LinkReply::Error(text) => Err(match Refusal::from_text(&text) {
            Refusal::Refused(reason) => CallError::Refused { service, reason },
            Refusal::Dropped => CallError::ServerRestarted { service },
            Refusal::Undecodable(reason) => CallError::Undecodable { service, reason },
            Refusal::Expired(reason) => CallError::Expired { service, reason },
            Refusal::Cycle(chain) => CallError::Cycle { service, chain },
        }),
        LinkReply::Timeout => Err(CallError::Timeout { service, after }),
        LinkReply::Silence if was_available => Err(CallError::ServerRestarted { service }),
        LinkReply::Silence => Err(CallError::NoServer { service }),
        LinkReply::Closed => Err(CallError::Closed { service }),
    }
}

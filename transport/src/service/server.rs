//! Service servers.

use std::sync::Arc;

use rosactor_messages::{Service, TypeInfo};

use super::answer_requests;
use crate::link::LinkQueryable;
use crate::mailbox::{IncomingRequest, RequestMailbox};
use crate::name::Name;
use crate::participant::{Announced, DeclareError, Participant};
use crate::wire::EndpointKind;

/// Keeps a mailbox supplied with the requests to a service; it ends when dropped. Requests that are in the mailbox can
/// still be answered.
pub struct ServiceServer {
    service: Name,
    // Withdrawn before what it announces.
    _announced: Announced,
    _queryable: LinkQueryable,
}

impl ServiceServer {
    pub(crate) fn declare<S: Service>(
        participant: &Participant,
        service: Name,
        mailbox: Arc<RequestMailbox<S>>,
    ) -> Result<Self, DeclareError> {
        let types = TypeInfo { name: S::TYPE_NAME, hash: S::TYPE_HASH };
        let counter = Arc::clone(&mailbox);
        let name = service.clone();
        let queryable = answer_requests(
            participant.shared(),
            service.clone(),
            types,
            move || counter.malformed(),
            move |request, chain, responder| {
                let request = IncomingRequest::new(request, move |answer| responder.answer(answer));
                mailbox.push(request.made_by(&chain, name.clone()));
            },
        )?;
        let announced = participant.announce(EndpointKind::ServiceServer, &service, types, None)?;
        Ok(Self { service, _announced: announced, _queryable: queryable })
    }

    /// The service.
    pub fn service(&self) -> &Name {
        &self.service
    }
}

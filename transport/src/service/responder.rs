//! Typed answers over a link: what servers of services and of actions share.

use std::marker::PhantomData;

use rosactor_messages::{Message, TypeInfo};

use super::{Chain, Refusal};
use crate::hub::Shared;
use crate::link::{LinkQuery, LinkQueryable};
use crate::name::Name;
use crate::participant::DeclareError;
use crate::report::MalformedReport;

/// The one answer to one request. Dropped, it answers that the request was dropped.
pub(crate) struct Responder<Res: Message> {
    query: Option<LinkQuery>,
    service: Name,
    response: PhantomData<fn(Res)>,
}

impl<Res: Message> Responder<Res> {
    pub(crate) fn answer(mut self, answer: Result<Res, Refusal>) {
        let Some(query) = self.query.take() else { return };
        match answer {
            Ok(response) => match response.encode_scattered() {
                Ok(payload) => query.answer(payload),
                Err(error) => {
                    tracing::error!("the response of {} cannot be encoded: {error}", self.service);
                    query.fail(Refusal::Refused(format!("the response cannot be encoded: {error}")).to_text());
                }
            },
            Err(refusal) => query.fail(refusal.to_text()),
        }
    }
}

impl<Res: Message> Drop for Responder<Res> {
    fn drop(&mut self) {
        if let Some(query) = self.query.take() {
            query.fail(Refusal::Dropped.to_text());
        }
    }
}

/// Calls `serve` with every request to a service that can be decoded, and with the chain of the work that made it, and `malformed` for every other one, which is
/// answered here. `types` are those of the service.
pub(crate) fn answer_requests<Req: Message, Res: Message>(
    shared: &Shared,
    service: Name,
    types: TypeInfo,
    malformed: impl Fn() + Send + Sync + 'static,
    serve: impl Fn(Req, Chain, Responder<Res>) + Send + Sync + 'static,
) -> Result<LinkQueryable, DeclareError> {
    let key = shared.profile.service_key(&service, types.name, types.hash);
    let report = MalformedReport::new(service.clone(), Req::TYPE_NAME);
    let name = service.clone();
    let receive = move |query: LinkQuery| match query.payload().decode::<Req>() {
        Ok(request) => {
            let chain = query.attachment().map(|bytes| Chain::from_wire(&bytes)).unwrap_or_default();
            serve(request, chain, Responder { query: Some(query), service: name.clone(), response: PhantomData });
        }
        Err(error) => {
            malformed();
            report.note(&error);
            query.fail(Refusal::Undecodable(format!("the request is no {}: {error}", Req::TYPE_NAME)).to_text());
        }
    };
    LinkQueryable::declare(&shared.link, &key, receive).map_err(|error| DeclareError::link(&service, error))
}

//! Requests to a service.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::mailbox::RequestMailbox;
use rosactor_transport::messages::{Message, Service};
use rosactor_transport::{DeclareError, IncomingRequest, ServiceServer};

use super::{Delivered, End, Endpoints, Lane, Port, PortId, Step};
use crate::board::MailboxKind;
use crate::setup::ServiceName;
use crate::work::Work;
use crate::{Error, Result, clock};

/// What comes after a request's handler.
pub enum ReplyNext<M> {
    /// The response, or the error that ends the actor and the request.
    Now(Result<M>),
    /// The response comes later.
    Later(Work<Result<M>>),
}

/// What a request's handler may return: the response, `Work` that ends with it, or a `Result` of it in either.
#[diagnostic::on_unimplemented(
    message = "the handler of a service with response `{M}` cannot return `{Self}`",
    note = "it returns the response, `Result<Response>`, `Work<Response>` (that is `run(..)` or `offload(..)`) or `Work<Result<Response>>`"
)]
pub trait IntoReply<M> {
    /// Says what comes after the handler.
    fn into_reply(self) -> ReplyNext<M>;
}

impl<M: Message> IntoReply<M> for M {
    fn into_reply(self) -> ReplyNext<M> {
        ReplyNext::Now(Ok(self))
    }
}

impl<M: Message> IntoReply<M> for Result<M, Error> {
    fn into_reply(self) -> ReplyNext<M> {
        ReplyNext::Now(self)
    }
}

impl<M: Message> IntoReply<M> for Work<M> {
    fn into_reply(self) -> ReplyNext<M> {
        ReplyNext::Later(crate::run(async move { Ok(self.await) }))
    }
}

impl<M: Message> IntoReply<M> for Work<Result<M, Error>> {
    fn into_reply(self) -> ReplyNext<M> {
        ReplyNext::Later(self)
    }
}

struct Served<S: Service> {
    mailbox: Arc<RequestMailbox<S>>,
    server: ServiceServer,
}

impl<S: Service> Drop for Served<S> {
    fn drop(&mut self) {
        // Whoever still waits hears of the end now: the report keeps the mailbox itself.
        self.mailbox.close();
    }
}

/// A service whose mailbox is open.
struct Opened<S: Service> {
    port: PortId,
    label: String,
    mailbox: Arc<RequestMailbox<S>>,
}

fn open<S: Service>(endpoints: &mut Endpoints, name: &ServiceName, lane: Lane) -> Result<Opened<S>, DeclareError> {
    let key = format!("service {} {} queue {}", name.name, S::TYPE_NAME, name.queue);
    let (port, served) = endpoints.port(key, lane, |participant, wake| {
        let mailbox = Arc::new(RequestMailbox::<S>::with_capacity(name.queue, wake));
        let server = participant.serve(&name.name, Arc::clone(&mailbox))?;
        Ok(Served { mailbox, server })
    })?;
    let mailbox = Arc::clone(&served.mailbox);
    mailbox.set_concurrency(name.concurrent);
    mailbox.set_deadline(name.deadline);
    // What every node has anyway would only hide the actor's own mailboxes in the report.
    if lane == Lane::Requests {
        let mailbox = Arc::clone(&mailbox);
        let service = served.server.service().as_str();
        endpoints.show(port, MailboxKind::Request, service, move || mailbox.counters());
    }
    Ok(Opened { port, label: format!("service {}", served.server.service()), mailbox })
}

/// Opens a service and its port.
pub(crate) fn request_port<A: 'static, S: Service>(
    endpoints: &mut Endpoints,
    name: &ServiceName,
    handler: impl Fn(&mut A, S::Request) -> ReplyNext<S::Response> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let lane = Lane::Requests;
    let Opened { port, label, mailbox } = open::<S>(endpoints, name, lane)?;
    let deliver = move |actor: &mut A| {
        let mut incoming: IncomingRequest<S> = mailbox.pop()?;
        let request = incoming.take_request();
        let next = incoming.chain().within(|| handler(actor, request));
        Some(Delivered { step: answer(incoming, next), more: true })
    };
    Ok((port, Port::new(label, lane, name.concurrent, Box::new(deliver))))
}

/// A service that nodes have beside their own work, such as `~/get_parameters`. What it needs of the actor is one function from
/// `Q` to `R`. So it is compiled once: with the actor's type in it, eleven of these would be most of what an actor costs to compile.
pub(crate) struct NodeService<Q, R> {
    open: OpenInto<Q, R>,
}

type OpenInto<Q, R> = Box<dyn FnOnce(&mut Endpoints) -> Result<OpenNodeService<Q, R>, DeclareError>>;

struct OpenNodeService<Q, R> {
    port: PortId,
    label: String,
    answer_next: AnswerNext<Q, R>,
}

/// Answers the oldest request with the actor's function; false if none waits.
type AnswerNext<Q, R> = Box<dyn FnMut(&mut dyn FnMut(Q) -> R) -> bool>;

impl<Q: 'static, R: 'static> NodeService<Q, R> {
    /// A service of this name, private to the node. The report does not list it.
    pub(crate) fn new<S: Service>(
        name: &str,
        answer: impl Fn(&mut dyn FnMut(Q) -> R, S::Request) -> S::Response + 'static,
    ) -> Self {
        let name = crate::service(format!("~/{name}"));
        let open = move |endpoints: &mut Endpoints| {
            let Opened { port, label, mailbox } = open::<S>(endpoints, &name, Lane::Parameters)?;
            let answer_next: AnswerNext<Q, R> = Box::new(move |ask| {
                let Some(mut incoming) = mailbox.pop() else { return false };
                let request = incoming.take_request();
                let response = incoming.chain().within(|| answer(ask, request));
                incoming.respond(response);
                true
            });
            Ok(OpenNodeService { port, label, answer_next })
        };
        Self { open: Box::new(open) }
    }

    /// Opens it and its port; `ask` is the actor's function.
    pub(crate) fn port<A: 'static>(
        self,
        endpoints: &mut Endpoints,
        ask: impl Fn(&mut A, Q) -> R + 'static,
    ) -> Result<(PortId, Port<A>), DeclareError> {
        let OpenNodeService { port, label, mut answer_next } = (self.open)(endpoints)?;
        let deliver = move |actor: &mut A| {
            answer_next(&mut |question| ask(actor, question)).then_some(Delivered { step: Step::Done, more: true })
        };
        Ok((port, Port::new(label, Lane::Parameters, 1, Box::new(deliver))))
    }
}

/// Answers now or later. A request that is dropped here unanswered, be it by an error, a panic or a restart that aborts
/// the work, answers its caller with a typed error by itself.
fn answer<A: 'static, S: Service>(incoming: IncomingRequest<S>, next: ReplyNext<S::Response>) -> Step<A> {
    match next {
        ReplyNext::Now(Ok(response)) => {
            incoming.respond(response);
            Step::Done
        }
        ReplyNext::Now(Err(error)) => Step::Failed(error),
        ReplyNext::Later(work) => {
            let chain = incoming.chain().clone();
            Step::Work(Box::pin(chain.along(async move {
                match within(incoming.remaining(), work).await {
                    Some(Ok(response)) => incoming.respond(response),
                    Some(Err(error)) => return End::Failed(error),
                    None => incoming.expire_in_work(),
                }
                End::Done
            })))
        }
    }
}

/// What the work comes to, or `None` if that takes longer than `left`: it is dropped then.
async fn within<T>(left: Option<Duration>, work: Work<T>) -> Option<T> {
    let Some(left) = left else { return Some(work.await) };
    tokio::select! {
        biased;
        outcome = work.into_future() => Some(outcome),
        () = clock::sleep(left) => None,
    }
}

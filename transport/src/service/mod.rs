//! Services: servers and clients.

mod chain;
mod client;
mod refusal;
mod requester;
mod responder;
mod server;

pub use chain::Chain;
pub(crate) use chain::RequestId;
pub use client::{CallError, ServiceClient};
pub use refusal::Refusal;
pub(crate) use requester::Requester;
pub(crate) use responder::{Responder, answer_requests};
pub use server::ServiceServer;

//! Action servers.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use rosactor_messages::action_msgs::{CancelGoalRequest, CancelGoalResponse, GoalStatusArray};
use rosactor_messages::action_wire::{
    FeedbackMessage, GetResultRequest, GetResultResponse, SendGoalRequest, SendGoalResponse,
};
use rosactor_messages::{Action, TypeInfo};

use super::book::{Book, Outlets};
use super::{CANCEL_GOAL, IncomingGoal, Parts};
use crate::hub::Shared;
use crate::link::LinkQueryable;
use crate::mailbox::GoalMailbox;
use crate::name::Name;
use crate::participant::{Announced, DeclareError, Participant};
use crate::qos::Qos;
use crate::service::{Chain, RequestId, Responder, answer_requests};
use crate::topic::TopicPublisher;
use crate::wire::EndpointKind;

/// Keeps a mailbox supplied with the goals for an action; it ends when dropped. Goals that are in work can still be
/// ended, and who asked for a result by then gets it.
pub struct ActionServer<A: Action> {
    action: Name,
    // Withdrawn before what it announces.
    _announced: Announced,
    _queryables: [LinkQueryable; 3],
    book: Arc<Book<A>>,
}

impl<A: Action> ActionServer<A> {
    pub(crate) fn declare(
        participant: &Participant,
        action: Name,
        mailbox: Arc<GoalMailbox<A>>,
    ) -> Result<Self, DeclareError> {
        let parts = Parts::of(&action);
        let book = Book::new(outlets(participant, &action, &parts)?);
        let shared = participant.shared();
        // The service that clients look for first is declared last: then the others are there already.
        let queryables = [
            serve_cancel(shared, parts.cancel_goal, Arc::clone(&book))?,
            serve_result(shared, parts.get_result, Arc::clone(&book))?,
            serve_goal(shared, parts.send_goal, action.clone(), Arc::clone(&book), mailbox)?,
        ];
        let types = TypeInfo { name: A::TYPE_NAME, hash: A::TYPE_HASH };
        let announced = participant.announce(EndpointKind::ActionServer, &action, types, None)?;
        Ok(Self { action, _announced: announced, _queryables: queryables, book })
    }

    /// How long the result of an ended goal can be asked for. Not said: 15 minutes. The last 1000 results are kept at most.
    pub fn set_keep_results(&self, keep: Duration) {
        self.book.set_keep_results(keep);
    }

    /// The shortest time between two feedbacks of one goal: of those that come sooner the newest goes out when
    /// [`GoalControl::flush_feedback`](super::GoalControl::flush_feedback) finds that it is time, or before the end. Not said: none.
    pub fn set_feedback_period(&self, period: Duration) {
        self.book.set_feedback_period(period);
    }

    /// The action.
    pub fn action(&self) -> &Name {
        &self.action
    }
}

fn outlets<A: Action>(participant: &Participant, action: &Name, parts: &Parts) -> Result<Outlets<A>, DeclareError> {
    let status = TopicPublisher::<GoalStatusArray>::declare(participant, parts.status.clone(), Qos::status(), false)?;
    let feedback =
        TopicPublisher::<FeedbackMessage<A>>::declare(participant, parts.feedback.clone(), Qos::default(), false)?;
    let (of_status, of_feedback) = (action.clone(), action.clone());
    Ok(Outlets {
        status: Box::new(move |message| log(&of_status, status.publish(message))),
        feedback: Box::new(move |message| log(&of_feedback, feedback.publish(message))),
    })
}

fn log(action: &Name, outcome: Result<(), impl Display>) {
    // The work on a goal does not fail because nobody can be told how far it is.
    if let Err(error) = outcome {
        tracing::debug!("{action}: {error}");
    }
}

fn serve_goal<A: Action>(
    shared: &Shared,
    name: Name,
    action: Name,
    book: Arc<Book<A>>,
    mailbox: Arc<GoalMailbox<A>>,
) -> Result<LinkQueryable, DeclareError> {
    let counter = Arc::clone(&mailbox);
    let serve = move |request: SendGoalRequest<A>, chain: Chain, responder: Responder<SendGoalResponse>| {
        if !book.arrive(request.goal_id) {
            tracing::debug!("a goal was rejected, as its id is taken");
            return responder.answer(Ok(SendGoalResponse::default()));
        }
        let reply = move |accepted, stamp| responder.answer(Ok(SendGoalResponse { accepted, stamp }));
        let chain = chain.with(RequestId::new(), action.clone());
        mailbox.push(IncomingGoal::new(request.goal, request.goal_id, Arc::clone(&book), chain, Box::new(reply)));
    };
    answer_requests(shared, name, A::SEND_GOAL, move || counter.malformed(), serve)
}

fn serve_cancel<A: Action>(shared: &Shared, name: Name, book: Arc<Book<A>>) -> Result<LinkQueryable, DeclareError> {
    let serve = move |request: CancelGoalRequest, _: Chain, responder: Responder<CancelGoalResponse>| {
        responder.answer(Ok(book.cancel(&request)));
    };
    answer_requests(shared, name, CANCEL_GOAL, || {}, serve)
}

fn serve_result<A: Action>(shared: &Shared, name: Name, book: Arc<Book<A>>) -> Result<LinkQueryable, DeclareError> {
    let serve = move |request: GetResultRequest, _: Chain, responder: Responder<GetResultResponse<A>>| {
        book.result(request.goal_id, Box::new(move |response| responder.answer(Ok(response))));
    };
    answer_requests(shared, name, A::GET_RESULT, || {}, serve)
}

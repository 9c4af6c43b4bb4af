use std::sync::Arc;
use std::time::Duration;

use rosactor_messages::Message;
use rosactor_messages::action_msgs::{CancelGoalRequest, CancelGoalResponse, GoalStatusArray};
use rosactor_messages::action_wire::{GetResultRequest, GetResultResponse};
use rosactor_messages::example_interfaces::{Fibonacci, FibonacciFeedback, FibonacciGoal, FibonacciResult};
use rosactor_transport::{
    ActionClient, ActionServer, CallError, CancelOutcome, GoalError, GoalMailbox, GoalStatus, Hub, IncomingGoal, Qos,
    TopicPolicy,
};
use zenoh::Wait;

use super::support::*;

type Mailbox = Arc<GoalMailbox<Fibonacci>>;

fn serve(hub: &Hub, capacity: usize) -> (Mailbox, ActionServer<Fibonacci>) {
    let mailbox = Arc::new(GoalMailbox::with_capacity(capacity, no_wake()));
    let server = node(hub, "server").action_server("fibonacci", Arc::clone(&mailbox)).unwrap();
    (mailbox, server)
}

fn client(hub: &Hub) -> ActionClient<Fibonacci> {
    let client = node(hub, "client").action_client("fibonacci").unwrap();
    block_on(client.wait_available());
    assert!(client.available());
    client
}

fn goal(order: i32) -> FibonacciGoal {
    FibonacciGoal { order, ..Default::default() }
}

fn result(sequence: &[i32]) -> FibonacciResult {
    FibonacciResult { sequence: sequence.to_vec(), ..Default::default() }
}

fn feedback(sequence: &[i32]) -> FibonacciFeedback {
    FibonacciFeedback { sequence: sequence.to_vec(), ..Default::default() }
}

fn next(mailbox: &Mailbox) -> IncomingGoal<Fibonacci> {
    let mut next = None;
    until("a goal came", || {
        next = mailbox.pop();
        next.is_some()
    });
    next.unwrap()
}

/// The server's hub, and one client in its process and one in another.
fn both() -> (Hub, Hub) {
    pair()
}

#[test]
fn a_goal_gives_feedback_and_a_result() {
    watched(|| {
        let (a, b) = both();
        let (mailbox, _server) = serve(&a, 8);
        for hub in [&a, &b] {
            let client = client(hub);
            let sending = client.send_goal(goal(5));
            let incoming = next(&mailbox);
            assert_eq!(incoming.goal().order, 5);
            let executing = incoming.accept();
            // Before the client has even seen that its goal is accepted.
            let steps: [&[i32]; 3] = [&[0, 1], &[0, 1, 1], &[0, 1, 1, 2]];
            steps.iter().for_each(|step| executing.feedback(feedback(step)));
            let mut handle = block_on(sending).unwrap();
            assert_eq!(handle.goal_id(), executing.goal_id());
            let early = handle.result();
            executing.succeed(result(&[0, 1, 1, 2, 3]));
            for step in steps {
                assert_eq!(block_on(handle.feedback()).unwrap(), feedback(step));
            }
            assert_eq!(block_on(handle.feedback()), None);
            let expected = Ok((GoalStatus::Succeeded, result(&[0, 1, 1, 2, 3])));
            assert_eq!(block_on(early), expected);
            assert_eq!(block_on(handle.result()), expected);
        }
        assert_eq!(mailbox.counters().delivered, 2);
    });
}

#[test]
fn a_goal_is_rejected_by_word_by_being_dropped_and_by_a_full_mailbox() {
    watched(|| {
        let (a, b) = both();
        let (mailbox, _server) = serve(&a, 1);
        let client = client(&b);
        let rejected = |outcome: Result<_, GoalError>| {
            assert_eq!(outcome.err(), Some(GoalError::Rejected { action: client.action().clone() }));
        };
        let sending = client.send_goal(goal(-1));
        next(&mailbox).reject();
        rejected(block_on(sending));
        let sending = client.send_goal(goal(-1));
        drop(next(&mailbox));
        rejected(block_on(sending));
        let _waits = client.send_goal(goal(1));
        until("the mailbox is full", || mailbox.len() == 1);
        rejected(block_on(client.send_goal(goal(2))));
        assert_eq!(mailbox.counters().dropped, 1);
    });
}

#[test]
fn a_goal_can_be_canceled() {
    watched(|| {
        let (a, b) = both();
        let (mailbox, _server) = serve(&a, 8);
        for hub in [&a, &b] {
            let client = client(hub);
            let sending = client.send_goal(goal(5));
            let executing = next(&mailbox).accept();
            let mut handle = block_on(sending).unwrap();
            assert!(!executing.cancel_requested());
            let canceled = executing.canceled();
            assert_eq!(block_on(handle.cancel()), Ok(CancelOutcome::Canceling));
            block_on(canceled);
            assert!(executing.cancel_requested());
            assert_eq!(block_on(handle.cancel()), Ok(CancelOutcome::Canceling));
            executing.cancel(result(&[0]));
            assert_eq!(block_on(handle.result()), Ok((GoalStatus::Canceled, result(&[0]))));
            assert_eq!(block_on(handle.feedback()), None);
            assert_eq!(block_on(handle.cancel()), Ok(CancelOutcome::AlreadyEnded));
        }
    });
}

#[test]
fn a_goal_whose_server_gives_up_or_forgets_it_is_aborted() {
    watched(|| {
        let (a, b) = both();
        let (mailbox, _server) = serve(&a, 8);
        let client = client(&b);
        let sending = client.send_goal(goal(1));
        next(&mailbox).accept().abort(result(&[7]));
        let handle = block_on(sending).unwrap();
        assert_eq!(block_on(handle.result()), Ok((GoalStatus::Aborted, result(&[7]))));
        let sending = client.send_goal(goal(1));
        drop(next(&mailbox).accept());
        let handle = block_on(sending).unwrap();
        assert_eq!(block_on(handle.result()), Ok((GoalStatus::Aborted, result(&[]))));
    });
}

#[test]
fn goals_run_side_by_side_and_keep_their_own_feedback() {
    watched(|| {
        let (a, b) = both();
        let (mailbox, server) = serve(&a, 8);
        let clients = [client(&b), client(&b), client(&a)];
        let sending: Vec<_> = clients.iter().map(|client| client.send_goal(goal(1))).collect();
        let executing: Vec<_> = clients.iter().map(|_| next(&mailbox).accept()).collect();
        let mut handles: Vec<_> = sending.into_iter().map(|sending| block_on(sending).unwrap()).collect();
        // An answer to a later question says that the question for the result has arrived.
        handles.iter().for_each(|handle| assert_eq!(block_on(handle.cancel()), Ok(CancelOutcome::Canceling)));
        // A server that goes does not take its goals along.
        drop(server);
        for goal in executing.into_iter().rev() {
            let mark = i32::from(goal.goal_id()[0]);
            goal.feedback(feedback(&[mark]));
            goal.succeed(result(&[mark]));
        }
        for handle in &mut handles {
            let mark = i32::from(handle.goal_id()[0]);
            assert_eq!(block_on(handle.feedback()), Some(feedback(&[mark])));
            assert_eq!(block_on(handle.feedback()), None);
            assert_eq!(block_on(handle.result()), Ok((GoalStatus::Succeeded, result(&[mark]))));
        }
    });
}

#[test]
fn the_status_topic_tells_the_whole_story_and_late_listeners_the_last_of_it() {
    watched(|| {
        let (a, b) = both();
        let (mailbox, _server) = serve(&a, 8);
        let story = mailbox_of_status();
        let _story = node(&a, "story").subscribe("fibonacci/_action/status", Qos::status(), story.clone()).unwrap();
        let client = client(&b);
        let sending = client.send_goal(goal(1));
        let executing = next(&mailbox).accept();
        let handle = block_on(sending).unwrap();
        block_on(handle.cancel()).unwrap();
        executing.succeed(result(&[]));
        let codes: Vec<_> = take(&story, 4).iter().map(|sample| sample.status_list[0].status).collect();
        assert_eq!(codes, [1, 2, 3, 4]);
        for hub in [&a, &b] {
            let late = mailbox_of_status();
            let _late = node(hub, "late").subscribe("fibonacci/_action/status", Qos::status(), late.clone()).unwrap();
            let last = take(&late, 1);
            assert_eq!(last[0].status_list.len(), 1);
            assert_eq!(last[0].status_list[0].status, GoalStatus::Succeeded.code());
            assert_eq!(last[0].status_list[0].goal_info.goal_id.uuid, handle.goal_id());
        }
    });
}

fn mailbox_of_status() -> Arc<rosactor_transport::TopicMailbox<GoalStatusArray>> {
    mailbox(TopicPolicy::KeepLast(100))
}

#[test]
fn goals_without_a_server_fail_and_goals_end_with_their_servers_process() {
    watched(|| {
        let (a, b) = both();
        let lonely: ActionClient<Fibonacci> = node(&b, "lonely").action_client("nobody").unwrap();
        let error = block_on(lonely.send_goal(goal(1))).err().unwrap();
        assert!(matches!(error, GoalError::Call(CallError::NoServer { .. })), "{error}");

        let (mailbox, _server) = serve(&a, 8);
        let client = client(&b);
        let sending = client.send_goal(goal(1));
        let _executing = next(&mailbox).accept();
        let mut handle = block_on(sending).unwrap();
        a.close();
        assert_eq!(block_on(handle.feedback()), None);
        let error = block_on(handle.result()).unwrap_err();
        assert!(matches!(error, GoalError::Call(CallError::ServerRestarted { .. })), "{error}");
    });
}

#[test]
fn raw_requests_get_what_ros_says() {
    watched(|| {
        let hub = alone();
        let (mailbox, _server) = serve(&hub, 8);
        let raw = raw_session(&hub);
        let querier = raw.declare_querier("fibonacci/_action/send_goal").timeout(PATIENCE).wait().unwrap();
        until("the sessions are joined", || querier.matching_status().wait().unwrap().matching());
        let ask = |part: &str, payload: Vec<u8>| {
            let get = raw.get(format!("fibonacci/_action/{part}")).payload(payload).timeout(PATIENCE);
            let reply = get.wait().unwrap().recv_timeout(PATIENCE).unwrap().unwrap();
            reply
                .into_result()
                .map(|sample| sample.payload().to_bytes().into_owned())
                .map_err(|error| error.payload().try_to_string().unwrap().into_owned())
        };
        let unknown = ask("get_result", GetResultRequest { goal_id: [9; 16] }.encode().unwrap()).unwrap();
        let unknown = GetResultResponse::<Fibonacci>::decode(&unknown).unwrap();
        assert_eq!((unknown.status, unknown.result), (0, result(&[])));

        let mut cancel = CancelGoalRequest::default();
        cancel.goal_info.goal_id.uuid = [9; 16];
        let answer = ask("cancel_goal", cancel.encode().unwrap()).unwrap();
        assert_eq!(CancelGoalResponse::decode(&answer).unwrap().return_code, 2);

        for part in ["send_goal", "cancel_goal", "get_result"] {
            let error = ask(part, vec![0, 1, 0, 0, 1]).unwrap_err();
            assert!(error.starts_with("undecodable: "), "{error}");
        }
        assert_eq!(mailbox.counters().malformed, 1);
        assert_eq!(mailbox.counters().received, 0);
    });
}

#[test]
fn a_cancel_of_all_reaches_every_goal_and_none_that_ended() {
    watched(|| {
        let hub = alone();
        let (mailbox, _server) = serve(&hub, 8);
        let client = client(&hub);
        let sending: Vec<_> = (0..3).map(|_| client.send_goal(goal(1))).collect();
        let mut executing: Vec<_> = (0..3).map(|_| next(&mailbox).accept()).collect();
        sending.into_iter().for_each(|sending| drop(block_on(sending).unwrap()));
        executing.remove(0).succeed(result(&[]));
        let all = node(&hub, "operator");
        let canceler: rosactor_transport::ServiceClient<rosactor_messages::action_msgs::CancelGoal> =
            all.client("fibonacci/_action/cancel_goal", Duration::from_secs(5)).unwrap();
        let response = block_on(canceler.call(CancelGoalRequest::default())).unwrap();
        assert_eq!(response.return_code, 0);
        let canceling: Vec<_> = response.goals_canceling.iter().map(|goal| goal.goal_id.uuid).collect();
        assert_eq!(canceling, executing.iter().map(|goal| goal.goal_id()).collect::<Vec<_>>());
        assert!(executing.iter().all(|goal| goal.cancel_requested()));
    });
}

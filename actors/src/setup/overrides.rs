//! What the deployment file says of the mailboxes of services and actions, put over what the code says.

use super::{ActionName, EndpointKind, ServiceName};
use crate::deployment::MailboxOverride;

/// Puts the file's settings over a server's.
pub(super) fn service(given: &MailboxOverride, service: &mut ServiceName) {
    service.queue = given.queue.unwrap_or(service.queue);
    service.concurrent = given.concurrent.unwrap_or(service.concurrent);
    service.deadline = given.deadline.or(service.deadline);
}

/// Puts the file's settings over an action server's.
pub(super) fn action(given: &MailboxOverride, action: &mut ActionName) {
    action.policy = given.goals.unwrap_or(action.policy);
    action.timeout = given.goal_timeout.or(action.timeout);
    action.feedback_period = given.feedback_period.or(action.feedback_period);
    action.keep_results = given.keep_results.unwrap_or(action.keep_results);
}

/// What is wrong with settings for an endpoint of these kinds. The settings of topics are those for everything else.
pub(super) fn unfit(name: &str, given: &MailboxOverride, kinds: &[EndpointKind]) -> Option<String> {
    use EndpointKind::{ActionServer, Publisher, Server, Subscription};
    let of_topic = given.keep_last.is_some()
        || given.keep_all.is_some()
        || given.latest
        || given.reliability.is_some()
        || given.durability.is_some()
        || given.lifespan.is_some()
        || given.liveliness.is_some()
        || given.lease.is_some();
    let of_service = given.queue.is_some() || given.concurrent.is_some();
    let of_action = given.goals.is_some()
        || given.goal_timeout.is_some()
        || given.feedback_period.is_some()
        || given.keep_results.is_some();
    let of_publisher = given.priority.is_some() || given.express.is_some();
    let groups: [(bool, &[EndpointKind], &str); 5] = [
        (of_topic, &[Publisher, Subscription], "those of a topic"),
        (of_publisher, &[Publisher], "`priority` and `express` of a topic that is published"),
        (of_service, &[Server], "`queue` and `concurrent` of a service that is served"),
        (
            of_action,
            &[ActionServer],
            "`goals`, `goal_timeout`, `feedback_rate` and `keep_results` of an action that is performed",
        ),
        (
            given.deadline.is_some(),
            &[Publisher, Subscription, Server],
            "`deadline` of a topic or of a service that is served",
        ),
    ];
    let kind = kinds.first()?;
    let unfit = |(set, fits, _): &(bool, &[EndpointKind], &str)| *set && !kinds.iter().any(|kind| fits.contains(kind));
    let (_, _, settings) = groups.into_iter().find(unfit)?;
    Some(format!("`{name}` is {kind}, but has settings that do not fit: {settings}"))
}

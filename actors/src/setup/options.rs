//! What can be said of an endpoint beside its name: options ride on the name.
//!
//! ```
//! # use rosactor::prelude::*;
//! topic("scan").sensor_data();
//! topic("map").latched(1);
//! service("plan").concurrent(4).deadline(Duration::from_secs(2));
//! action("dock").preempt().goal_timeout(Duration::from_secs(60));
//! period(Duration::from_millis(100)).concurrent(2);
//! ```

use std::time::Duration;

use rosactor_transport::mailbox::{GoalPolicy, TopicPolicy};
use rosactor_transport::qos::{Durability, History, Liveliness, Priority, Qos, Reliability};

use rosactor_transport::duration::period_of;

/// A topic's name with its quality of service. Default: reliable, volatile, the last 10.
#[derive(Clone, Debug)]
#[must_use]
pub struct Topic {
    pub(crate) name: String,
    pub(crate) qos: Qos,
    pub(crate) policy: Option<TopicPolicy>,
    pub(crate) concurrent: usize,
}

/// Names a topic, as ROS writes it: `"scan"` in the actor's namespace, `"/scan"`, or `"~/scan"` under the actor's name.
pub fn topic(name: impl Into<String>) -> Topic {
    Topic { name: name.into(), qos: Qos::default(), policy: None, concurrent: 1 }
}

impl Topic {
    /// For sensors: best effort, the last 5.
    pub fn sensor_data(mut self) -> Self {
        let Qos { reliability, durability, history, .. } = Qos::sensor_data();
        self.qos = Qos { reliability, durability, history, ..self.qos };
        self.policy = None;
        self
    }

    /// Keeps the last `depth` samples and drops the oldest.
    pub fn keep_last(mut self, depth: usize) -> Self {
        self.qos.history = History::KeepLast(depth);
        self.policy = None;
        self
    }

    /// Keeps one sample, always the newest.
    pub fn latest(mut self) -> Self {
        self.qos.history = History::KeepLast(1);
        self.policy = Some(TopicPolicy::Latest);
        self
    }

    /// Drops nothing: beyond `max` waiting samples the sender is held back.
    pub fn keep_all(mut self, max: usize) -> Self {
        self.qos.history = History::KeepAll(max);
        self.policy = None;
        self
    }

    /// Samples may be lost on the way; none is sent again.
    pub fn best_effort(mut self) -> Self {
        self.qos.reliability = Reliability::BestEffort;
        self
    }

    /// Samples lost on the way are sent again.
    pub fn reliable(mut self) -> Self {
        self.qos.reliability = Reliability::Reliable;
        self
    }

    /// Late subscribers get the last `depth` samples (ROS: `TRANSIENT_LOCAL`).
    #[doc(alias = "transient_local")]
    pub fn latched(mut self, depth: usize) -> Self {
        self.qos.durability = Durability::TransientLocal;
        self.keep_last(depth)
    }

    /// A sample that is older than this is not delivered, but counted as expired. A subscriber counts from its arrival; a
    /// publisher from when it was published, which subscribers of this process observe.
    pub fn lifespan(mut self, lifespan: Duration) -> Self {
        self.qos.lifespan = Some(lifespan);
        self
    }

    /// The longest time between two samples: a publisher promises it, a subscriber counts on it. Each time that it passes
    /// is counted, and told to [`Setup::on_topic_event`](crate::Setup::on_topic_event). It begins when the actor does.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.qos.deadline = Some(deadline);
        self
    }

    /// How a publisher shows that it is alive. Default: automatically.
    pub fn liveliness(mut self, liveliness: Liveliness) -> Self {
        self.qos.liveliness = liveliness;
        self
    }

    /// The longest time between two signs of life. Samples are measured by it if liveliness is
    /// [`ManualByTopic`](Liveliness::ManualByTopic).
    #[doc(alias = "liveliness_lease_duration")]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.qos.lease = Some(lease);
        self
    }

    /// A publisher's samples go before those of lower priority on the way to other processes. Default: [`Priority::Data`].
    pub fn priority(mut self, priority: Priority) -> Self {
        self.qos.priority = priority;
        self
    }

    /// A publisher's samples are sent at once: for control loops. Default: what is published in quick succession shares packets.
    pub fn express(mut self) -> Self {
        self.qos.express = true;
        self
    }

    /// So many samples may be in [`Work`](crate::Work) at once. Default: 1.
    pub fn concurrent(mut self, n: usize) -> Self {
        self.concurrent = n.max(1);
        self
    }

    /// The policy of the subscriber's mailbox.
    pub(crate) fn mailbox_policy(&self) -> TopicPolicy {
        self.policy.unwrap_or(match self.qos.history {
            History::KeepLast(depth) => TopicPolicy::KeepLast(depth.max(1)),
            History::KeepAll(max) => TopicPolicy::KeepAll(max.max(1)),
        })
    }
}

impl<N: Into<String>> From<N> for Topic {
    fn from(name: N) -> Self {
        topic(name)
    }
}

/// A service's name with its options.
#[derive(Clone, Debug)]
#[must_use]
pub struct ServiceName {
    pub(crate) name: String,
    pub(crate) concurrent: usize,
    pub(crate) queue: usize,
    pub(crate) deadline: Option<Duration>,
    pub(crate) timeout: Duration,
}

/// Names a service. A server has one request in work and 64 waiting; a client waits 10 s for the answer.
pub fn service(name: impl Into<String>) -> ServiceName {
    ServiceName { name: name.into(), concurrent: 1, queue: 64, deadline: None, timeout: Duration::from_secs(10) }
}

impl ServiceName {
    /// Server: one request is in [`Work`](crate::Work) at once, and the others wait. The default.
    pub fn serial(self) -> Self {
        self.concurrent(1)
    }

    /// Server: so many requests may be in [`Work`](crate::Work) at once.
    pub fn concurrent(mut self, n: usize) -> Self {
        self.concurrent = n.max(1);
        self
    }

    /// Server: so many requests may wait; beyond that the newest is refused.
    pub fn queue(mut self, n: usize) -> Self {
        self.queue = n.max(1);
        self
    }

    /// Server: within what time of its arrival a request is to be answered. One that waited longer is not delivered but
    /// counted as expired; work that takes longer is dropped. Its client gets `CallError::Expired`. Default: any time.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Client: how long a call waits for its answer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl<N: Into<String>> From<N> for ServiceName {
    fn from(name: N) -> Self {
        service(name)
    }
}

/// An action's name with its options, which are all the server's.
#[derive(Clone, Debug)]
#[must_use]
pub struct ActionName {
    pub(crate) name: String,
    pub(crate) policy: GoalPolicy,
    pub(crate) timeout: Option<Duration>,
    /// The shortest time between two feedbacks of a goal; `None`: what was asked for is no rate.
    pub(crate) feedback_period: Option<Duration>,
    pub(crate) keep_results: Duration,
}

/// Names an action. A server executes up to 16 goals side by side, and keeps results for 15 minutes.
pub fn action(name: impl Into<String>) -> ActionName {
    ActionName {
        name: name.into(),
        policy: GoalPolicy::Parallel(16),
        timeout: None,
        feedback_period: Some(Duration::ZERO),
        keep_results: Duration::from_secs(15 * 60),
    }
}

impl ActionName {
    /// One goal executes; a new one is rejected meanwhile.
    pub fn reject_new(mut self) -> Self {
        self.policy = GoalPolicy::RejectNew;
        self
    }

    /// The newest goal wins: the executing one is asked to cancel, and the new one waits, accepted, until that has ended. A
    /// goal that still waits when a newer one comes is canceled.
    pub fn preempt(mut self) -> Self {
        self.policy = GoalPolicy::Preempt;
        self
    }

    /// One goal executes, and up to `n` wait, accepted, for their turn; further ones are rejected.
    pub fn queue(mut self, n: usize) -> Self {
        self.policy = GoalPolicy::Queue(n);
        self
    }

    /// Up to `n` goals execute side by side; further ones are rejected.
    pub fn parallel(mut self, n: usize) -> Self {
        self.policy = GoalPolicy::Parallel(n.max(1));
        self
    }

    /// How long a goal may execute. Then it is asked to cancel; a second later its work is dropped, which aborts it.
    pub fn goal_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often a goal's feedback goes out at most, per second. Of what comes more often the newest is sent when it is time,
    /// and before the end. Default: no limit.
    pub fn feedback_rate(mut self, hz: f64) -> Self {
        self.feedback_period = period_of(hz);
        self
    }

    /// How long the result of an ended goal can be asked for; of the last 1000 results at most.
    pub fn keep_results(mut self, keep: Duration) -> Self {
        self.keep_results = keep;
        self
    }
}

impl<N: Into<String>> From<N> for ActionName {
    fn from(name: N) -> Self {
        action(name)
    }
}

/// A timer's period with its options.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Period {
    pub(crate) every: Duration,
    pub(crate) concurrent: usize,
}

/// A timer's period. A beat whose predecessor is still waiting or in [`Work`](crate::Work) is skipped and counted.
pub fn period(every: Duration) -> Period {
    Period { every, concurrent: 1 }
}

impl Period {
    /// So many beats may be in [`Work`](crate::Work) at once.
    pub fn concurrent(mut self, n: usize) -> Self {
        self.concurrent = n.max(1);
        self
    }
}

impl From<Duration> for Period {
    fn from(every: Duration) -> Self {
        period(every)
    }
}

//! What an actor declares about time: its clock, and who hears of its jumps.

use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::messages::rosgraph_msgs;
use rosactor_transport::qos::{History, Qos, Reliability};
use rosactor_transport::{TopicMailbox, TopicPolicy};

use super::{Blueprint, Setup};
use crate::clock::{Clock, SimTime, TimeJump, since_epoch};
use crate::params::param;
use crate::port::jump_port;
use crate::work::IntoNext;

/// The topic of simulated time.
const CLOCK: &str = "/clock";

impl<A: 'static> Setup<A> {
    /// The actor's clock: the system's, or with the parameter `use_sim_time` that of the topic `/clock`.
    #[doc(alias = "get_clock")]
    pub fn clock(&mut self) -> Clock {
        self.clock.clone()
    }

    /// Tells a method of the actor when simulated time is heard for the first time, goes back, or goes forward by more than
    /// `least_forward` at once. On system time it never does. Timers and waits that a jump back overtook begin anew by themselves.
    #[doc(alias = "create_jump_callback")]
    pub fn on_time_jump<R: IntoNext<A>>(
        &mut self,
        least_forward: Duration,
        handler: impl Fn(&mut A, TimeJump) -> R + 'static,
    ) {
        let clock = self.clock.clone();
        self.blueprint.ports.push(Box::new(move |endpoints| {
            jump_port(endpoints, &clock, least_forward, move |actor, jump| handler(actor, jump).into_next())
        }));
    }

    /// Declares the parameter, and says what the clock is.
    pub(super) fn choose_clock(&mut self, time: Arc<SimTime>) {
        let described = param("use_sim_time").description("whether the node's clock follows the topic /clock");
        if self.fixed_param(described, false) {
            self.clock = Clock::sim(time);
            self.blueprint.clock = self.clock.clone();
        }
    }
}

/// Lets simulated time be heard, if the clock is on it.
pub(super) fn push<A>(blueprint: &mut Blueprint<A>, clock: &Clock) {
    let Some(time) = clock.simulated().map(Arc::clone) else { return };
    blueprint.handles.push(Box::new(move |endpoints| {
        endpoints.handle("clock".to_owned(), |participant| {
            let mailbox = Arc::new_cyclic(|mailbox: &std::sync::Weak<TopicMailbox<rosgraph_msgs::Clock>>| {
                let mailbox = mailbox.clone();
                // Not by a port: time goes on while a handler runs.
                let hear = move || {
                    while let Some(said) = mailbox.upgrade().and_then(|mailbox| mailbox.pop()) {
                        time.hear(since_epoch(&said.clock));
                    }
                };
                TopicMailbox::new(TopicPolicy::Latest, Arc::new(hear))
            });
            // As ROS's nodes subscribe to it.
            let qos = Qos { reliability: Reliability::BestEffort, history: History::KeepLast(1), ..Qos::default() };
            participant.subscribe(CLOCK, qos, mailbox)
        })?;
        Ok(())
    }));
}

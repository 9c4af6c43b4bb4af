//! Named, typed, bounded communication over Zenoh, in ROS 2's terms: topics, services and actions.
//!
//! A [`Hub`] is a process's place in the network, a [`Participant`] the part of it that belongs to one actor. What comes
//! in goes into bounded mailboxes, which tell their owner when to look, and count what they do:
//!
//! ```
//! use std::sync::Arc;
//!
//! use rosactor_messages::std_msgs::String as Text;
//! use rosactor_transport::{Hub, NameContext, Qos, TopicMailbox, TopicPolicy, TransportConfig};
//!
//! let hub = Hub::open(TransportConfig::default())?;
//! let node = hub.participant(NameContext::new("/robot1", "greeter", vec![])?);
//!
//! let mailbox = Arc::new(TopicMailbox::<Text>::new(TopicPolicy::KeepLast(10), Arc::new(|| {})));
//! let _subscription = node.subscribe("chatter", Qos::default(), mailbox.clone())?;
//! let publisher = node.publisher("chatter", Qos::default())?;
//! assert_eq!(publisher.topic().as_str(), "/robot1/chatter");
//!
//! publisher.publish(Text { data: "hello".into() })?;
//! assert_eq!(mailbox.pop().map(|sample| sample.data.clone()), Some("hello".into()));
//! assert_eq!(mailbox.counters().delivered, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod action;
pub mod bridge_config;
pub mod clock;
mod config;
pub mod duration;
pub mod graph;
pub mod host;
mod hub;
mod link;
pub mod link_health;
mod local;
pub mod mailbox;
pub mod name;
mod participant;
pub mod qos;
mod report;
pub mod security;
pub mod service;
mod sync;
pub mod topic;
pub mod wire;

pub use rosactor_messages as messages;

pub use action::{
    ActionClient, ActionServer, CancelOutcome, ExecutingGoal, GoalControl, GoalError, GoalHandle, GoalId, GoalStatus,
    IncomingGoal, WaitingGoal,
};
pub use config::{Mode, Profile, TransportConfig};
pub use graph::{EndpointInfo, Graph, GraphChanges, NodeInfo};
pub use hub::{Hub, OpenError};
pub use link::memory;
pub use mailbox::{
    Counters, GoalMailbox, GoalPolicy, IncomingRequest, Latency, PublisherId, PushError, RequestMailbox, Sample,
    TopicMailbox, TopicPolicy, Wake,
};
pub use name::{
    Name, NameContext, NameError, NodeName, Remap, Scope, validate_name, validate_namespace, validate_node_name,
};
pub use participant::{Alive, DeclareError, Participant};
pub use qos::{Durability, History, Liveliness, Priority, Qos, QosMismatch, Reliability};
pub use service::{CallError, Chain, Refusal, ServiceClient, ServiceServer};
pub use topic::{PublishError, Subscription, TopicEvent, TopicPublisher, TopicWatch};
pub use wire::{EndpointKind, NodeKind};

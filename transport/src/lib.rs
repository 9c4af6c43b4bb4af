//! Named, typed, bounded communication over Zenoh, in ROS 2's terms: topics, services and actions.

pub mod action;
pub mod bridge_config;
mod config;
mod hub;
mod link;
mod local;
pub mod mailbox;
pub mod name;
mod participant;
pub mod qos;
mod report;
pub mod service;
pub mod topic;
pub mod wire;

pub use rosactor_messages as messages;

pub use action::{
    ActionClient, ActionServer, CancelOutcome, ExecutingGoal, GoalError, GoalHandle, GoalId, GoalStatus, IncomingGoal,
};
pub use config::{Mode, Profile, TransportConfig};
pub use hub::{Hub, OpenError};
pub use mailbox::{
    Counters, GoalMailbox, IncomingRequest, Latency, PublisherId, PushError, RequestMailbox, Sample, TopicMailbox,
    TopicPolicy, Wake,
};
pub use name::{Name, NameContext, NameError, NodeName, validate_name, validate_namespace, validate_node_name};
pub use participant::{DeclareError, Participant};
pub use qos::{Durability, History, Qos, QosMismatch, Reliability};
pub use service::{CallError, Refusal, ServiceClient, ServiceServer};
pub use topic::{PublishError, Subscription, TopicPublisher};

//! An actor-based robotics framework: what ROS 2 calls a node is an actor here, with one mailbox per topic, service and
//! action. Actors are deployed from one file, talk over Zenoh, and can be bridged to ROS 2 graphs on DDS.
//!
//! ```
//! use rosactor::messages::{geometry_msgs::Twist, sensor_msgs::LaserScan};
//! use rosactor::prelude::*;
//!
//! struct SafetyStop {
//!     cmd_vel: Publisher<Twist>,
//!     nearest_m: f32,
//! }
//!
//! impl Actor for SafetyStop {
//!     fn setup(node: &mut Setup<Self>) -> Result<Self> {
//!         node.subscribe(topic("scan").sensor_data(), Self::on_scan);
//!         node.every(Duration::from_millis(100), Self::on_tick);
//!         Ok(Self { cmd_vel: node.publisher("cmd_vel"), nearest_m: 0.0 })
//!     }
//! }
//!
//! impl SafetyStop {
//!     fn on_scan(&mut self, scan: LaserScan) {
//!         self.nearest_m = scan.ranges.into_iter().fold(f32::INFINITY, f32::min);
//!     }
//!
//!     fn on_tick(&mut self) {
//!         let mut cmd = Twist::default();
//!         cmd.linear.x = if self.nearest_m > 0.5 { 0.2 } else { 0.0 };
//!         self.cmd_vel.publish(cmd);
//!     }
//! }
//! ```
//!
//! # Promises
//!
#![doc = include_str!("promises.md")]

mod actor;
mod board;
mod clock;
pub mod deployment;
mod error;
mod handles;
pub mod launch;
mod lifecycle;
mod params;
mod pool;
mod port;
pub mod prelude;
mod registry;
pub mod rosout;
mod setup;
mod shell;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod watch;
mod work;

pub use actor::Actor;
pub use board::{ActorState, MailboxKind, MailboxReport};
pub use clock::{Clock, TimeJump, sleep};
pub use error::{Error, Failure, Result};
pub use handles::{ActionClient, Client, Control, Graph, Outcome, Publisher};
pub use lifecycle::{Lifecycle, LifecycleActor, LifecycleState, Transition};
pub use params::{Param, ParamSpec, ParamType, param};
pub use pool::Pool;
pub use port::{ByValue, FromSample, Goal, GoalEnd, GoalRequest, IntoGoalWork, IntoReply, ReplyNext, Shared};
pub use registry::Actors;
pub use rosactor_transport::clock::now;
pub use rosactor_transport::graph::{EndpointInfo, NamesAndTypes, NodeInfo};
pub use rosactor_transport::mailbox::{Counters, GoalPolicy, Latency, TopicPolicy};
pub use rosactor_transport::messages;
pub use rosactor_transport::qos::{Durability, History, Liveliness, Priority, Qos, QosMismatch, Reliability};
pub use rosactor_transport::security;
pub use rosactor_transport::{
    CallError, CancelOutcome, EndpointKind, GoalError, GoalHandle, GoalId, GoalStatus, NodeKind, NodeName,
    PublishError, Sample, TopicEvent,
};
pub use setup::{ActionName, Period, ServiceName, Setup, Topic, action, period, service, topic};
pub use watch::{Change, Watched};
pub use work::{IntoNext, Next, Then, Work, offload, run};

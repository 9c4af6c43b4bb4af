//! What a file with an actor in it needs: `use rosactor::prelude::*;`.

pub use std::time::Duration;

pub use tracing::{debug, error, info, warn};

pub use crate::{
    ActionClient, Actor, CallError, Client, Clock, Control, Error, Goal, GoalEnd, GoalError, GoalHandle, GoalRequest,
    GoalStatus, Graph, Lifecycle, LifecycleActor, LifecycleState, Outcome, Param, Pool, Priority, Publisher, Qos,
    Result, Sample, Setup, Then, TopicEvent, Transition, Watched, Work, action, offload, param, period, run, service,
    sleep, topic,
};

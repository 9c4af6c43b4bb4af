//! What a file with an actor in it needs: `use rosactor::prelude::*;`.

pub use std::time::Duration;

pub use tracing::{debug, error, info, warn};

pub use crate::{
    ActionClient, Actor, CallError, Client, Control, Error, Goal, GoalEnd, GoalError, GoalHandle, GoalRequest,
    GoalStatus, Lifecycle, LifecycleActor, LifecycleState, Outcome, Param, Pool, Publisher, Qos, Result, Sample, Setup,
    Then, Transition, Watched, Work, action, offload, param, period, run, service, sleep, topic,
};

//! The real files of the queue of ready ports and of the turn.
#![allow(dead_code, reason = "the models use a part of it")]

#[path = "../../../actors/src/port/ready.rs"]
mod ready;
#[path = "../../../actors/src/port/turn.rs"]
mod turning;

pub(crate) use ready::{Lane, Ready};
pub(crate) use turning::{Turn, turn};

pub(crate) type PortId = usize;

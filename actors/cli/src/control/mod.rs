//! How the commands of this machine talk to a run: a Unix socket for each, in a folder that only its user can enter. Never a network: who
//! may change the file that a run takes over may let it start any program.

mod ask;
mod folder;
mod serve;
mod wire;

pub(crate) use ask::{Found, find};
pub(crate) use serve::{Identity, Request, Requests};
pub(crate) use wire::Answer;

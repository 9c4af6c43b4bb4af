//! Running a deployment: start in file order, supervise, take over an edited file, stop in reverse, report.

mod applied;
mod apply;
mod bridge;
mod changes;
mod check;
mod crew;
mod error;
mod group;
mod keeper;
mod member;
mod placement;
mod plan;
mod presence;
mod program;
mod report;
mod run;
mod running;
mod running_hosts;
mod security;
mod supervisor;

pub use applied::{Applied, ApplyError, Unfinished};
pub use bridge::find_program as bridge_program;
pub use check::check;
pub use error::LaunchError;
pub use group::kill_programs;
pub use placement::Placement;
pub use plan::{Crossing, HostPlan, Plan, plan};
pub use report::{ActorReport, BridgeReport, HostReport, LifecycleReport, Report};
pub use running::{Running, start};
pub use running_hosts::{AskError, Differences, RunningHost, RunningProcess, running_hosts};
pub use security::credentials;
#[cfg(feature = "testing")]
pub(crate) use {
    apply::ask,
    report::Reporter,
    run::{Command, Owner, orchestrate},
};

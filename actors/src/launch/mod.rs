//! Running a deployment: start in file order, supervise, stop in reverse, report.

mod bridge;
mod check;
mod error;
mod group;
mod placement;
mod program;
mod report;
mod run;
mod running;

pub use check::check;
pub use error::LaunchError;
pub use group::kill_programs;
pub use placement::Placement;
pub use report::{ActorReport, BridgeReport, Report};
pub use running::{Running, start};

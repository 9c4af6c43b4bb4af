//! The command `rosactor` as a library: a program of your own has every verb with your own actor types.
//!
//! ```no_run
//! use rosactor::prelude::*;
//!
//! struct Idle;
//!
//! impl Actor for Idle {
//!     fn setup(_: &mut Setup<Self>) -> Result<Self> {
//!         Ok(Self)
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     rosactor_cli::main(|actors| {
//!         actors.add::<Idle>("my/Idle");
//!     })
//! }
//! ```

mod apply;
mod args;
mod bridge;
mod check;
mod control;
mod doctor;
mod keys;
mod logging;
mod output;
mod plan;
mod renewal;
mod run;
mod signals;
mod status;
mod table;

use std::process::ExitCode;

use clap::Parser;
use rosactor::Actors;

use args::{Args, Verb};

/// All went well.
const OK: u8 = 0;
/// What was asked for failed.
const FAILED: u8 = 1;
/// Bad usage, or a bad file.
const REFUSED: u8 = 2;

/// Runs the command with the actor types that `register` adds, and returns the program's exit code: 0 if all went well,
/// 1 if what was asked for failed, 2 for bad usage or a bad file.
pub fn main(register: impl FnOnce(&mut Actors)) -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are "errors" of clap's, too; it knows which stream and code is theirs. A closed pipe is no
            // reason to fail.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(REFUSED));
        }
    };
    let mut actors = Actors::new();
    register(&mut actors);
    ExitCode::from(match args.verb {
        Verb::Run(run) => run::run(&run, actors),
        Verb::Apply(apply) => apply::apply(&apply),
        Verb::Check(check) => check::check(&check, &actors),
        Verb::Plan(plan) => plan::plan(&plan, &actors),
        Verb::Keys(keys) => keys::keys(&keys),
        Verb::Bridge { options } => bridge::bridge(&options),
        Verb::Doctor(doctor) => doctor::doctor(&doctor),
    })
}

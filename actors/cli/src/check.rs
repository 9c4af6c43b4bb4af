//! `rosactor check`.

use rosactor::Actors;
use rosactor::deployment::{Deployment, Diagnostics};
use rosactor::launch;

use crate::args::Source;
use crate::output::{complain, stderr_is_terminal, tell};
use crate::{OK, REFUSED};

/// Finds every mistake of a file; the exit code.
pub(crate) fn check(source: &Source, actors: &Actors) -> u8 {
    let Some(deployment) = load(source) else { return REFUSED };
    match launch::check(&deployment, actors) {
        Ok(()) => {
            let actors = match deployment.actors.len() {
                1 => "1 actor".to_owned(),
                count => format!("{count} actors"),
            };
            tell(format_args!("{}: no mistakes; {actors}", source.file.display()));
            OK
        }
        Err(mistakes) => {
            show(&mistakes);
            REFUSED
        }
    }
}

/// Reads a file and sets parameters over it; says what is wrong with either.
pub(crate) fn load(source: &Source) -> Option<Deployment> {
    let mut deployment = match Deployment::load(&source.file) {
        Ok(deployment) => deployment,
        Err(mistakes) => {
            show(&mistakes);
            return None;
        }
    };
    for rule in &source.params {
        if let Err(why) = deployment.set_param(rule) {
            complain(why);
            return None;
        }
    }
    Some(deployment)
}

/// Shows mistakes with their places.
pub(crate) fn show(mistakes: &Diagnostics) {
    complain(mistakes.render(stderr_is_terminal()).trim_end());
}

//! `rosactor check`.

use rosactor::Actors;
use rosactor::deployment::{Deployment, Diagnostics};
use rosactor::launch;

use crate::args::Check;
use crate::output::{complain, stderr_is_terminal, tell};
use crate::{OK, REFUSED};

/// Finds every mistake of a file; the exit code.
pub(crate) fn check(args: &Check, actors: &Actors) -> u8 {
    let checked = Deployment::load(&args.file).and_then(|deployment| {
        launch::check(&deployment, actors)?;
        Ok(deployment)
    });
    match checked {
        Ok(deployment) => {
            let actors = match deployment.actors.len() {
                1 => "1 actor".to_owned(),
                count => format!("{count} actors"),
            };
            tell(format_args!("{}: no mistakes; {actors}", args.file.display()));
            OK
        }
        Err(mistakes) => {
            show(&mistakes);
            REFUSED
        }
    }
}

/// Shows mistakes with their places.
pub(crate) fn show(mistakes: &Diagnostics) {
    complain(mistakes.render(stderr_is_terminal()).trim_end());
}

//! `rosactor check`.

use rosactor::Actors;
use rosactor::deployment::{Deployment, Diagnostics, SharedThreads};
use rosactor::launch::{self, Placement};

use crate::args::Source;
use crate::output::{complain, stderr_is_terminal, tell};
use crate::{OK, REFUSED};

/// Finds every mistake of a file; the exit code.
pub(crate) fn check(source: &Source, actors: &Actors) -> u8 {
    let Some(deployment) = load(source) else { return REFUSED };
    match launch::check(&deployment, actors) {
        Ok(placement) => {
            let actors = match deployment.actors.len() {
                1 => "1 actor".to_owned(),
                count => format!("{count} actors"),
            };
            tell(format_args!("{}: no mistakes; {actors}", source.file.display()));
            tell_placement(&placement, deployment.threads);
            OK
        }
        Err(mistakes) => {
            show(&mistakes);
            REFUSED
        }
    }
}

/// Says who shares a thread, what passes from thread to thread, and who could be parted at no cost.
fn tell_placement(placement: &Placement, threads: SharedThreads) {
    if placement.threads.len() > 1 {
        for (thread, actors) in &placement.threads {
            tell(format_args!("  thread {thread}: {}", actors.join(", ")));
        }
    }
    if placement.islands.len() > 1 && threads == SharedThreads::One {
        let islands: Vec<_> = placement.islands.iter().map(|island| island.join(" and ")).collect();
        let what = "of one thread, but without messages for each other (`threads: spread` parts them)";
        tell(format_args!("  {what}: {}", islands.join("; ")));
    }
    if !placement.crossings.is_empty() {
        tell(format_args!("  from thread to thread: {}", placement.crossings.join(", ")));
    }
}

/// Reads a file, sets parameters over it and binds its hosts; says what is wrong with any of them.
pub(crate) fn load(source: &Source) -> Option<Deployment> {
    read(source).map_err(|wrong| complain(wrong.text(stderr_is_terminal()))).ok()
}

/// What is wrong with a file, or with what was said beside it.
pub(crate) enum Wrong {
    File(Diagnostics),
    Sentence(String),
}

impl Wrong {
    /// For a person.
    pub(crate) fn text(&self, colour: bool) -> String {
        match self {
            Self::File(mistakes) => mistakes.render(colour).trim_end().to_owned(),
            Self::Sentence(why) => why.clone(),
        }
    }
}

/// Reads a file, sets parameters over it and binds its hosts.
pub(crate) fn read(source: &Source) -> Result<Deployment, Wrong> {
    let mut deployment = Deployment::load(&source.file).map_err(Wrong::File)?;
    for rule in &source.params {
        deployment.set_param(rule).map_err(Wrong::Sentence)?;
    }
    deployment.bind(&source.bind).map_err(Wrong::Sentence)?;
    Ok(deployment)
}

/// Shows mistakes with their places.
pub(crate) fn show(mistakes: &Diagnostics) {
    complain(mistakes.render(stderr_is_terminal()).trim_end());
}

//! How a run takes over its file while it goes on: because `rosactor apply` or SIGHUP asks for it.

use std::pin::Pin;

use rosactor::deployment::Deployment;
use rosactor::launch::{Applied, ApplyError, Running};
use tracing::{error, info};

use crate::args::Run;
use crate::check::{self, Wrong};
use crate::control::{Answer, Request, Requests};
use crate::signals::HangUps;

/// The part of the file that a run was told to run, as the file is now.
pub(crate) fn part(args: &Run) -> Result<Deployment, Wrong> {
    let mut deployment = check::read(&args.source)?;
    let kept = if args.local { deployment.keep_all_hosts() } else { deployment.keep_host(args.host.as_deref()) };
    kept.map_err(Wrong::Sentence)?;
    Ok(deployment)
}

/// What is asked of a run, and the one piece of it that is under way.
pub(crate) struct Renewals<'r> {
    args: &'r Run,
    running: &'r Running,
    hang_ups: HangUps,
    requests: Requests,
    under_way: Option<Pin<Box<dyn Future<Output = ()> + 'r>>>,
}

impl<'r> Renewals<'r> {
    pub(crate) fn new(args: &'r Run, running: &'r Running, hang_ups: HangUps, requests: Requests) -> Self {
        Self { args, running, hang_ups, requests, under_way: None }
    }

    /// Carries out one thing after the other, without end. It may be dropped at any time, and called again to go on.
    pub(crate) async fn carry_out(&mut self) {
        loop {
            if let Some(work) = &mut self.under_way {
                work.await;
                self.under_way = None;
            }
            let request = tokio::select! {
                () = self.hang_ups.next() => None,
                request = self.requests.next() => Some(request),
            };
            self.under_way = Some(Box::pin(renew(self.args, self.running, request)));
        }
    }
}

/// Why a file was not taken over.
struct NotTaken {
    /// Whether the file has to be mended.
    wrong_file: bool,
    why: Wrong,
}

async fn renew(args: &Run, running: &Running, request: Option<Request>) {
    let dry = request.as_ref().is_some_and(|request| request.dry);
    let outcome = take_over(args, running, dry).await;
    let file = args.source.file.display();
    match &outcome {
        _ if dry => {}
        Ok(applied) if applied.unfinished.is_empty() => info!("took over {file}: {applied}"),
        Ok(applied) => error!("took over {file}: {applied}"),
        Err(NotTaken { why, .. }) => error!("did not take over {file}, and changed nothing: {}", why.text(false)),
    }
    let Some(Request { colour, answer, .. }) = request else { return };
    // Whoever asked may be gone.
    let _ = answer.send(match outcome {
        Ok(applied) => Answer::Applied(applied),
        Err(NotTaken { wrong_file, why }) => Answer::Refused { wrong_file, text: why.text(colour) },
    });
}

async fn take_over(args: &Run, running: &Running, dry: bool) -> Result<Applied, NotTaken> {
    let args = args.clone();
    // What the path leads to may be slow to read.
    let read = tokio::task::spawn_blocking(move || part(&args)).await;
    let wrong = |why| NotTaken { wrong_file: true, why };
    let failed = |why: String| NotTaken { wrong_file: false, why: Wrong::Sentence(why) };
    let deployment = read.map_err(|error| failed(error.to_string()))?.map_err(wrong)?;
    let outcome = if dry { running.would_apply(deployment).await } else { running.apply(deployment).await };
    outcome.map_err(|error| match error {
        ApplyError::File(mistakes) => wrong(Wrong::File(mistakes)),
        error => failed(error.to_string()),
    })
}

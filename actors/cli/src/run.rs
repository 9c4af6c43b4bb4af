//! `rosactor run`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rosactor::Actors;
use rosactor::deployment::Deployment;
use rosactor::launch::{self, LaunchError, Report, Running};
use tracing::info;

use crate::args::Run;
use crate::control::{Identity, Requests};
use crate::output::{complain, stderr_is_terminal, tell};
use crate::renewal::{Renewals, part};
use crate::signals::Signals;
use crate::status::{self, Status};
use crate::{FAILED, OK, REFUSED, check, logging, table};

/// Why a run did not go as asked, and the exit code for it.
struct Refusal(u8, String);

/// Runs a deployment; the exit code.
pub(crate) fn run(args: &Run, actors: Actors) -> u8 {
    let bar = stderr_is_terminal().then(status::bar);
    if let Err(error) = logging::begin(args.log.as_deref(), bar.clone(), bar.is_some()) {
        complain(error);
        return REFUSED;
    }
    let deployment = match part(args) {
        Ok(deployment) => deployment,
        Err(wrong) => {
            complain(wrong.text(stderr_is_terminal()));
            return REFUSED;
        }
    };
    match places(args).and_then(|()| deploy(args, deployment, actors, Status::new(bar))) {
        Ok(code) => code,
        Err(Refusal(code, text)) => {
            complain(text);
            code
        }
    }
}

/// Refuses files that could not be written in the end.
fn places(args: &Run) -> Result<(), Refusal> {
    for file in [&args.report, &args.plot].into_iter().flatten() {
        let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        if !folder.is_dir() || file.is_dir() {
            return Err(Refusal(
                REFUSED,
                format!(
                    "{} cannot be written: {} is not a folder, or it is one itself",
                    file.display(),
                    folder.display()
                ),
            ));
        }
    }
    match &args.plot {
        Some(plot) if plot.extension().is_none_or(|ending| ending != "svg") => Err(Refusal(
            REFUSED,
            format!("{} is no SVG file: pictures are written as SVG, so its name must end in .svg", plot.display()),
        )),
        _ => Ok(()),
    }
}

fn deploy(args: &Run, deployment: Deployment, actors: Actors, status: Status) -> Result<u8, Refusal> {
    let threads = |error: io::Error| Refusal(FAILED, format!("the program's own runtime cannot be started: {error}"));
    // Signals are heard from the first moment, so that none ends the process half-started.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(threads)?;
    let (mut signals, hang_ups, requests) = {
        let _in_runtime = runtime.enter();
        let (signals, hang_ups) = Signals::listen().map_err(threads)?;
        let (file, host, here) = (args.source.file.clone(), args.host.clone(), deployment.here().to_owned());
        (signals, hang_ups, Requests::listen(Identity { file, host, here }))
    };
    let running = launch::start(deployment, actors).map_err(|error| match error {
        LaunchError::File(mistakes) => {
            check::show(&mistakes);
            Refusal(REFUSED, "nothing was started".to_owned())
        }
        error => Refusal(FAILED, error.to_string()),
    })?;
    runtime.block_on(watch(
        &running,
        &mut signals,
        Renewals::new(args, &running, hang_ups, requests),
        args.time,
        status,
    ));
    {
        let _in_runtime = runtime.enter();
        signals.end_at_next();
    }
    let report = running.stop();
    write_files(args, &report)?;
    tell(table::table(&report));
    Ok(if report.ok { OK } else { FAILED })
}

/// Shows the status until the end: a signal, the time is up, or nobody is left.
async fn watch(
    running: &Running,
    signals: &mut Signals,
    mut renewals: Renewals<'_>,
    time: Option<Duration>,
    mut status: Status,
) {
    let ended = running.ended();
    let time_is_up = async {
        match time {
            Some(time) => tokio::time::sleep(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(ended, time_is_up);
    let mut beat = tokio::time::interval(status.interval());
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    beat.tick().await;
    loop {
        tokio::select! {
            () = signals.next() => break info!("stops; once more ends it at once"),
            () = &mut time_is_up => break,
            () = &mut ended => break,
            () = renewals.carry_out() => {}
            _ = beat.tick() => status.show(&running.report()),
        }
    }
    status.end();
}

fn write_files(args: &Run, report: &Report) -> Result<(), Refusal> {
    if let Some(file) = &args.report {
        let json = serde_json::to_string_pretty(report).map_err(|error| Refusal(FAILED, error.to_string()))?;
        write(file, &(json + "\n"))?;
    }
    match (&args.plot, &report.picture) {
        (None, _) => Ok(()),
        (Some(file), Some(picture)) => write(file, picture),
        (Some(file), None) => Err(Refusal(
            FAILED,
            format!("{} was not written: no actor of this deployment draws a picture", file.display()),
        )),
    }
}

/// Writes a file whole: whoever reads it meanwhile finds the old one.
fn write(file: &Path, text: &str) -> Result<(), Refusal> {
    let mut beside = PathBuf::from(file).into_os_string();
    beside.push(format!(".{}.part", std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    written.map_err(|error| Refusal(FAILED, format!("{} cannot be written: {error}", file.display())))
}

//! `rosactor-bridge doctor`: asks the bridges of a Zenoh network how they are. It is here because
//! only the bridge and the transport may name Zenoh; people call it as `rosactor doctor`.

mod show;

use std::{io::Write as _, process::ExitCode, time::Duration};

use clap::Parser;
use rosactor_transport::security::{Security, zenoh_settings};
use serde_json::{Value, json};
use tokio::{runtime::Builder, time::timeout};
use zenoh::{
    Config, Session,
    query::{ConsolidationMode, QueryTarget},
};

use crate::report::document::{REPORTS, Report};

/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// How long bridges may take to answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// Nobody could be asked.
const UNREACHED: u8 = 2;

/// Tells what the bridges of a network carry, what they do not carry, and why.
#[derive(Debug, Parser)]
#[command(name = "rosactor-bridge doctor")]
struct Args {
    /// Stands for `doctor`.
    #[arg(hide = true)]
    _verb: String,
    /// A Zenoh endpoint to connect to; may be given several times, the first that answers is taken.
    #[arg(short = 'e', long, value_name = "ENDPOINT", required = true)]
    connect: Vec<String>,
    /// How the doctor proves who it is, as JSON: the files of `tls`, or of `login`.
    #[arg(long, value_name = "JSON", value_parser = |text: &str| serde_json::from_str::<Security>(text))]
    security: Option<Security>,
    /// Tell as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Asks, tells, and returns the exit code: 0 if all is well, 1 if something needs a hand, 2 if nobody could be asked.
pub(crate) fn doctor() -> ExitCode {
    let args = Args::parse();
    let asked = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| format!("no threads can be started: {error}"))
        .and_then(|threads| threads.block_on(ask(&args.connect, args.security.as_ref())));
    let (text, code) = match &asked {
        Ok(reports) => (told(reports, args.json), u8::from(!is_well(reports))),
        Err(reason) => {
            let _ = writeln!(std::io::stderr(), "rosactor doctor: {reason}");
            let text = if args.json {
                json!({"bridges": [], "well": false, "error": reason}).to_string()
            } else {
                String::new()
            };
            (text, UNREACHED)
        }
    };
    if !text.is_empty() {
        // A closed pipe is no error: nobody is left to tell.
        let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
    }
    ExitCode::from(code)
}

/// Whether nothing needs a hand.
fn is_well(reports: &[Report]) -> bool {
    let mut problems = reports.iter().flat_map(|report| &report.links).flat_map(|link| &link.problems);
    problems.all(|problem| !problem.reason.is_fault())
}

fn told(reports: &[Report], as_json: bool) -> String {
    if as_json {
        return json!({"bridges": reports, "well": is_well(reports)}).to_string();
    }
    reports.iter().map(show::show).collect::<Vec<_>>().join("\n")
}

async fn ask(connect: &[String], security: Option<&Security>) -> Result<Vec<Report>, String> {
    let at = connect.join(", ");
    let unreached = |reason: String| {
        format!(
            "nothing answers at {at} ({reason}); is the deployment or bridge running, and does it listen there (`transport.listen` \
             of the deployment file, `listen` of a bridge)?"
        )
    };
    let security = security.map(zenoh_settings).transpose().map_err(|error| error.to_string())?.unwrap_or_default();
    let config = config(connect, security).map_err(|reason| format!("Zenoh does not accept {at}: {reason}"))?;
    let session = match timeout(CONNECT_PATIENCE, zenoh::open(config)).await {
        Ok(session) => session.map_err(|error| unreached(error.to_string()))?,
        Err(_) => return Err(unreached(format!("not within {} s", CONNECT_PATIENCE.as_secs()))),
    };
    let reports = reports(&session).await;
    // The answers are here, so nothing is lost by a link that ends otherwise.
    let _ = session.close().await;
    match reports? {
        none if none.is_empty() => Err(format!(
            "{at} answers, but no bridge does: the deployment has no `bridge:`, or its bridge has not joined its DDS domain yet \
             (the log of the deployment says why)"
        )),
        some => Ok(some),
    }
}

fn config(connect: &[String], security: Vec<(&'static str, Value)>) -> zenoh::Result<Config> {
    let mut config = Config::default();
    let settings = [
        ("mode", json!("client")),
        ("connect/endpoints", json!(connect)),
        ("connect/timeout_ms", json!(0)),
        ("connect/exit_on_failure", json!(true)),
        ("scouting/multicast/enabled", json!(false)),
        ("scouting/gossip/enabled", json!(false)),
    ];
    for (key, value) in settings.into_iter().chain(security) {
        config.insert_json5(key, &value.to_string())?;
    }
    Ok(config)
}

async fn reports(session: &Session) -> Result<Vec<Report>, String> {
    let query = session.get(REPORTS).target(QueryTarget::All).consolidation(ConsolidationMode::None);
    let replies = query.timeout(ANSWER_PATIENCE).await.map_err(|error| format!("bridges cannot be asked: {error}"))?;
    let mut reports = Vec::new();
    while let Ok(reply) = replies.recv_async().await {
        // An error is that of a bridge that ends; what comes without one is compared with what was asked.
        let Ok(sample) = reply.result() else { continue };
        let report = serde_json::from_slice(&sample.payload().to_bytes()).map_err(|error| {
            format!("the bridge of {} answers in another form ({error}); is it of another version?", sample.key_expr())
        })?;
        reports.push(report);
    }
    reports.sort_by(|one: &Report, other| one.id.cmp(&other.id));
    Ok(reports)
}

//! What the hosts of a deployment run now, and how that differs from a file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rosactor_transport::host::{HostAnswer, HostEntry};
use rosactor_transport::security::{Security, SecurityError};
use rosactor_transport::{Hub, Mode, OpenError, TransportConfig};
use serde::Serialize;

use super::presence::host_entries;
use super::security::credentials_of;
use crate::deployment::Deployment;

/// How long hosts are waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often who asks looks whether that is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// How long connections may take to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// How what runs as one host differs from the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunningHost {
    /// The host's name.
    pub name: String,
    /// The processes that say that they are this host: none if it does not run, and more than one is a mistake of somebody.
    pub processes: Vec<RunningProcess>,
}

/// How what one process runs differs from the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RunningProcess {
    /// It told what it runs.
    Runs(Differences),
    /// It did not.
    Unknown {
        /// Why not.
        reason: String,
    },
}

/// What would have to happen for a host to run what the file says; names without the slash at their begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// What has another entry in the file, in file order.
    pub restart: Vec<String>,
    /// What does not run yet, in file order.
    pub start: Vec<String>,
    /// What the file does not have any more.
    pub stop: Vec<String>,
}

/// Why hosts could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There are none.
    #[error("{}: there is no section `hosts`, so no hosts that could be asked", path.display())]
    NoHosts {
        /// The file.
        path: PathBuf,
    },
    /// The file has other hosts.
    #[error("{0}")]
    UnknownHost(String),
    /// It is not known whose keys to use.
    #[error("{}: the hosts prove who they are; say with `--host NAME` as which of them to ask", path.display())]
    Nameless {
        /// The file.
        path: PathBuf,
    },
    /// The keys are not there, or not valid.
    #[error("{0}")]
    Security(#[from] SecurityError),
    /// Nobody listens where others could connect.
    #[error("{}: no host has an endpoint with a port of its own, so the deployment cannot be found; give one of them `listen`", path.display())]
    NoEndpoint {
        /// The file.
        path: PathBuf,
    },
    /// Nobody answers.
    #[error("no host can be reached; tried {}; does one of them run?", tried.join(", "))]
    Unreached {
        /// Each endpoint, with what was wrong.
        tried: Vec<String>,
    },
}

/// Asks the hosts of a deployment what they run, and compares that with the file; hosts come in its order. With `security` it is asked as
/// `host`, with the keys of that. It takes three seconds at most, and less if all hosts answer.
///
/// # Errors
///
/// Nobody could be asked.
pub fn running_hosts(deployment: &Deployment, host: Option<&str>) -> Result<Vec<RunningHost>, AskError> {
    let path = || deployment.path.clone();
    if deployment.hosts.is_empty() {
        return Err(AskError::NoHosts { path: path() });
    }
    if let Some(host) = host {
        deployment.clone().keep_host(Some(host)).map_err(AskError::UnknownHost)?;
    }
    let security = match (&deployment.security, host) {
        (None, _) => Security::default(),
        (Some(_), None) => return Err(AskError::Nameless { path: path() }),
        (Some(_), Some(host)) => credentials_of(deployment, host),
    };
    security.check()?;
    let endpoints = deployment.reached_at();
    if endpoints.is_empty() {
        return Err(AskError::NoEndpoint { path: path() });
    }
    Ok(compare(deployment, &ask(deployment, &endpoints, &security)?))
}

/// Compares what processes say with what the file says of their hosts.
fn compare(deployment: &Deployment, answers: &[HostAnswer]) -> Vec<RunningHost> {
    let of_host = |name: &str| {
        let expected = host_entries(deployment.actors.iter().filter(|entry| entry.host.as_deref() == Some(name)));
        let processes = answers.iter().filter(|answer| answer.who.host == name).map(|answer| match &answer.card {
            Ok(card) => RunningProcess::Runs(Differences::between(&card.entries, &expected)),
            Err(error) => RunningProcess::Unknown { reason: error.to_string() },
        });
        RunningHost { name: name.to_owned(), processes: processes.collect() }
    };
    deployment.hosts.iter().map(|host| of_host(&host.name)).collect()
}

impl Differences {
    fn between(running: &[HostEntry], expected: &[HostEntry]) -> Self {
        let name = |entry: &HostEntry| entry.name.trim_start_matches('/').to_owned();
        let named = |entries: &[HostEntry], entry: &HostEntry| {
            entries.iter().find(|other| other.name == entry.name).map(|other| other.fingerprint.clone())
        };
        let mut differences = Self::default();
        for entry in expected {
            match named(running, entry) {
                None => differences.start.push(name(entry)),
                Some(fingerprint) if fingerprint != entry.fingerprint => differences.restart.push(name(entry)),
                Some(_) => {}
            }
        }
        differences.stop = running.iter().filter(|entry| named(expected, entry).is_none()).map(name).collect();
        differences
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl RunningHost {
    /// Whether one process runs what the file says, and nothing else.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        matches!(&self.processes[..], [RunningProcess::Runs(differences)] if differences.is_empty())
    }
}

impl fmt::Display for RunningHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, processes } = self;
        match &processes[..] {
            [] => write!(f, "{name}: not running"),
            [process] => write!(f, "{name}: {process}"),
            several => {
                let count = several.len();
                write!(f, "{name}: {count} processes say that they are this host; each must run once")?;
                let mut numbered = several.iter().enumerate();
                numbered.try_for_each(|(number, process)| write!(f, "\n{name} ({} of {count}): {process}", number + 1))
            }
        }
    }
}

impl fmt::Display for RunningProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { reason } => write!(f, "{reason}"),
            Self::Runs(differences) => write!(f, "{differences}"),
        }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("up to date");
        }
        let restart = self.restart.iter().map(|name| format!("{name} would restart (its entry differs)"));
        let start = self.start.iter().map(|name| format!("{name} would start"));
        let stop = self.stop.iter().map(|name| format!("{name} would stop"));
        f.write_str(&restart.chain(start).chain(stop).collect::<Vec<_>>().join("; "))
    }
}

/// What comes of asking at one endpoint.
enum Told {
    Connected,
    Answer(HostAnswer),
    Failed { endpoint: String, why: String },
    Closed,
}

/// Asks at all endpoints at once: who can be reached at one need not be joined to all others.
fn ask(deployment: &Deployment, endpoints: &[String], security: &Security) -> Result<Vec<HostAnswer>, AskError> {
    let deadline = Instant::now() + PATIENCE;
    let hosts: Vec<String> = deployment.hosts.iter().map(|host| host.name.value.clone()).collect();
    let enough = Arc::new(AtomicBool::new(false));
    let (sender, inbox) = mpsc::channel();
    for endpoint in endpoints {
        let question = Question {
            deployment: deployment.name.clone(),
            hosts: hosts.clone(),
            endpoint: endpoint.clone(),
            security: security.clone(),
            deadline,
            enough: Arc::clone(&enough),
        };
        let (told, failed) = (sender.clone(), sender.clone());
        let asking = thread::Builder::new().name("ask-hosts".to_owned()).spawn(move || question.ask(&told));
        if let Err(error) = asking {
            // The receiver is here.
            let _ = failed.send(Told::Failed { endpoint: endpoint.clone(), why: error.to_string() });
        }
    }
    drop(sender);
    let mut heard = Gathered::default();
    while heard.hosts() < hosts.len()
        && let Ok(told) = inbox.recv_timeout(deadline.saturating_duration_since(Instant::now()))
    {
        heard.take(told);
    }
    enough.store(true, Ordering::Release);
    // Those that are connected leave in order; those that still try end by themselves.
    let deadline = Instant::now() + CLOSE_WITHIN;
    while heard.open > 0
        && let Ok(told) = inbox.recv_timeout(deadline.saturating_duration_since(Instant::now()))
    {
        heard.take(told);
    }
    heard.end(endpoints)
}

/// What was heard from all endpoints together.
#[derive(Default)]
struct Gathered {
    /// By host and session: at every endpoint the same ones may answer, and only one of these answers has to be good.
    answers: BTreeMap<(String, String), HostAnswer>,
    connected: usize,
    open: usize,
    /// Endpoints with what was wrong.
    failed: BTreeMap<String, String>,
}

impl Gathered {
    fn take(&mut self, told: Told) {
        match told {
            Told::Connected => {
                self.connected += 1;
                self.open += 1;
            }
            Told::Closed => self.open = self.open.saturating_sub(1),
            Told::Failed { endpoint, why } => drop(self.failed.insert(endpoint, why)),
            Told::Answer(answer) => {
                let key = (answer.who.host.clone(), answer.who.session.clone());
                if answer.card.is_ok() || !self.answers.contains_key(&key) {
                    self.answers.insert(key, answer);
                }
            }
        }
    }

    /// How many hosts have told what they run.
    fn hosts(&self) -> usize {
        let told = self.answers.values().filter(|answer| answer.card.is_ok());
        told.map(|answer| answer.who.host.as_str()).collect::<std::collections::BTreeSet<_>>().len()
    }

    fn end(self, endpoints: &[String]) -> Result<Vec<HostAnswer>, AskError> {
        if self.connected > 0 {
            return Ok(self.answers.into_values().collect());
        }
        let silent = format!("no answer within {} s", PATIENCE.as_secs());
        let tried = endpoints.iter().map(|endpoint| {
            let why = self.failed.get(endpoint).unwrap_or(&silent);
            format!("{endpoint} ({why})")
        });
        Err(AskError::Unreached { tried: tried.collect() })
    }
}

/// What is asked at one endpoint.
struct Question {
    deployment: String,
    hosts: Vec<String>,
    endpoint: String,
    security: Security,
    deadline: Instant,
    enough: Arc<AtomicBool>,
}

impl Question {
    fn ask(self, told: &Sender<Told>) {
        // Whoever asked may have heard enough, and is gone then.
        let tell = |what| drop(told.send(what));
        let config = TransportConfig {
            mode: Mode::Client,
            listen: Vec::new(),
            connect: vec![self.endpoint.clone()],
            security: self.security.clone(),
            ..TransportConfig::default()
        };
        let failed = |why: String| Told::Failed { endpoint: self.endpoint.clone(), why };
        let hub = match Hub::open(config) {
            Ok(hub) => hub,
            // Zenoh only says at length that there is none.
            Err(OpenError::Zenoh { .. }) => return tell(failed("no connection".to_owned())),
            Err(error) => return tell(failed(error.to_string())),
        };
        tell(Told::Connected);
        let patience = self.deadline.saturating_duration_since(Instant::now());
        let is_enough = || self.enough.load(Ordering::Acquire);
        let asked = hub.ask_hosts(&self.deployment, &self.hosts, patience, LOOK, |answer| {
            answer.map(Told::Answer).into_iter().for_each(&tell);
            is_enough()
        });
        if let Err(error) = asked {
            tell(failed(error.to_string()));
        }
        hub.close();
        tell(Told::Closed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rosactor_transport::host::{CardError, HostCard};
    use rosactor_transport::wire::HeardHost;

    use super::*;

    const FILE: &str = "deployment: d
hosts:
  robot: {connect: [tcp/10.0.0.1:7447]}
  base: {mode: router, listen: [tcp/10.0.0.1:7447]}
actors:
  - {name: driver, type: a/B, host: robot, params: {speed: 0.5}}
  - {name: camera, namespace: /front, type: a/B, host: robot}
  - {name: map, type: a/B, host: base}
";

    fn file(text: &str) -> Deployment {
        Deployment::parse("d.yaml".as_ref(), text).unwrap()
    }

    /// What a host says that runs its part of a file.
    fn answer(host: &str, session: &str, text: &str) -> HostAnswer {
        let mut part = file(text);
        part.keep_host(Some(host)).unwrap();
        let card = HostCard { entries: host_entries(&part.actors), ..HostCard::default() };
        HostAnswer { who: who(host, session), card: Ok(card) }
    }

    fn who(host: &str, session: &str) -> HeardHost {
        HeardHost { deployment: "d".to_owned(), host: host.to_owned(), session: session.to_owned() }
    }

    fn said(text: &str, answers: &[HostAnswer]) -> Vec<String> {
        compare(&file(text), answers).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_runs_as_the_file_says_is_up_to_date_whatever_its_comments() {
        let running = [answer("base", "1", FILE), answer("robot", "2", FILE)];
        let commented = FILE.replace("actors:", "# of the robot\nactors:\n");
        assert_eq!(said(&commented, &running), ["robot: up to date", "base: up to date"]);
        assert!(compare(&file(&commented), &running).iter().all(RunningHost::is_up_to_date));
    }

    #[test]
    fn each_difference_is_told_and_no_other() {
        let running = [answer("base", "1", FILE), answer("robot", "2", FILE)];
        let edited = FILE.replace("speed: 0.5", "speed: 0.6");
        assert_eq!(said(&edited, &running), ["robot: driver would restart (its entry differs)", "base: up to date"]);
        let moved = edited
            .replace("name: camera, namespace: /front, type: a/B, host: robot", "name: lidar, type: a/B, host: base");
        assert_eq!(
            said(&moved, &running),
            ["robot: driver would restart (its entry differs); front/camera would stop", "base: lidar would start",]
        );
        assert!(!compare(&file(&moved), &running).iter().any(RunningHost::is_up_to_date));
    }

    #[test]
    fn who_is_not_there_silent_or_twice_there_is_not_up_to_date() {
        let silent = HostAnswer { who: who("robot", "3"), card: Err(CardError::Silent) };
        let hosts = compare(&file(FILE), &[answer("base", "1", FILE), silent.clone()]);
        assert_eq!(hosts[0].to_string(), "robot: it does not answer; is it overloaded, or of another version?");
        assert_eq!(hosts.iter().map(RunningHost::is_up_to_date).collect::<Vec<_>>(), [false, true]);
        let edited = FILE.replace("name: map,", "name: map, restart: always,");
        let twice = [answer("base", "1", FILE), answer("base", "2", &edited)];
        let hosts = compare(&file(FILE), &twice);
        assert_eq!(
            hosts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "robot: not running",
                "base: 2 processes say that they are this host; each must run once\nbase (1 of 2): up to date\n\
                 base (2 of 2): map would restart (its entry differs)"
            ]
        );
        assert!(!hosts.iter().any(RunningHost::is_up_to_date));
    }

    #[test]
    fn of_several_answers_of_one_process_a_good_one_counts() {
        let silent = || Told::Answer(HostAnswer { who: who("base", "1"), card: Err(CardError::Silent) });
        let mut heard = Gathered::default();
        heard.take(Told::Connected);
        heard.take(silent());
        assert_eq!(heard.hosts(), 0);
        heard.take(Told::Answer(answer("base", "1", FILE)));
        heard.take(silent());
        heard.take(Told::Answer(answer("base", "2", FILE)));
        assert_eq!(heard.hosts(), 1);
        let answers = heard.end(&[]).unwrap();
        assert!(answers.len() == 2 && answers.iter().all(|answer| answer.card.is_ok()));
    }

    #[test]
    fn who_cannot_be_reached_is_told_with_every_endpoint() {
        let mut heard = Gathered::default();
        heard.take(Told::Failed { endpoint: "tcp/a:1".to_owned(), why: "refused".to_owned() });
        let error = heard.end(&["tcp/a:1".to_owned(), "tcp/b:2".to_owned()]).unwrap_err().to_string();
        assert_eq!(
            error,
            "no host can be reached; tried tcp/a:1 (refused), tcp/b:2 (no answer within 3 s); does one of them run?"
        );
    }

    #[test]
    fn what_cannot_be_asked_is_said() {
        let error = |text: &str, host| running_hosts(&file(text), host).unwrap_err().to_string();
        let none = "deployment: d\nactors: [{name: a, type: b/C}]\n";
        assert!(error(none, None).contains("no section `hosts`"));
        assert!(error(FILE, Some("bas")).contains("did you mean `base`"));
        let secure = FILE.replace("hosts:", "security: {passwords: nowhere.txt}\nhosts:");
        assert!(error(&secure, None).contains("`--host NAME`"));
        assert!(error(&secure, Some("base")).contains("nowhere.txt cannot be read"));
    }
}

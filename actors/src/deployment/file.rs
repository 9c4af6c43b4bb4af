//! What a deployment file says, as plain data.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rosactor_transport::bridge_config::BridgeConfig;
use rosactor_transport::mailbox::GoalPolicy;
use rosactor_transport::qos::{Durability, Liveliness, Priority, Reliability};
use rosactor_transport::{Mode, Profile};

use super::diagnostic::Diagnostics;
use super::located::{Located, Location};
use super::param::ParamValue;
use super::param_file::FileParam;

/// A deployment: which actors and programs run, with which settings, and how they are connected.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The name under `deployment:`.
    pub name: String,
    /// The file that this was read from, as it was given.
    pub path: PathBuf,
    /// The contents of the file, to show mistakes that are found later; see [`Deployment::check`].
    pub text: Arc<str>,
    /// How this process is reached by others.
    pub transport: TransportSection,
    /// How hosts prove who they are, and what they let each other do; `None`: not at all, and everything.
    pub security: Option<SecuritySection>,
    /// The hosts in file order; empty if the file names none.
    pub hosts: Vec<Host>,
    /// What the other hosts run, of the part of one host that [`Deployment::keep_host`] leaves.
    pub elsewhere: Option<Elsewhere>,
    /// The bridge to a DDS graph, if there is one, with the place of the key `bridge`. Its `connect` is empty.
    pub bridge: Option<Located<BridgeConfig>>,
    /// What happens when one of the outermost actors, programs or groups fails.
    pub supervision: Supervision,
    /// Where the actors run that choose no thread.
    pub threads: SharedThreads,
    /// Whether actors also log on the topic `/rosout`.
    pub rosout: bool,
    /// Actors and programs in file order, which is the order in which they start. Those of groups are among them.
    pub actors: Vec<ActorEntry>,
    /// The groups in file order, each before the groups within it.
    pub groups: Vec<Group>,
}

impl Deployment {
    /// Collects mistakes that only show when the file is compared with something else, such as the known actor types.
    ///
    /// # Errors
    /// What `check` put into the collector.
    pub fn check(&self, check: impl FnOnce(&Self, &mut Diagnostics)) -> Result<(), Diagnostics> {
        Diagnostics::collect(&self.path, &self.text, |diagnostics| check(self, diagnostics))
    }

    /// The folder of the file. Relative paths in the file start there.
    pub fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }
}

/// The section `transport:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportSection {
    /// Which keys and tokens are spoken. At least one, none twice.
    pub profiles: Vec<Profile>,
    /// The role in the Zenoh network.
    pub mode: Mode,
    /// Zenoh endpoints to listen on, as `tcp/127.0.0.1:0`. Port 0: the system chooses.
    pub listen: Vec<String>,
    /// Zenoh endpoints to connect to.
    pub connect: Vec<String>,
    /// The ROS domain, 0 to 232.
    pub domain: u32,
    /// The shortest time between two samples of a topic on the way to other processes, by the topic's absolute name.
    pub downsample: BTreeMap<String, Duration>,
    /// Whether long byte sequences go to processes on the same machine by shared memory, where it has some.
    pub shared_memory: bool,
}

impl Default for TransportSection {
    fn default() -> Self {
        Self {
            profiles: vec![Profile::Ros2dds],
            mode: Mode::Peer,
            listen: vec!["tcp/127.0.0.1:0".to_owned()],
            connect: Vec::new(),
            domain: 0,
            downsample: BTreeMap::new(),
            shared_memory: true,
        }
    }
}

/// The section `security:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecuritySection {
    /// The folder with the certificate of the authority, and the certificate and key of each host. `None`: no TLS.
    pub tls: Option<PathBuf>,
    /// A file with a line `host:password` for each host. `None`: no passwords.
    pub passwords: Option<PathBuf>,
    /// Whether a host may do only what its actors declare.
    pub access: bool,
}

/// What is not on the host whose part of a deployment this is. Only its names matter: for what the other hosts may do here.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The host whose part this is.
    pub here: String,
    /// The actors and programs of all other hosts.
    pub actors: Vec<ActorEntry>,
    /// The bridge, if any host has one.
    pub bridge: Option<BridgeConfig>,
}

/// One entry of `hosts:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The name, unique in the file.
    pub name: Located<String>,
    /// How it is reached by others; what it leaves out is as in the section `transport`.
    pub transport: TransportSection,
    /// The hosts that connect to each other directly, by the first of them in the file; a router passes on from one to another.
    pub region: String,
}

/// Actors, programs and groups that are supervised together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name, unique in the file.
    pub name: Located<String>,
    /// The group around it, as its place in [`Deployment::groups`]; `None` for an outermost one.
    pub parent: Option<usize>,
    /// What happens when one of its members fails.
    pub supervision: Supervision,
    /// Its actors and programs, with those of groups within it, as their places in [`Deployment::actors`]. Never empty.
    pub actors: Range<usize>,
}

/// The section `supervision:`, of the file or of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supervision {
    /// Whom a failure restarts.
    pub strategy: Strategy,
    /// How many restarts are allowed within `within` before the failure becomes one of the group, or of the deployment. With
    /// `one_for_one` those of each member are counted, otherwise those of the group.
    pub restarts: u32,
    /// The time over which restarts are counted.
    pub within: Duration,
    /// How long a restart waits.
    pub backoff: Backoff,
}

impl Default for Supervision {
    fn default() -> Self {
        Self {
            strategy: Strategy::OneForOne,
            restarts: 5,
            within: Duration::from_secs(30),
            backoff: Backoff::default(),
        }
    }
}

/// Whom a failure restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Only the member that failed.
    OneForOne,
    /// All members of the group.
    OneForAll,
    /// The member that failed, and those after it in the file.
    RestForOne,
}

/// How long a restart waits: `min` after the first failure, longer after each further one, at most `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait. Never zero: an actor that fails at once would keep a core busy.
    pub min: Duration,
    /// The longest wait, at least `min`.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { min: Duration::from_millis(100), max: Duration::from_secs(5) }
    }
}

/// One entry of `actors:`.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorEntry {
    /// The node name; together with the namespace unique in the file.
    pub name: Located<String>,
    /// An actor of this process, or a program.
    pub kind: ActorKind,
    /// The host that runs it, if the file says so.
    pub host: Option<String>,
    /// The namespace, absolute: `/` or `/robot1`.
    pub namespace: String,
    /// Parameter values by name. Nested maps are flattened: `a: {b: 1}` is `a.b`.
    pub params: BTreeMap<String, Located<ParamValue>>,
    /// What parameter files say of the actor; `params` goes before.
    pub file_params: BTreeMap<String, Located<FileParam>>,
    /// From a name in the actor's code to the name on the network, in file order.
    pub remap: Vec<(Located<String>, Located<String>)>,
    /// Mailbox settings by the endpoint's name in the actor's code. The place is the endpoint's name.
    pub mailboxes: BTreeMap<String, Located<MailboxOverride>>,
    /// When it is started again.
    pub restart: RestartPolicy,
    /// The state that a lifecycle actor is brought up to. `None`: it was not said, which means `manual`.
    pub lifecycle: Option<Located<LifecycleChoice>>,
    /// The thread that it runs on.
    pub thread: ThreadChoice,
    /// Whether it also logs on the topic `/rosout`, which the whole file says.
    pub rosout: bool,
}

impl ActorEntry {
    /// The name with its namespace, as ROS shows it: `/robot1/driver`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.namespace.trim_end_matches('/'), self.name)
    }

    /// What distinguishes the thread that the actor runs on: actors of one name share it.
    pub fn thread_name(&self) -> String {
        match &self.thread {
            ThreadChoice::Shared => "shared".to_owned(),
            ThreadChoice::Group(name) => format!("group {name}"),
            ThreadChoice::Own => format!("own {}", self.full_name()),
        }
    }
}

/// What an entry of `actors:` runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// An actor type that was registered under this name, as `lessons/SensorProcessing`.
    Type(Located<String>),
    /// A program, supervised like an actor.
    Exec(Program),
}

/// A program with its arguments and surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Where `exec` stands.
    pub location: Location,
    /// The program and its arguments, as they are: no shell is between. Never empty.
    pub command: Vec<String>,
    /// Environment variables beside those of this process.
    pub env: BTreeMap<String, String>,
    /// The working directory, as written. `None`: that of this process.
    pub cwd: Option<PathBuf>,
}

/// When an actor or program is started again after it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Not at all, also not with its group. Its failure ends the deployment.
    Never,
    /// After an error, a panic, or an exit code other than 0.
    #[default]
    OnFailure,
    /// Also when it finished.
    Always,
}

/// The state that the launch brings a lifecycle actor up to, at the start and after each restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleChoice {
    /// Unconfigured: others ask for its transitions.
    Manual,
    /// Configured.
    Inactive,
    /// Configured and activated.
    Active,
}

/// Where the actors run that choose no thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SharedThreads {
    /// All on one.
    #[default]
    One,
    /// On one for each core at most: actors that exchange messages, also over others, stay together. Every `setup` is called once
    /// more at the start, as only that says who exchanges messages.
    Spread,
}

/// The thread that an actor runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ThreadChoice {
    /// The one of all actors that choose none.
    #[default]
    Shared,
    /// One of its own.
    Own,
    /// The one of all actors that name this group.
    Group(String),
}

/// Changes to the mailbox settings that an actor's code asks for. What is not set stays as in the code. At most one of
/// `keep_last`, `latest` and `keep_all` is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailboxOverride {
    /// Keep this many samples, at least 1; the oldest is dropped.
    pub keep_last: Option<usize>,
    /// Keep the newest sample only.
    pub latest: bool,
    /// Drop nothing: hold back the sender when this many samples wait, at least 1.
    pub keep_all: Option<usize>,
    /// Whether lost samples are sent again.
    pub reliability: Option<Reliability>,
    /// Whether late joiners get earlier samples.
    pub durability: Option<Durability>,
    /// The longest time between two samples before that counts as missed. Service: within what time of its arrival a request
    /// is to be answered.
    pub deadline: Option<Duration>,
    /// The age at which a sample is thrown away instead of delivered.
    pub lifespan: Option<Duration>,
    /// Service: how many requests wait, at least 1; the newest is refused.
    pub queue: Option<usize>,
    /// Service: how many requests may be in work at once, at least 1.
    pub concurrent: Option<usize>,
    /// Action: what is done with a goal that comes while others execute.
    pub goals: Option<GoalPolicy>,
    /// Action: how long a goal may execute.
    pub goal_timeout: Option<Duration>,
    /// Action: the shortest time between two feedbacks of a goal.
    pub feedback_period: Option<Duration>,
    /// Action: how long the result of an ended goal can be asked for.
    pub keep_results: Option<Duration>,
    /// How a publisher shows that it is alive.
    pub liveliness: Option<Liveliness>,
    /// The longest time between two signs of life.
    pub lease: Option<Duration>,
    /// Publisher: what its samples go before on the way to other processes.
    pub priority: Option<Priority>,
    /// Publisher: whether its samples are sent at once.
    pub express: Option<bool>,
}

//! What can be said on the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand};
use rosactor::deployment::parse_duration;

/// Deploys actors from a file.
#[derive(Debug, Parser)]
#[command(name = "rosactor", version, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a deployment until Ctrl-C, until every actor has finished, or for a time
    Run(Run),
    /// Let the processes of this machine that run a deployment file take it over as it is now
    ///
    /// Each restarts, starts and stops only the actors and programs whose entries changed. With mistakes in the file nothing is changed.
    Apply(Apply),
    /// Find every mistake of a deployment file without starting anything
    Check(Source),
    /// Tell what each host of a deployment runs, where it listens and connects, and what crosses between hosts
    Plan(Plan),
    /// Make the certificates or passwords that a deployment with `security` needs, one for each host
    Keys(Keys),
    /// Join a DDS domain to a Zenoh network, without a deployment
    #[command(disable_help_flag = true)]
    Bridge {
        /// As the program `rosactor-bridge` takes them; --help lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
        options: Vec<OsString>,
    },
    /// Tell what the bridge of a running deployment carries between ROS nodes and actors, what not, and why
    ///
    /// The exit code is 0 if all is well, 1 if something needs a hand (types or qualities of service that do not fit, a name outside of
    /// the bridge's namespace), and 2 if no bridge could be asked.
    Doctor(Doctor),
}

/// What to take over.
#[derive(Debug, ClapArgs)]
pub(crate) struct Apply {
    /// The deployment file; each process reads it with the options that it was started with
    pub(crate) file: PathBuf,
    /// Only where it runs as this host
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
    /// Tell as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which bridges to ask.
#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "rosactor doctor <FILE> [--host <NAME>] [--json]\n       rosactor doctor --connect <ENDPOINT>... [--json]"
)]
pub(crate) struct Doctor {
    /// The deployment file; its bridge is found where `transport.listen` says
    #[arg(required_unless_present = "connect")]
    pub(crate) file: Option<PathBuf>,
    /// The host of a file with `hosts` that this is
    #[arg(long, value_name = "NAME", conflicts_with = "connect")]
    pub(crate) host: Option<String>,
    /// A Zenoh endpoint of the deployment or bridge instead, such as tcp/10.0.0.2:7447; may be given several times
    #[arg(short = 'e', long, value_name = "ENDPOINT", conflicts_with = "file")]
    pub(crate) connect: Vec<String>,
    /// Tell as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to deploy.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Source {
    /// The deployment file
    pub(crate) file: PathBuf,
    /// Set a parameter over the file, such as driver:max_speed:=0.5; may be given several times
    #[arg(short, long = "param", value_name = "ACTOR:NAME:=VALUE")]
    pub(crate) params: Vec<String>,
    /// Where a host of the file is, such as base=10.0.0.2, for endpoints like tcp/base:7447; may be given several times
    #[arg(long, value_name = "HOST=ADDRESS")]
    pub(crate) bind: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Write a systemd unit for each host into this folder; it runs this program in the present folder
    #[arg(long, value_name = "DIR")]
    pub(crate) systemd: Option<PathBuf>,
    /// Write a file for Compose, with a service for each host that runs this program from an image
    #[arg(long, value_name = "FILE.yaml", requires = "image")]
    pub(crate) compose: Option<PathBuf>,
    /// The image of the services of --compose, such as registry.example.org/robot:1.2
    #[arg(long, value_name = "NAME", requires = "compose")]
    pub(crate) image: Option<String>,
    /// Ask the hosts that run now, and tell what each would have to change to run what the file says
    ///
    /// The exit code is 0 if nothing, 1 if something differs or a host does not run, and 2 if no host can be reached.
    #[arg(long, conflicts_with_all = ["systemd", "compose"])]
    pub(crate) running: bool,
    /// The host as which to ask with --running, of a file with `security`
    #[arg(long, value_name = "NAME", requires = "running")]
    pub(crate) host: Option<String>,
    /// Tell as JSON, for programs
    #[arg(long, conflicts_with_all = ["systemd", "compose"])]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Keys {
    /// The deployment file; its section `security` says where the keys are
    pub(crate) file: PathBuf,
    /// An address of a host, such as base=10.0.0.2, that its certificate is also valid for; may be given several times
    #[arg(long, value_name = "HOST=ADDRESS")]
    pub(crate) bind: Vec<String>,
    /// How many days the certificates of hosts are valid
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) days: u32,
    /// Make new certificates for all hosts, by the same authority; without it those that are there are kept
    #[arg(long)]
    pub(crate) renew: bool,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Run the part of this host, of a file with `hosts`
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
    /// Run the parts of all hosts in this process, without links to other machines
    #[arg(long, conflicts_with_all = ["host", "bind"])]
    pub(crate) local: bool,
    /// Stop after this time, such as 20s or 5min
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub(crate) time: Option<Duration>,
    /// Write a report of the run as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write the picture that an actor drew of the run, such as the robot's way
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,
    /// What is logged, such as debug, or info,rosactor_lessons=debug; default: RUST_LOG, or info
    #[arg(long, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

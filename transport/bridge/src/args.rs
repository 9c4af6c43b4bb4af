//! The command line.

use std::path::PathBuf;

use clap::Parser;
use rosactor_transport::bridge_config::{BridgeConfig, BridgeConfigError, Discovery, Distro};

/// Joins a DDS domain to a Zenoh network, so that ROS 2 nodes and actors talk to each other.
#[derive(Debug, Default, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// The configuration, YAML or JSON: what a deployment file says under `bridge:`, with `connect` and `listen`. `-`
    /// reads JSON from the first line of standard input, and the bridge then stops when standard input ends.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The DDS domain to join: ROS_DOMAIN_ID of the ROS nodes.
    #[arg(short, long, value_name = "NUMBER")]
    domain: Option<u32>,

    /// A prefix for every ROS name on the Zenoh side, such as /robot1.
    #[arg(short, long)]
    namespace: Option<String>,

    /// The ROS release of the nodes, such as jazzy.
    #[arg(long, value_parser = str::parse::<Distro>)]
    distro: Option<Distro>,

    /// Which ROS nodes can be found: localhost, subnet, or their hosts, such as 10.0.0.2,10.0.0.3.
    #[arg(long, value_name = "RANGE", value_parser = discovery)]
    discovery: Option<Discovery>,

    /// A Zenoh endpoint to connect to, such as tcp/10.0.0.2:7447; may be given several times, the first that answers is taken.
    #[arg(short = 'e', long, value_name = "ENDPOINT")]
    connect: Vec<String>,

    /// A Zenoh endpoint to be reached at, such as tcp/0.0.0.0:7447; may be given several times.
    #[arg(short, long, value_name = "ENDPOINT")]
    listen: Vec<String>,

    /// The checked configuration, as the program gives it to itself in the second of its two steps.
    #[arg(long, hide = true, value_name = "JSON")]
    pub(crate) resolved: Option<String>,

    /// Standard input is a parent's pipe, whose end is the order to stop.
    #[arg(long, hide = true, requires = "resolved")]
    pub(crate) parent_on_stdin: bool,
}

impl Args {
    /// Whether the configuration comes from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.config.as_deref().is_some_and(|path| path.as_os_str() == "-")
    }

    /// Sets what was said on the command line over what the configuration says.
    pub(crate) fn apply(&self, config: &mut BridgeConfig) {
        fn set<T: Clone>(place: &mut T, said: Option<&T>) {
            if let Some(said) = said {
                place.clone_from(said);
            }
        }
        set(&mut config.domain, self.domain.as_ref());
        set(&mut config.namespace, self.namespace.as_ref());
        set(&mut config.distro, self.distro.as_ref());
        set(&mut config.discovery, self.discovery.as_ref());
        set(&mut config.connect, Some(&self.connect).filter(|said| !said.is_empty()));
        set(&mut config.listen, Some(&self.listen).filter(|said| !said.is_empty()));
    }
}

fn discovery(said: &str) -> Result<Discovery, BridgeConfigError> {
    let discovery = match said {
        "localhost" => Discovery::Localhost,
        "subnet" => Discovery::Subnet,
        hosts => Discovery::Peers(hosts.split(',').map(str::to_owned).collect()),
    };
    let config = BridgeConfig { discovery, ..BridgeConfig::default() };
    config.validate().map(|()| config.discovery)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_said_goes_before_the_configuration() {
        let said = [
            "rosactor-bridge",
            "-d",
            "7",
            "-n",
            "/r1",
            "--discovery",
            "10.0.0.2,base",
            "-e",
            "tcp/a:1",
            "-l",
            "tcp/b:2",
        ];
        let mut config = BridgeConfig { domain: 3, distro: Distro::Humble, ..BridgeConfig::default() };
        Args::try_parse_from(said).unwrap().apply(&mut config);
        assert_eq!((config.domain, config.distro, config.namespace.as_str()), (7, Distro::Humble, "/r1"));
        assert_eq!(config.discovery, Discovery::Peers(vec!["10.0.0.2".to_owned(), "base".to_owned()]));
        assert_eq!((config.connect, config.listen), (vec!["tcp/a:1".to_owned()], vec!["tcp/b:2".to_owned()]));
    }

    #[test]
    fn what_is_not_said_stays() {
        let before = BridgeConfig { domain: 3, connect: vec!["tcp/a:1".to_owned()], ..BridgeConfig::default() };
        let mut config = before.clone();
        Args::try_parse_from(["rosactor-bridge"]).unwrap().apply(&mut config);
        assert_eq!(config, before);
    }

    #[test]
    fn wrong_values_are_refused() {
        for said in [["--distro", "jazy"], ["--discovery", "a b"], ["--discovery", ""], ["-d", "x"]] {
            assert!(Args::try_parse_from(["rosactor-bridge"].into_iter().chain(said)).is_err(), "{said:?}");
        }
    }
}

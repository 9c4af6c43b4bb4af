//! The difference between the file and what runs.

use rosactor::deployment::Deployment;
use rosactor::launch::{self, RunningHost};
use serde_json::{Value, json};

use crate::args;
use crate::output::{complain, tell};
use crate::{FAILED, OK, REFUSED};

/// Tells what each host would change to run what the file says; the exit code.
pub(super) fn running(args: &args::Plan, deployment: &Deployment) -> u8 {
    let hosts = match launch::running_hosts(deployment, args.host.as_deref()) {
        Ok(hosts) => hosts,
        Err(why) => {
            complain(why);
            return REFUSED;
        }
    };
    if args.json {
        tell(json(&deployment.name, &hosts));
    } else {
        hosts.iter().for_each(tell);
    }
    if hosts.iter().all(RunningHost::is_up_to_date) { OK } else { FAILED }
}

/// For programs. Later versions only add keys.
fn json(deployment: &str, hosts: &[RunningHost]) -> Value {
    let hosts = hosts
        .iter()
        .map(|host| json!({"name": host.name, "up_to_date": host.is_up_to_date(), "processes": host.processes}));
    json!({"deployment": deployment, "hosts": hosts.collect::<Vec<_>>()})
}

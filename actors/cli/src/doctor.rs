//! `rosactor doctor`.

use std::ffi::OsString;
use std::path::Path;

use rosactor::deployment::{Deployment, from_here};
use rosactor::launch;
use rosactor::security::Security;

use crate::REFUSED;
use crate::args::Doctor;
use crate::bridge::bridge;
use crate::check::show;
use crate::output::complain;

/// Becomes the program `rosactor-bridge`, which asks the bridges; the exit code if that cannot be.
pub(crate) fn doctor(asked: &Doctor) -> u8 {
    let (connect, security) = match &asked.file {
        None => (asked.connect.clone(), Security::default()),
        Some(file) => match deployed(file, asked.host.as_deref()) {
            Some(deployed) => deployed,
            None => return REFUSED,
        },
    };
    let mut options = vec![OsString::from("doctor")];
    if !security.is_empty() {
        // Plain values, which JSON always holds; names of files, and no secrets.
        let security = serde_json::to_string(&security).unwrap_or_default();
        options.extend(["--security".into(), security.into()]);
    }
    for endpoint in connect {
        options.extend([OsString::from("--connect"), endpoint.into()]);
    }
    options.extend(asked.json.then(|| OsString::from("--json")));
    bridge(&options);
    // It could not be started, so nobody was asked.
    REFUSED
}

/// Where the deployment of a file can be reached from this host, and as whom.
fn deployed(file: &Path, host: Option<&str>) -> Option<(Vec<String>, Security)> {
    let mut deployment = Deployment::load(file).map_err(|mistakes| show(&mistakes)).ok()?;
    deployment.keep_host(host).map_err(complain).ok()?;
    let endpoints: Vec<String> =
        deployment.transport.listen.iter().filter_map(|endpoint| from_here(endpoint)).collect();
    if endpoints.is_empty() {
        complain(format_args!(
            "{}: `transport.listen` names no endpoint, so the deployment cannot be found; add one, such as `listen: \
             [tcp/127.0.0.1:7447]`, or say with --connect where it can be reached",
            file.display()
        ));
        return None;
    }
    Some((endpoints, launch::credentials(&deployment)))
}

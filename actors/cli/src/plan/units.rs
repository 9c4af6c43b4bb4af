//! Units of systemd.

use std::fs;
use std::path::Path;

use rosactor::deployment::Deployment;
use rosactor::launch::{HostPlan, Plan};

use super::arguments;
use crate::args::Source;
use crate::output::tell;

/// Writes a unit of systemd for each host, as `DEPLOYMENT-HOST.service`.
pub(super) fn write_units(folder: &Path, source: &Source, deployment: &Deployment, plan: &Plan) -> Result<(), String> {
    let here = std::env::current_dir().map_err(|error| format!("this folder has no path: {error}"))?;
    // systemd looks for a program without a path in a few folders only.
    let program = std::env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    for host in &plan.hosts {
        let name = host.name.as_ref().map_or(deployment.name.clone(), |host| format!("{}-{host}", deployment.name));
        let file = folder.join(format!("{name}.service"));
        fs::write(&file, unit(&name, &program, &here, source, host))
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        tell(format_args!("wrote {}", file.display()));
    }
    Ok(())
}

fn unit(name: &str, program: &Path, folder: &Path, source: &Source, host: &HostPlan) -> String {
    let command = arguments(source, host.name.as_deref());
    let command = std::iter::once(program.display().to_string()).chain(command).map(|word| quoted(&word));
    let command = command.collect::<Vec<_>>().join(" ");
    // The path is the rest of its line, so it is not quoted.
    let folder = folder.display().to_string().replace('%', "%%");
    format!(
        "[Unit]
Description=rosactor {name}
Wants=network-online.target
After=network-online.target

[Service]
WorkingDirectory={folder}
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
KillSignal=SIGINT
KillMode=mixed
TimeoutStopSec=10

[Install]
WantedBy=multi-user.target
"
    )
}

/// A word of a command as systemd reads it: it splits at blanks, and `%` and `$` have a meaning of their own.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./:=".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let word = word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{}\"", word.replace('%', "%%").replace('$', "$$"))
}

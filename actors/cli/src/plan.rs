//! `rosactor plan`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rosactor::Actors;
use rosactor::deployment::{Deployment, Mode};
use rosactor::launch::{self, HostPlan, Plan};

use crate::args::{self, Source};
use crate::output::{complain, tell};
use crate::{FAILED, OK, REFUSED, check};

/// Tells what each host runs, and writes units for them if asked; the exit code.
pub(crate) fn plan(args: &args::Plan, actors: &Actors) -> u8 {
    let Some(deployment) = check::load(&args.source) else { return REFUSED };
    let plan = match launch::plan(&deployment, actors) {
        Ok(plan) => plan,
        Err(mistakes) => {
            check::show(&mistakes);
            return REFUSED;
        }
    };
    tell(text(&plan).trim_end());
    let Some(folder) = &args.systemd else { return OK };
    match write_units(folder, &args.source, &deployment, &plan) {
        Ok(()) => OK,
        Err(why) => {
            complain(why);
            FAILED
        }
    }
}

fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for host in &plan.hosts {
        let mode = match host.transport.mode {
            Mode::Peer => "peer",
            Mode::Client => "client",
            Mode::Router => "router",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "host {} ({mode})", host.name.as_deref().unwrap_or("localhost"));
        let bridge = if host.bridge { "bridge" } else { "" };
        let actors = [host.actors.join(", ").as_str(), bridge].map(str::to_owned);
        let runs = actors.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        for (what, value) in [
            ("runs", runs),
            ("listens on", host.transport.listen.join(", ")),
            ("connects to", host.transport.connect.join(", ")),
        ] {
            let _ = writeln!(text, "  {what}: {}", if value.is_empty() { "nothing" } else { &value });
        }
        let needs: Vec<_> = host.needs.iter().map(|file| file.display().to_string()).collect();
        if !needs.is_empty() {
            let _ = writeln!(text, "  needs: {}", needs.join(", "));
        }
    }
    for crossing in &plan.crossings {
        let (from, to) = (crossing.from.join(", "), crossing.to.join(", "));
        let _ = writeln!(text, "{} {}: {from} -> {to}", crossing.kind, crossing.name);
    }
    text
}

/// Writes a unit of systemd for each host, as `DEPLOYMENT-HOST.service`.
fn write_units(folder: &Path, source: &Source, deployment: &Deployment, plan: &Plan) -> Result<(), String> {
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
    let mut command = vec![program.display().to_string(), "run".to_owned(), source.file.display().to_string()];
    let host = host.name.iter().map(|name| ("--host", name));
    let binds = source.bind.iter().map(|rule| ("--bind", rule));
    let params = source.params.iter().map(|rule| ("--param", rule));
    for (option, value) in host.chain(binds).chain(params) {
        command.extend([option.to_owned(), value.clone()]);
    }
    let command = command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
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

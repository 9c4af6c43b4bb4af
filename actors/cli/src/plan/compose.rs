//! A file for Compose, with one service for each host.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{self, Component, Path, PathBuf};

use rosactor::deployment::{Deployment, endpoint_parts};
use rosactor::launch::{HostPlan, Plan};

use super::arguments;
use crate::args::Source;
use crate::output::tell;

/// Writes the services of all hosts into a file.
pub(super) fn write_services(
    file: &Path,
    image: &str,
    source: &Source,
    deployment: &Deployment,
    plan: &Plan,
) -> Result<(), String> {
    let here = std::env::current_dir().map_err(|error| format!("this folder has no path: {error}"))?;
    let program = std::env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    let program = program.file_name().map_or_else(|| "rosactor".to_owned(), |name| name.to_string_lossy().into_owned());
    let folder = clean(&here.join(deployment.folder()));
    let keys =
        deployment.security.as_ref().and_then(|section| section.tls.as_ref()).map(|keys| clean(&here.join(keys)));
    if keys.as_ref().is_some_and(|keys| *keys == folder) {
        return Err(format!(
            "{}: the keys lie in the folder of the file, of which every container gets all; put them into a folder of their own, as in \
             `security: {{tls: {{keys: keys}}}}`",
            source.file.display()
        ));
    }
    let services = Services { image, source, plan, program, here, folder, keys };
    let text = services.text(&deployment.name);
    fs::write(file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    tell(format_args!("wrote {}", file.display()));
    Ok(())
}

/// What all services have in common.
struct Services<'s> {
    image: &'s str,
    source: &'s Source,
    plan: &'s Plan,
    /// The name of this program, which the image has on its PATH.
    program: String,
    /// Where the program is started: paths in parameters begin there.
    here: PathBuf,
    /// The folder of the deployment file.
    folder: PathBuf,
    /// The folder with the keys of all hosts.
    keys: Option<PathBuf>,
}

impl Services<'_> {
    fn text(&self, deployment: &str) -> String {
        let Self { program, .. } = self;
        let mut text = format!(
            "# The hosts of the deployment {deployment}, as `rosactor plan` has written them. They reach each other by their names.\n\
             # The image must have `{program}` on its PATH, and no entrypoint.\n"
        );
        // Writing to a string cannot fail.
        if let Some(name) = project(deployment) {
            let _ = writeln!(text, "name: {}", quoted(&name));
        }
        text += "services:\n";
        let mut published = BTreeMap::new();
        for host in &self.plan.hosts {
            self.service(host, &mut published, &mut text);
        }
        text
    }

    fn service(&self, host: &HostPlan, published: &mut BTreeMap<String, String>, text: &mut String) {
        let name = host.name.as_deref().unwrap_or("localhost");
        let command = std::iter::once(self.program.clone()).chain(arguments(self.source, host.name.as_deref()));
        let command = command.map(|word| quoted(&word)).collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "  {}:
    image: {}
    command: [{command}]
    working_dir: {}
    init: true
    restart: \"on-failure\"
    stop_signal: \"SIGINT\"
    stop_grace_period: \"10s\"
    volumes:
",
            quoted(name),
            quoted(self.image),
            quoted(&self.here.display().to_string()),
        );
        for line in self.volumes(host) {
            let _ = writeln!(text, "      - {line}");
        }
        if host.bridge {
            *text += "    # DDS finds its nodes by multicast, which does not pass between the machine's network and that of containers.\n";
            *text += "    network_mode: \"host\"\n";
        } else {
            publish(host, name, published, text);
        }
        let extra = self.extra_hosts(host);
        if !extra.is_empty() {
            let _ = writeln!(text, "    # Names of hosts, of which not all are in one network.");
            let _ = writeln!(text, "    extra_hosts: [{}]", extra.join(", "));
        }
    }

    /// The folder of the file, and of the keys only what this host needs.
    fn volumes(&self, host: &HostPlan) -> Vec<String> {
        let bind = |path: &Path| {
            let path = quoted(&path.display().to_string());
            // A file that is missing is a mistake, and no reason to make a folder of its name.
            let strict = "bind: {create_host_path: false}";
            format!("{{type: \"bind\", source: {path}, target: {path}, read_only: true, {strict}}}")
        };
        let mut volumes = vec![bind(&self.folder)];
        if let Some(keys) = self.keys.as_ref().filter(|keys| keys.starts_with(&self.folder)) {
            // Covers the keys of the other hosts, and that of the authority.
            volumes.push(format!("{{type: \"tmpfs\", target: {}}}", quoted(&keys.display().to_string())));
        }
        volumes.extend(host.needs.iter().map(|file| bind(&clean(&self.here.join(file)))));
        volumes
    }

    /// What the names of hosts are where Compose does not know: a host with a bridge is on the machine's own network.
    fn extra_hosts(&self, host: &HostPlan) -> Vec<String> {
        let mut extra = BTreeMap::new();
        let transport = &host.transport;
        let named = |endpoint: &String| endpoint_parts(endpoint).map(|(_, name, _)| name.to_owned());
        for other in &self.plan.hosts {
            let Some(name) = &other.name else { continue };
            let names = |endpoints: &[String]| endpoints.iter().filter_map(named).any(|named| named == *name);
            if other.name == host.name {
                // Where it listens by its own name, it does so at every address.
                extra.extend((host.bridge && names(&transport.listen)).then_some((name, "0.0.0.0")));
            } else if names(&transport.connect) {
                let address = match (host.bridge, other.bridge) {
                    // Ports are published on the machine.
                    (true, _) => Some("127.0.0.1"),
                    (false, true) => Some("host-gateway"),
                    (false, false) => None,
                };
                extra.extend(address.map(|address| (name, address)));
            }
        }
        extra.into_iter().map(|(name, address)| quoted(&format!("{name}:{address}"))).collect()
    }
}

/// Publishes the ports that a host listens on; `published` has those of the hosts before it.
fn publish(host: &HostPlan, name: &str, published: &mut BTreeMap<String, String>, text: &mut String) {
    let mut ports = Vec::new();
    for (protocol, address, port) in host.transport.listen.iter().filter_map(|endpoint| endpoint_parts(endpoint)) {
        let is_loopback = address.starts_with("127.") || ["localhost", "[::1]"].contains(&address);
        if port == "0" || is_loopback {
            continue;
        }
        let suffix = if ["udp", "quic"].contains(&protocol) { "/udp" } else { "" };
        let port = format!("{port}:{port}{suffix}");
        match published.get(&port) {
            Some(other) if other == name => {}
            Some(other) => {
                let _ = writeln!(text, "    # {port} is published for {other} already.");
            }
            None => {
                ports.push(quoted(&port));
                published.insert(port, name.to_owned());
            }
        }
    }
    if !ports.is_empty() {
        let _ = writeln!(text, "    ports: [{}]", ports.join(", "));
    }
}

/// The name of the project: Compose wants small letters, digits, `_` and `-`.
fn project(deployment: &str) -> Option<String> {
    let name = deployment.to_ascii_lowercase().replace('.', "-");
    let name = name.trim_start_matches(['-', '_']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// A path without `.` and `..`, as both sides of a mount have it.
fn clean(path: &Path) -> PathBuf {
    let absolute = path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}

/// Text as YAML has it, whatever is in it. A string of JSON is one of YAML, too; Compose puts variables where a `$` is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text.replace('$', "$$")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_for_yaml_and_for_compose() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            ("a: b", r#""a: b""#),
            ("$HOME/it's \"x\"", r#""$$HOME/it's \"x\"""#),
            ("on\nno", r#""on\nno""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn paths_are_without_dots() {
        for (path, expected) in [("/a/./b/../c", "/a/c"), ("/a/b/", "/a/b"), ("/../a", "/a")] {
            assert_eq!(clean(Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn projects_have_names_that_compose_takes() {
        for (deployment, expected) in
            [("two_hosts", Some("two_hosts")), ("Fleet-2.0", Some("fleet-2-0")), ("_x", Some("x")), ("-.", None)]
        {
            assert_eq!(project(deployment).as_deref(), expected);
        }
    }
}

//! A plan for a person, and for programs.

use std::fmt::Write as _;

use rosactor::deployment::Mode;
use rosactor::launch::Plan;
use serde_json::{Value, json};

/// The plan for a person.
pub(super) fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for host in &plan.hosts {
        let mode = mode(host.transport.mode);
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

/// The plan for programs. Later versions only add keys.
pub(super) fn json(deployment: &str, plan: &Plan) -> Value {
    let hosts = plan.hosts.iter().map(|host| {
        json!({
            "name": host.name,
            "mode": mode(host.transport.mode),
            "actors": host.actors,
            "bridge": host.bridge,
            "listen": host.transport.listen,
            "connect": host.transport.connect,
            "needs": host.needs,
        })
    });
    let crossings = plan.crossings.iter().map(
        |crossing| json!({"kind": crossing.kind, "name": crossing.name, "from": crossing.from, "to": crossing.to}),
    );
    json!({
        "deployment": deployment,
        "hosts": hosts.collect::<Vec<_>>(),
        "crossings": crossings.collect::<Vec<_>>(),
    })
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Peer => "peer",
        Mode::Client => "client",
        Mode::Router => "router",
    }
}

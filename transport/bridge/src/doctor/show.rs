//! A bridge's report for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::report::document::{Direction, End, Kind, Link, Report};

/// The whole text.
pub(super) fn show(report: &Report) -> String {
    let mut text = head(report);
    let carried: Vec<_> = report.links.iter().filter(|link| !link.directions.is_empty()).map(row).collect();
    let title = if carried.is_empty() { "carried: nothing" } else { "carried:" };
    // Writing to a string does not fail.
    let _ = writeln!(text, "{title}");
    text += &table(&carried);
    let problems = || report.links.iter().flat_map(|link| &link.problems);
    let mut list = |title: &str, fault: bool| {
        let mut of_kind = problems().filter(|problem| problem.reason.is_fault() == fault).peekable();
        if of_kind.peek().is_some() {
            let _ = writeln!(text, "{title}");
        }
        for problem in of_kind {
            let _ = writeln!(text, "  {}", problem.text);
        }
    };
    list("needs a hand:", true);
    list("for your information:", false);
    text
}

fn head(report: &Report) -> String {
    let (config, dds) = (&report.config, &report.dds);
    let versions: Vec<String> = report.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let allow = config.allow.as_ref().map_or_else(
        || "everything but ROS's own topics".to_owned(),
        |allow| {
            let list = |patterns: &[String]| if patterns.is_empty() { "none".to_owned() } else { patterns.join(" ") };
            let (topics, services, actions) = (list(&allow.topics), list(&allow.services), list(&allow.actions));
            format!("topics {topics}; services {services}; actions {actions}")
        },
    );
    let interfaces: Vec<String> = dds
        .interfaces
        .iter()
        .filter(|interface| interface.used)
        .map(|interface| {
            let multicast = if interface.multicast { "multicast" } else { "no multicast" };
            format!("{} ({}; {multicast})", interface.name, interface.addresses.join(" "))
        })
        .collect();
    let rows = [
        ("bridge", report.id.clone()),
        ("versions", versions.join(", ")),
        (
            "domain",
            format!(
                "{}, {}, discovery {}, namespace {}",
                config.domain, config.distro, config.discovery, config.namespace
            ),
        ),
        ("allow", allow),
        ("interfaces", interfaces.join(", ")),
        ("participants", format!("{} on DDS, without those of the bridge", dds.participants)),
    ];
    let hints = dds.hints.iter().map(|hint| ("look at", hint.clone()));
    rows.into_iter().chain(hints).fold(String::new(), |text, (name, value)| text + &format!("{name:12}  {value}\n"))
}

/// Kind, name, type, who speaks to whom, state.
fn row(link: &Link) -> [String; 5] {
    let kind = match link.kind {
        Kind::Topic => "topic",
        Kind::Service => "service",
        Kind::Action => "action",
    };
    let types: BTreeSet<&str> = link.ros.iter().chain(&link.actors).map(|end| end.type_name.as_str()).collect();
    let way = match link.directions.as_slice() {
        [Direction::RosToActors] => "ROS -> actors",
        [Direction::ActorsToRos] => "actors -> ROS",
        _ => "both ways",
    };
    let ends = format!("{way}: ROS {}; actors {}", who(&link.ros), who(&link.actors));
    let state = if link.active { "active" } else { "not active" };
    let types = types.into_iter().collect::<Vec<_>>().join(" ");
    [kind.to_owned(), link.name.clone(), types, state.to_owned(), ends]
}

fn who(ends: &[End]) -> String {
    let name = |end: &End| if end.node.is_empty() { "(unnamed)".to_owned() } else { end.node.clone() };
    ends.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn table(rows: &[[String; 5]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let widths: [usize; 4] = std::array::from_fn(width);
    let mut text = String::new();
    for [cells @ .., last] in rows {
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(text, "  {cell:width$}");
        }
        let _ = writeln!(text, "  {last}");
    }
    text
}

//! Parameter files of ROS 2: node names, `ros__parameters`, values.
//!
//! As in ROS, a name may have wildcards (`*` one word, `**` any number of them), namespaces may be nested maps, and of
//! several rules that fit a node the later one wins (<https://design.ros2.org/articles/160_ros_command_line_arguments.html>).

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::load::read_bounded;
use super::located::Located;
use super::param::{self, ParamValue};
use super::quote::quote;
use super::tree::{Node, Value};
use super::yaml;

/// The key between a node's name and its parameters.
const MARK: &str = "ros__parameters";

/// A value that a parameter file gives.
#[derive(Clone, Debug, PartialEq)]
pub struct FileParam {
    /// The value.
    pub value: ParamValue,
    /// Where it stands: `robot.yaml:4:12`.
    pub from: String,
    /// Whether it is for this node alone. What a wildcard gives may be for others, so a node need not know it.
    pub exact: bool,
}

/// A parameter file.
#[derive(Clone, Debug)]
pub(super) struct ParamFile {
    path: PathBuf,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// The words of the node name that it is for.
    pattern: Vec<String>,
    params: BTreeMap<String, Located<ParamValue>>,
}

impl ParamFile {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence, or all mistakes in the file, each with its place.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        let text = read_bounded(path).and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
        let text = text.map_err(|error| format!("the parameter file {} cannot be read: {error}", path.display()))?;
        Self::parse(path, &text)
            .map_err(|mistakes| format!("the parameter file {} has mistakes:\n{mistakes}", path.display()))
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Diagnostics> {
        let mut rules = Vec::new();
        Diagnostics::collect(path, &Arc::from(text), |diagnostics| {
            if let Some(root) = yaml::parse(text, diagnostics) {
                read(&root, &[], &mut rules, diagnostics);
            }
        })?;
        Ok(Self { path: path.to_owned(), rules })
    }

    /// What the file says of a node, by its full name.
    pub(super) fn of_node(&self, full_name: &str) -> BTreeMap<String, FileParam> {
        let words: Vec<&str> = words(full_name).collect();
        let mut found = BTreeMap::new();
        for rule in self.rules.iter().filter(|rule| fits(&rule.pattern, &words)) {
            let exact = !rule.pattern.iter().any(|word| word.contains('*'));
            for (name, given) in &rule.params {
                let from = format!("{}:{}:{}", self.path.display(), given.location.line, given.location.column);
                found.insert(name.clone(), FileParam { value: given.value.clone(), from, exact });
            }
        }
        found
    }
}

/// Finds the rules. Recursion is as deep as the tree, whose depth is bounded.
fn read(node: &Node, prefix: &[String], rules: &mut Vec<Rule>, diagnostics: &mut Diagnostics) {
    let Value::Map(entries) = &node.value else {
        if !matches!(node.value, Value::Reported) {
            let message = format!("a node's name must have a map with `{MARK}` below it, found {}", node.describe());
            diagnostics.add(Diagnostic::at(node.location, message).hint(format!("write `NODE: {{{MARK}: {{a: 1}}}}`")));
        }
        return;
    };
    for (key, inner) in entries {
        if key.as_str() == MARK {
            if prefix.is_empty() {
                let message = format!("`{MARK}` must stand below the name of a node");
                diagnostics.add(Diagnostic::at(key.location, message).hint("`/**` is the name that fits every node"));
                continue;
            }
            rules.push(Rule { pattern: prefix.to_vec(), params: param::read(inner, diagnostics) });
            continue;
        }
        if !is_pattern(key) {
            let message = format!("{} is not the name of a node", quote(key));
            diagnostics
                .add(Diagnostic::at(key.location, message).hint("words joined by `/`; `*` and `**` are wildcards"));
            continue;
        }
        let pattern: Vec<String> = prefix.iter().cloned().chain(words(key).map(str::to_owned)).collect();
        read(inner, &pattern, rules, diagnostics);
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split('/').filter(|word| !word.is_empty())
}

fn is_pattern(name: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '*');
    !name.trim_matches('/').is_empty() && !name.contains("//") && name.split('/').all(is_word)
}

/// Whether a pattern fits a name. A wildcard stands for whole words only.
fn fits(pattern: &[String], name: &[&str]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => (0..=name.len()).any(|skipped| fits(rest, &name[skipped..])),
        (Some((first, rest)), Some((word, words))) => (first == "*" || first == word) && fits(rest, words),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ROBOTS: &str = "
/**:
  ros__parameters: {use_sim_time: true, speed: 1.0}
/robot1/*:
  ros__parameters: {speed: 2.0}
robot1:
  driver:
    ros__parameters:
      speed: 3.0
      pid: {p: 0.5}
/*/camera:
  ros__parameters: {fps: 30}
/fleet/**/camera: {ros__parameters: {fps: 5}}
";

    fn speed_and_fps(node: &str) -> (Option<ParamValue>, Option<ParamValue>) {
        let found = ParamFile::parse(Path::new("robots.yaml"), ROBOTS).unwrap().of_node(node);
        let value = |name: &str| found.get(name).map(|given| given.value.clone());
        (value("speed"), value("fps"))
    }

    #[test]
    fn wildcards_fit_words_and_later_rules_win() {
        let (double, whole) = (|v| Some(ParamValue::Double(v)), |v| Some(ParamValue::Integer(v)));
        let cases = [
            ("/driver", (double(1.0), None)),
            ("/robot1/driver", (double(3.0), None)),
            ("/robot1/lidar", (double(2.0), None)),
            ("/robot1/camera", (double(2.0), whole(30))),
            ("/robot1/front/camera", (double(1.0), None)),
            ("/camera", (double(1.0), None)),
            ("/fleet/camera", (double(1.0), whole(5))),
            ("/fleet/a/b/camera", (double(1.0), whole(5))),
        ];
        for (node, expected) in cases {
            assert_eq!(speed_and_fps(node), expected, "{node}");
        }
    }

    #[test]
    fn each_value_knows_its_place_and_whether_it_is_for_this_node_alone() {
        let found = ParamFile::parse(Path::new("robots.yaml"), ROBOTS).unwrap().of_node("/robot1/driver");
        let of = |name: &str| (found[name].from.as_str(), found[name].exact);
        assert_eq!(of("speed"), ("robots.yaml:9:14", true));
        assert_eq!(of("pid.p"), ("robots.yaml:10:16", true));
        assert_eq!(of("use_sim_time"), ("robots.yaml:3:35", false));
    }

    #[test]
    fn mistakes_are_shown_where_they_are() {
        let cases = [
            ("ros__parameters: {a: 1}\n", 1, "`ros__parameters` must stand below the name of a node"),
            ("a b:\n  ros__parameters: {a: 1}\n", 1, "`a b` is not the name of a node"),
            ("a//b:\n  ros__parameters: {a: 1}\n", 1, "`a//b` is not the name of a node"),
            ("n:\n  speed: 1\n", 2, "must have a map with `ros__parameters` below it, found"),
            ("n:\n  ros__parameters: [1]\n", 2, "`params` must be a map"),
            ("- n\n", 1, "must have a map with `ros__parameters`"),
        ];
        for (text, line, expected) in cases {
            let mistakes = ParamFile::parse(Path::new("p.yaml"), text).unwrap_err();
            let first = mistakes.iter().next().unwrap();
            assert_eq!(first.location.unwrap().line, line, "{text}");
            assert!(first.message.contains(expected), "{text}: {}", first.message);
        }
    }
}

//! Several definitions in one text, as MCAP files and ROS's bags store them with the encoding `ros2msg`
//! (<https://mcap.dev/spec/registry#ros2msg>).

use super::TypeError;

/// How long the line of `=` is between two definitions.
const LINE: usize = 80;

/// The definitions of a text by name. The first is `name`, or what it is derived from.
pub(super) fn definitions<'a>(name: &str, text: &'a str) -> Result<Vec<(String, &'a str)>, TypeError> {
    let mut definitions: Vec<(String, &str)> = Vec::new();
    let mut current = base(name);
    let (mut start, mut at) = (0, 0);
    let mut lines = text.split_inclusive('\n').enumerate();
    while let Some((_, line)) = lines.next() {
        if is_separator(line) {
            let Some((number, header)) = lines.next() else {
                return Err(TypeError::BadHeader {
                    line: text.lines().count() + 1,
                    found: "the end of the text".to_owned(),
                });
            };
            add(&mut definitions, current, text.get(start..at).unwrap_or_default())?;
            current = nested(header.trim_end())
                .ok_or_else(|| TypeError::BadHeader { line: number + 1, found: format!("{:?}", header.trim_end()) })?;
            start = at + line.len() + header.len();
            at = start;
        } else {
            at += line.len();
        }
    }
    add(&mut definitions, current, text.get(start..).unwrap_or_default())?;
    Ok(definitions)
}

fn is_separator(line: &str) -> bool {
    let line = line.trim_end();
    line.len() == LINE && line.bytes().all(|byte| byte == b'=')
}

/// Adds a definition. The same may come twice, but not another of its name.
fn add<'a>(definitions: &mut Vec<(String, &'a str)>, name: String, text: &'a str) -> Result<(), TypeError> {
    match definitions.iter().find(|(known, _)| *known == name) {
        Some((_, known)) if known.trim() != text.trim() => Err(TypeError::TwoTypes { name }),
        Some(_) => Ok(()),
        None => {
            definitions.push((name, text));
            Ok(())
        }
    }
}

/// The name behind `MSG: `, in full.
fn nested(header: &str) -> Option<String> {
    header.strip_prefix("MSG: ").map(|name| full(name.trim()))
}

/// `package/Name` is a message.
fn full(name: &str) -> String {
    match name.split_once('/') {
        Some((package, rest)) if !rest.contains('/') => format!("{package}/msg/{rest}"),
        _ => name.to_owned(),
    }
}

/// The interface whose definition is stored for a type: for `package/srv/Name_Request` that of `package/srv/Name`.
fn base(name: &str) -> String {
    let name = full(name);
    let is_message = name.contains("/msg/");
    match name.split_once('_').map(|_| name.rsplit_once('/')) {
        Some(Some((folder, last))) if !is_message => {
            format!("{folder}/{}", last.split('_').next().unwrap_or_default())
        }
        _ => name,
    }
}

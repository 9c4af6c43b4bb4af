//! Reads the definition language of ROS 2, as <https://docs.ros.org/en/jazzy/Concepts/Basic/About-Interfaces.html>
//! describes it.

mod escapes;
pub(crate) mod line;
mod lines;
pub(crate) mod names;
mod numbers;
mod section;
mod types;
mod values;

use line::Located;
use section::Section;

use crate::{
    error::Problem,
    model::{Interface, Position, TypeName},
};

/// A file with more mistakes than this is none of definitions; each takes memory.
const MOST_MISTAKES: usize = 100;

/// Reads one file. All mistakes in it are returned together.
pub(crate) fn interface(name: TypeName, text: &str) -> Result<Interface, Vec<Located>> {
    let mut errors = Vec::new();
    let mut sections = vec![Section::first(&name.package)];
    let expected = name.kind.sections();
    let mut superfluous = None;
    let mut last = 1;
    for (index, line) in lines::lines(text).enumerate() {
        last = index + 1;
        if errors.len() == MOST_MISTAKES {
            errors.push((Position { line: last, column: 1 }, Problem::TooMany { shown: MOST_MISTAKES }));
            return Err(errors);
        }
        // rosidl wants nothing behind the dashes, but blanks there are not to be seen.
        if line.trim_end() == "---" {
            if sections.len() == expected {
                superfluous = Some(last);
            }
            sections.push(Section::further(&name.package));
        } else if let Some(section) = sections.last_mut() {
            section.line(last, line).unwrap_or_else(|error| errors.push(error));
        }
    }
    let found = sections.len();
    if found != expected {
        let at = Position { line: superfluous.unwrap_or(last), column: 1 };
        errors.push((at, Problem::Sections { expected, found }));
        errors.sort_by_key(|(at, _)| *at);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut sections: Vec<_> = sections.into_iter().map(Section::finish).collect();
    let doc = sections.first_mut().map(|first| std::mem::take(&mut first.doc)).unwrap_or_default();
    Ok(Interface { name, doc, sections })
}

#[cfg(test)]
mod accepts;
#[cfg(test)]
mod tests;

//! Reads the definition language of ROS 2, as <https://docs.ros.org/en/jazzy/Concepts/Basic/About-Interfaces.html> describes it.

pub(crate) mod line;
pub(crate) mod names;
mod section;
mod types;
mod values;

use line::Located;
use section::Section;

use crate::{
    error::Problem,
    model::{Interface, Position, TypeName},
};

/// Reads one file. All mistakes in it are returned together.
pub(crate) fn interface(name: TypeName, text: &str) -> Result<Interface, Vec<Located>> {
    let mut errors = Vec::new();
    let mut sections = vec![Section::first(&name.package)];
    let mut last = 0;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        if line.trim_end() == "---" {
            sections.push(Section::further(&name.package));
        } else if let Some(section) = sections.last_mut() {
            section.line(last, line).unwrap_or_else(|error| errors.push(error));
        }
    }
    let (expected, found) = (name.kind.sections(), sections.len());
    if found != expected {
        errors.push((Position { line: last.max(1), column: 1 }, Problem::Sections { expected, found }));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut sections: Vec<_> = sections.into_iter().map(Section::finish).collect();
    let doc = sections.first_mut().map(|first| std::mem::take(&mut first.doc)).unwrap_or_default();
    Ok(Interface { name, doc, sections })
}

#[cfg(test)]
mod tests;

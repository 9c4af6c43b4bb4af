//! The name of a package as its package.xml gives it.

use std::path::Path;

use roxmltree::Document;

use crate::{
    error::{Error, Problem, shorten},
    model::Position,
    packages::read_text,
    parse::names,
};

/// What makes a folder a package for ROS.
pub(crate) const FILE: &str = "package.xml";

/// The name, or none where there is no package.xml.
pub(crate) fn name(folder: &Path) -> Result<Option<String>, Error> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Ok(None);
    }
    let text = read_text(&file)?;
    match parse(&text) {
        Ok(name) => Ok(Some(name)),
        Err((at, problem)) => Err(Error { file, at: Some(at), problem }),
    }
}

fn parse(text: &str) -> Result<String, (Position, Problem)> {
    let position = |at: roxmltree::TextPos| Position { line: at.row as usize, column: at.col as usize };
    let manifest = |found: String| Problem::BadManifest { found };
    let document = Document::parse(text).map_err(|error| {
        // The place stands in front of the text already.
        let text = error.to_string();
        let reason = text.rsplit_once(" at ").map_or(text.as_str(), |(reason, _)| reason);
        (position(error.pos()), manifest(shorten(reason)))
    })?;
    let root = document.root_element();
    let at = |node: roxmltree::Node<'_, '_>| position(document.text_pos_at(node.range().start));
    if root.tag_name().name() != "package" {
        return Err((at(root), manifest(format!("<{}>", shorten(root.tag_name().name())))));
    }
    let mut names = root.children().filter(|node| node.has_tag_name("name"));
    let node = names.next().ok_or_else(|| (at(root), manifest("a <package> without a <name>".to_owned())))?;
    if let Some(second) = names.next() {
        return Err((at(second), manifest("a second <name>".to_owned())));
    }
    let name = node.text().unwrap_or_default().trim().to_owned();
    names::package(&name).map_err(|problem| (at(node), problem))?;
    Ok(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_that_of_the_package_alone() {
        let text = "<?xml version=\"1.0\"?>\n\
            <?xml-model href=\"http://download.ros.org/schema/package_format3.xsd\"?>\n\
            <!-- <name>not_this</name> -->\n\
            <package format=\"3\">\n  <author><name>nor_this</name></author>\n  <name>\n my_msgs </name>\n</package>\n";
        assert_eq!(parse(text), Ok("my_msgs".to_owned()));
        assert_eq!(parse(&format!("\u{feff}{text}")), Ok("my_msgs".to_owned()));
    }

    #[test]
    fn mistakes_are_refused_with_their_place() {
        let cases = [
            ("", "1:1 expected a package.xml"),
            ("<package>\n<name>a</package>", "2:8 expected a package.xml"),
            ("<robot/>", "1:1 expected a package.xml with one <name> in its <package>, found <robot>"),
            ("<package/>", "1:1 expected a package.xml with one <name> in its <package>, found a <package> without"),
            ("<package><name>a</name>\n<name>b</name></package>", "2:1 expected a package.xml with one <name>"),
            ("<package><name>My Pkg</name></package>", "1:10 \"My Pkg\" is no valid name for a package"),
            ("<package><name/></package>", "1:10 \"\" is no valid name for a package"),
        ];
        for (text, expected) in cases {
            let (at, problem) = parse(text).expect_err(text);
            let found = format!("{}:{} {problem}", at.line, at.column);
            assert!(found.starts_with(expected), "{text:?}\n  expected {expected}\n  found    {found}");
        }
    }

    #[test]
    fn depth_does_not_overflow_the_stack() {
        let depth = 200_000;
        let deep = format!("<package>{}{}<name>a</name></package>", "<a>".repeat(depth), "</a>".repeat(depth));
        assert_eq!(parse(&deep), Ok("a".to_owned()));
    }
}

//! One list of fields and constants, and the comments that belong to them.
//!
//! Two things that rosidl refuses are taken: blanks in front of an element, and a `=` in a string that is a default.
//! What they mean is plain, and ROS itself reports them loudly.

use std::collections::HashMap;

use super::{
    line::{Line, Located, comment_text},
    names, types, values,
};
use crate::{
    error::{Problem, shorten},
    model::{Arity, Base, Constant, Definition, Field, FieldType, Position},
};

/// A section while it is being read.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    package: &'a str,
    definition: Definition,
    /// Comment lines that have not found their field yet.
    pending: Vec<String>,
    /// Whether the first block of comments is about the whole, even if a field follows at once.
    first_block_is_doc: bool,
    /// Names so far, with their lines.
    names: HashMap<String, usize>,
}

impl<'a> Section<'a> {
    /// The first section of a file in `package`. The comment at its top is about the file.
    pub(crate) fn first(package: &'a str) -> Self {
        Self { first_block_is_doc: true, ..Self::further(package) }
    }

    /// A section behind a `---`. A comment at its top is about the section only if a blank line follows.
    pub(crate) fn further(package: &'a str) -> Self {
        Self {
            package,
            definition: Definition::default(),
            pending: Vec::new(),
            first_block_is_doc: false,
            names: HashMap::new(),
        }
    }

    /// Reads one line.
    pub(crate) fn line(&mut self, number: usize, text: &str) -> Result<(), Located> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            self.end_block();
            return Ok(());
        }
        if let Some(comment) = trimmed.strip_prefix('#') {
            self.pending.push(comment_text(comment).to_owned());
            return Ok(());
        }
        if self.first_block_is_doc {
            self.end_block();
        }
        // As in rosidl, a tab is a blank, even within quotes.
        self.element(Line::new(number, &text.replace('\t', " ")))
    }

    /// The finished definition.
    pub(crate) fn finish(mut self) -> Definition {
        self.end_block();
        self.definition
    }

    /// A blank line: the first block of comments in front of everything else is about the section.
    fn end_block(&mut self) {
        let first = self.names.is_empty() && self.definition.doc.is_empty();
        if first && !self.pending.is_empty() {
            self.definition.doc = std::mem::take(&mut self.pending).join("\n");
        }
        self.first_block_is_doc = false;
    }

    fn element(&mut self, mut line: Line<'_>) -> Result<(), Located> {
        line.skip_blanks();
        let at = line.position();
        let ty = types::field_type(&mut line, self.package)?;
        if !line.skip_blanks() {
            return Err(line.unexpected("a blank and a name behind the type"));
        }
        let name_at = line.position();
        let name = line.take_while(|c| !c.is_whitespace() && c != '=');
        if name.is_empty() {
            return Err(line.unexpected("a name behind the type"));
        }
        let blank = line.skip_blanks();
        self.claim(name, name_at)?;
        if line.eat("=") {
            self.constant(line, ty, name, (at, name_at))
        } else {
            self.field(line, ty, name, (at, name_at), blank)
        }
    }

    /// Refuses a name that was used before.
    fn claim(&mut self, name: &str, at: Position) -> Result<(), Located> {
        if let Some(first) = self.names.get(name) {
            return Err((at, Problem::Twice { name: shorten(name), first: *first }));
        }
        self.names.insert(name.to_owned(), at.line);
        Ok(())
    }

    fn constant(
        &mut self,
        mut line: Line<'_>,
        ty: FieldType,
        name: &str,
        (at, name_at): (Position, Position),
    ) -> Result<(), Located> {
        names::constant(name).map_err(|problem| (name_at, problem))?;
        let simple = matches!(ty.base, Base::Primitive(_) | Base::Text { bound: None, .. });
        if ty.arity != Arity::One || !simple {
            return Err((at, Problem::BadConstantType { ty: ty.to_string() }));
        }
        line.skip_blanks();
        let value = values::single(&mut line, &ty.base, false)?;
        let doc = self.take_doc(&line)?;
        self.definition.constants.push(Constant { name: name.to_owned(), base: ty.base, value, doc });
        Ok(())
    }

    fn field(
        &mut self,
        mut line: Line<'_>,
        ty: FieldType,
        name: &str,
        (at, name_at): (Position, Position),
        blank: bool,
    ) -> Result<(), Located> {
        names::field(name).map_err(|problem| (name_at, problem))?;
        let default = if blank && !line.is_done() { Some(values::default(&mut line, &ty)?) } else { None };
        let doc = self.take_doc(&line)?;
        self.definition.fields.push(Field { name: name.to_owned(), ty, default, doc, at });
        Ok(())
    }

    /// The comments above an element and behind it. Nothing else may be left in its line.
    fn take_doc(&mut self, line: &Line<'_>) -> Result<String, Located> {
        if !line.is_done() {
            let mut line = line.clone();
            line.skip_blanks();
            return Err(line.unexpected("a comment or the end of the line"));
        }
        let mut doc = std::mem::take(&mut self.pending);
        doc.extend(line.comment().map(str::to_owned));
        Ok(doc.join("\n"))
    }
}

//! Reading a deployment file.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::file::Deployment;
use super::{read, yaml};

impl Deployment {
    /// Understands the text of a deployment file. `path` is only shown in messages, and is where relative paths start.
    ///
    /// # Errors
    /// All mistakes that the file alone shows.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Diagnostics> {
        Self::parse_with(path, text, |_, _| ())
    }

    /// Like [`Deployment::parse`], and lets `check` add mistakes, so that a person sees those of the file and those of
    /// `check` at once. What could not be understood is missing in the deployment that `check` gets, or is at its default.
    ///
    /// # Errors
    /// All mistakes.
    pub fn parse_with(
        path: &Path,
        text: &str,
        check: impl FnOnce(&Self, &mut Diagnostics),
    ) -> Result<Self, Diagnostics> {
        let text: Arc<str> = Arc::from(text);
        let understood = Diagnostics::collect(path, &text, |diagnostics| {
            let root = yaml::parse(&text, diagnostics)?;
            let deployment = read::deployment(&root, path, &text, diagnostics);
            check(&deployment, diagnostics);
            Some(deployment)
        })?;
        // Whatever cannot be parsed was reported, so this error is never seen.
        understood.ok_or_else(|| file_error(path, "the file cannot be understood".to_owned()))
    }

    /// Reads and understands a deployment file.
    ///
    /// # Errors
    /// That the file cannot be read, or all mistakes in it.
    pub fn load(path: &Path) -> Result<Self, Diagnostics> {
        Self::load_with(path, |_, _| ())
    }

    /// [`Deployment::load`] with the `check` of [`Deployment::parse_with`].
    ///
    /// # Errors
    /// That the file cannot be read, or all mistakes.
    pub fn load_with(path: &Path, check: impl FnOnce(&Self, &mut Diagnostics)) -> Result<Self, Diagnostics> {
        let bytes =
            read_bounded(path).map_err(|error| file_error(path, format!("the file cannot be read: {error}")))?;
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse_with(path, &text, check),
            Err(error) => Err(not_utf8(path, &error)),
        }
    }
}

/// At most one byte more than is parsed, whatever the path turns out to be (`/dev/zero` never ends).
pub(super) fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(yaml::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn file_error(path: &Path, message: String) -> Diagnostics {
    Diagnostics::single(path, "", Diagnostic::of_file(message))
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Diagnostics {
    let bytes = error.as_bytes();
    let valid = &bytes[..error.utf8_error().valid_up_to()];
    let location = yaml::end_of(&String::from_utf8_lossy(valid), 1);
    let diagnostic = Diagnostic::at(location, "the file is not UTF-8 text");
    Diagnostics::single(path, &String::from_utf8_lossy(bytes), diagnostic.hint("save it as UTF-8"))
}

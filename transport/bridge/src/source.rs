//! Where the configuration comes from.

use std::{
    fs,
    io::{self, BufRead, Read},
    path::Path,
};

use rosactor_transport::bridge_config::BridgeConfig;

use crate::{args::Args, error::BridgeError};

/// Longer than any sensible configuration, and short enough that a wrong pipe does not fill the memory.
const MAX_BYTES: u64 = 1 << 20;

/// A checked configuration, and whether a parent stands behind it.
pub(crate) struct Source {
    pub(crate) config: BridgeConfig,
    /// The end of standard input means that the parent is gone.
    pub(crate) parent_on_stdin: bool,
}

/// Reads and checks what `--config` names.
pub(crate) fn read(args: &Args) -> Result<Source, BridgeError> {
    let path = args.config.as_deref().unwrap_or(Path::new("-"));
    let parent_on_stdin = args.reads_stdin();
    let (text, origin) = if parent_on_stdin {
        (first_line(&mut io::stdin().lock())?, "standard input".to_owned())
    } else {
        (read_file(path)?, path.display().to_string())
    };
    Ok(Source { config: parse(&text, &origin)?, parent_on_stdin })
}

/// Checks one JSON text; `origin` names it in errors.
pub(crate) fn parse(text: &str, origin: &str) -> Result<BridgeConfig, BridgeError> {
    let origin = origin.to_owned();
    let config: BridgeConfig = match serde_json::from_str(text) {
        Ok(config) => config,
        Err(source) => return Err(BridgeError::NotAConfig { origin, source }),
    };
    let problems = config.problems();
    if !problems.is_empty() {
        return Err(BridgeError::WrongValues { origin, problems });
    }
    if config.connect.is_empty() {
        return Err(BridgeError::NoEndpoint { origin });
    }
    Ok(config)
}

fn read_file(path: &Path) -> Result<String, BridgeError> {
    let unreadable = |source| BridgeError::Unreadable { path: path.to_owned(), source };
    let mut text = String::new();
    fs::File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text)).map_err(unreadable)?;
    Ok(text)
}

fn first_line(input: &mut impl BufRead) -> Result<String, BridgeError> {
    let mut line = String::new();
    match input.take(MAX_BYTES).read_line(&mut line) {
        Ok(0) => Err(BridgeError::NoLine { found: "it ended at once".to_owned() }),
        Ok(_) => Ok(line),
        Err(error) => Err(BridgeError::NoLine { found: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn message(text: &str) -> String {
        let error = parse(text, "bridge.json").unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn a_good_configuration_is_taken() {
        let config = parse(r#"{"domain": 3, "connect": ["tcp/127.0.0.1:7447"]}"#, "x").unwrap();
        assert_eq!((config.domain, config.connect.len()), (3, 1));
    }

    #[test]
    fn mistakes_are_sentences_that_name_the_origin() {
        assert!(message("{").starts_with("bridge.json is not a bridge configuration: EOF"));
        assert!(message(r#"{"domain": "0"}"#).contains("invalid type: string"));
        assert!(message("{}").starts_with("bridge.json names no Zenoh endpoint"));
        let both = message(r#"{"domain": 300, "namespace": "x", "connect": ["tcp/a:1"]}"#);
        assert!(both.contains("2 wrong value(s)") && both.contains("domain is 300") && both.contains("`x`"), "{both}");
    }

    #[test]
    fn only_the_first_line_of_standard_input_counts() {
        let mut input = io::Cursor::new("{\"domain\": 1}\nnot looked at");
        assert_eq!(first_line(&mut input).unwrap(), "{\"domain\": 1}\n");
        assert!(matches!(first_line(&mut io::empty()), Err(BridgeError::NoLine { .. })));
        assert!(matches!(first_line(&mut io::Cursor::new([0xff, b'\n'])), Err(BridgeError::NoLine { .. })));
    }
}

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
    let parent_on_stdin = args.reads_stdin();
    let (mut config, origin) = match &args.config {
        None => (BridgeConfig::default(), "the command line".to_owned()),
        Some(_) if parent_on_stdin => from_json(&first_line(&mut io::stdin().lock())?, "standard input")?,
        Some(path) => from_file(path)?,
    };
    args.apply(&mut config);
    Ok(Source { config: check(config, origin)?, parent_on_stdin })
}

/// Reads and checks the configuration that the first step has resolved.
pub(crate) fn read_resolved(text: &str) -> Result<BridgeConfig, BridgeError> {
    let (config, origin) = from_json(text, "the resolved configuration")?;
    check(config, origin)
}

/// A configuration and what it is called in errors.
type Named = (BridgeConfig, String);

fn from_json(text: &str, origin: &str) -> Result<Named, BridgeError> {
    let origin = origin.to_owned();
    match serde_json::from_str(text) {
        Ok(config) => Ok((config, origin)),
        Err(error) => Err(BridgeError::NotAConfig { origin, reason: error.to_string() }),
    }
}

/// JSON is YAML, too.
fn from_file(path: &Path) -> Result<Named, BridgeError> {
    let origin = path.display().to_string();
    match serde_saphyr::from_str(&read_file(path)?) {
        Ok(config) => Ok((config, origin)),
        Err(error) => Err(BridgeError::NotAConfig { origin, reason: error.to_string() }),
    }
}

fn check(config: BridgeConfig, origin: String) -> Result<BridgeConfig, BridgeError> {
    let problems = config.problems();
    if !problems.is_empty() {
        return Err(BridgeError::WrongValues { origin, problems });
    }
    if config.connect.is_empty() && config.listen.is_empty() {
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
        let error = from_json(text, "bridge.json").and_then(|(config, origin)| check(config, origin)).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn a_good_configuration_is_taken() {
        let config = read_resolved(r#"{"domain": 3, "connect": ["tcp/127.0.0.1:7447"]}"#).unwrap();
        assert_eq!((config.domain, config.connect.len()), (3, 1));
    }

    #[test]
    fn a_file_is_yaml_or_json() {
        let yaml: BridgeConfig =
            serde_saphyr::from_str("domain: 3\ndiscovery: {peers: [a]}\nlisten: ['tcp/[::]:7447']\n").unwrap();
        let json = serde_json::to_string(&yaml).unwrap();
        assert_eq!((yaml.domain, serde_saphyr::from_str::<BridgeConfig>(&json).unwrap()), (3, yaml));
    }

    #[test]
    fn mistakes_are_sentences_that_name_the_origin() {
        assert!(message("{").starts_with("bridge.json is not a bridge configuration: EOF"));
        assert!(message(r#"{"domain": "0"}"#).contains("invalid type: string"));
        assert!(message("{}").starts_with("bridge.json: no Zenoh endpoint"));
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

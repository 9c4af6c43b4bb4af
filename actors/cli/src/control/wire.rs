//! What is said over a socket: one line of JSON each way, again and again.

use std::io;
use std::path::PathBuf;

use rosactor::launch::Applied;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What is asked of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Question {
    /// Which file it runs, and as which host.
    Who,
    /// To take over its file as it is now.
    Apply {
        /// Whether mistakes are shown in colour.
        colour: bool,
        /// Whether it is only asked what that would do.
        dry: bool,
    },
}

/// What a run answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Which file it runs, and as which host.
    Runs(Runs),
    /// It took the file over, or would.
    Applied(Applied),
    /// It did not, and nothing was changed.
    Refused {
        /// Whether that is because of mistakes in the file.
        wrong_file: bool,
        /// Why, for a person.
        text: String,
    },
    /// The question was none.
    Bad(String),
}

/// Which file a run has, and as which host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Runs {
    /// The path of the file without links, as it is now.
    pub(super) file: PathBuf,
    /// The host that it was told to be.
    pub(super) host: Option<String>,
    /// What to call it.
    pub(super) here: String,
}

/// Reads one line, of at most so many bytes; `None` at the end.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
    longest: u32,
) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    from.take(u64::from(longest) + 1).read_until(b'\n', &mut line).await?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(serde_json::from_slice(&line)?)),
        Some(_) if line.len() > longest as usize => {
            Err(io::Error::new(io::ErrorKind::InvalidData, format!("a line has over {longest} bytes")))
        }
        Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Writes one line.
pub(super) async fn write(to: &mut (impl AsyncWrite + Unpin), what: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}

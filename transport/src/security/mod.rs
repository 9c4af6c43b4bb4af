//! How a process proves who it is, and what those may do that connect to it.
//!
//! Zenoh does all of it: TLS with certificates on both sides, user names with passwords, and access control. Here is what
//! has to be said for it, in terms of ROS.

mod access;
mod certificate;
mod refusals;
mod settings;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::name::{Name, NodeName};
use crate::wire::EndpointKind;

pub use certificate::{Certificate, CertificateError};
pub use refusals::{ACCESS_LOG, Refusal, Refusals};
#[cfg(test)]
pub(crate) use settings::access_setting;
pub use settings::zenoh_settings;

/// How a process proves who it is, and what it lets others do. The default: nobody proves anything, and everybody may do
/// everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// Certificates, for endpoints `tls/` and `quic/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// A name and a password, for endpoints of any kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    /// What those may do that connect. Without it they may do everything.
    #[serde(skip)]
    pub access: Option<Access>,
}

/// The certificate of a process. Both sides of a link show theirs, and both must be signed by the same authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate of the authority, as PEM.
    pub ca: PathBuf,
    /// The process's own certificate, as PEM. Its common name is whom others take it for.
    pub certificate: PathBuf,
    /// The private key of that certificate, as PEM.
    pub key: PathBuf,
}

/// The name and password of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Whom others take it for.
    pub name: String,
    /// A file with a line `name:password` for each that may connect, and one for this process.
    pub passwords: PathBuf,
}

/// What each of those may do that connect to a process. Nobody else may do anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Those that may connect.
    pub guests: Vec<Guest>,
}

/// One that may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The common name of its certificate.
    pub name: String,
    /// What it may do. All guests may also watch the graph.
    pub rights: Vec<Right>,
}

/// Something that a guest may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// Have such an endpoint, by its absolute name.
    Endpoint(EndpointKind, Name),
    /// Be a node: with ROS's services of this node (parameters, lifecycle), its events and its logs.
    Node(NodeName),
    /// Be this host of a deployment: say that it is there and what it runs, and see and ask the other hosts.
    Host {
        /// The deployment's name.
        deployment: String,
        /// The host's name.
        name: String,
    },
    /// Bridge ROS nodes: have every endpoint and node within a namespace, as nobody knows before which those will be.
    Bridge {
        /// The namespace; `/` is all.
        namespace: String,
    },
}

/// Why a process cannot prove who it is.
#[derive(Debug, thiserror::Error)]
pub enum SecurityError {
    /// A certificate or its key is not what it has to be.
    #[error("{0}")]
    Certificate(#[from] CertificateError),
    /// The passwords cannot be read.
    #[error("{} cannot be read: {reason}; it has a line `name:password` for each host", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A line of the passwords is none.
    #[error("{}:{line}: expected `name:password` with neither empty", path.display())]
    NotALine {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// There is no password for the process's own name.
    #[error("{} has no line for `{name}`, whose process this is; add `{name}:PASSWORD`", path.display())]
    NoPassword {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// Access control tells guests apart by what they prove.
    #[error("access control needs certificates (`tls`): a login is proved to one end of a link only")]
    Nameless,
}

impl Security {
    /// Whether there is anything to it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Looks at the files: that they are there, belong together and are valid today. What is wrong with them Zenoh would tell in
    /// the background, once for every attempt to connect.
    ///
    /// # Errors
    /// What is wrong, and with which file.
    pub fn check(&self) -> Result<(), SecurityError> {
        if let Some(tls) = &self.tls {
            certificate::check(tls)?;
        }
        if let Some(login) = &self.login {
            login.password()?;
        }
        match (&self.access, &self.tls) {
            (Some(_), None) => Err(SecurityError::Nameless),
            _ => Ok(()),
        }
    }
}

impl Tls {
    /// The files of one host in a folder, as the command `rosactor keys` writes them.
    #[must_use]
    pub fn of_host(folder: &Path, host: &str) -> Self {
        let file = |name: String| folder.join(name);
        Self {
            ca: file("ca.pem".to_owned()),
            certificate: file(format!("{host}.pem")),
            key: file(format!("{host}.key")),
        }
    }
}

impl Login {
    fn password(&self) -> Result<String, SecurityError> {
        let path = || self.passwords.clone();
        let text = std::fs::read_to_string(&self.passwords)
            .map_err(|error| SecurityError::Unreadable { path: path(), reason: error.to_string() })?;
        let mut own = None;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            match line.split_once(':') {
                Some((name, password)) if !name.is_empty() && !password.is_empty() => {
                    if name == self.name {
                        own = Some(password.to_owned());
                    }
                }
                _ => return Err(SecurityError::NotALine { path: path(), line: number + 1 }),
            }
        }
        own.ok_or_else(|| SecurityError::NoPassword { path: path(), name: self.name.clone() })
    }
}

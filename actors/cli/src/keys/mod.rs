//! `rosactor keys`: what hosts need to prove who they are.

mod authority;
mod passwords;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rosactor::deployment::Deployment;
use rosactor::security::Tls;

use crate::args::{Keys, Source};
use crate::output::{complain, tell};
use crate::{FAILED, OK, REFUSED, check};
use authority::Authority;

/// Makes the keys of a deployment; the exit code.
pub(crate) fn keys(asked: &Keys) -> u8 {
    let source = Source { file: asked.file.clone(), params: Vec::new(), bind: asked.bind.clone() };
    let Some(deployment) = check::load(&source) else { return REFUSED };
    let Some(section) = &deployment.security else {
        complain(format_args!(
            "{}: there is no section `security`, which says where the keys are; write for example `security: {{tls: {{keys: keys}}}}`",
            asked.file.display()
        ));
        return REFUSED;
    };
    let certificates = section.tls.as_ref().map_or(Ok(()), |folder| certificates(asked, &deployment, folder));
    let passwords = || section.passwords.as_ref().map_or(Ok(()), |file| passwords::write_missing(&deployment, file));
    match certificates.and_then(|()| passwords()) {
        Ok(()) => OK,
        Err(why) => {
            complain(why);
            FAILED
        }
    }
}

fn certificates(asked: &Keys, deployment: &Deployment, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let authority = Authority::in_folder(folder, &deployment.name)?;
    for host in deployment.host_names() {
        let files = Tls::of_host(folder, host);
        if files.certificate.exists() && files.key.exists() && !asked.renew {
            tell(format_args!("kept {}", files.certificate.display()));
            continue;
        }
        let reached_at = reached_at(asked, deployment, host);
        let (certificate, key) = authority.sign(host, &reached_at, asked.days)?;
        write(&files.key, &key, Reader::Owner)?;
        write(&files.certificate, &certificate, Reader::Everybody)?;
        tell(format_args!("wrote {} for {}", files.certificate.display(), reached_at.join(", ")));
    }
    Ok(())
}

/// The names and addresses by which others connect to a host: its own name, those that it listens on, and those that it is bound to.
fn reached_at(asked: &Keys, deployment: &Deployment, host: &str) -> Vec<String> {
    let mut at = vec![host.to_owned()];
    let transport = deployment.hosts.iter().find(|other| other.name.value == host);
    let transport = transport.map_or(&deployment.transport, |host| &host.transport);
    let listened = transport.listen.iter().filter_map(|endpoint| {
        let (_, address) = endpoint.split_once('/')?;
        Some(address.split(['?', '#']).next()?.rsplit_once(':')?.0.trim_matches(['[', ']']))
    });
    let bound = asked.bind.iter().filter_map(|rule| rule.split_once('=')).filter(|(name, _)| *name == host);
    let every_address = ["0.0.0.0", "::"];
    let others = listened.chain(bound.map(|(_, address)| address)).filter(|address| !every_address.contains(address));
    // Its own bridge and doctor reach it there.
    for address in others.chain(["localhost", "127.0.0.1", "::1"]) {
        if !at.iter().any(|known| known == address) {
            at.push(address.to_owned());
        }
    }
    at
}

/// Who may read a file.
#[derive(Clone, Copy)]
enum Reader {
    Owner,
    Everybody,
}

/// Writes a file anew, so that one that was open to others before is not left so.
fn write(path: &Path, text: &str, reader: Reader) -> Result<(), String> {
    let mode = match reader {
        Reader::Owner => 0o600,
        Reader::Everybody => 0o644,
    };
    let failed = |error: io::Error| format!("{} cannot be written: {error}", path.display());
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

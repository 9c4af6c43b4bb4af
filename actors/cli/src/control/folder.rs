//! Where the sockets are.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The ending of a socket's name; before it stands the number of the process.
const ENDING: &str = "sock";

/// Where runs of this user may have their sockets; a new one has it in the first. A unit of systemd and a terminal of the same user do
/// not always have the same environment, so who looks for runs looks in all.
pub(super) fn folders() -> io::Result<Vec<PathBuf>> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").filter(|path| Path::new(path).is_absolute());
    let of_login = runtime.map(|path| Path::new(&path).join("rosactor"));
    let temporary = env::temp_dir().join(format!("rosactor-{}", own_user()?));
    Ok(of_login.into_iter().chain([temporary]).collect())
}

/// Makes the folder for the socket of a new run.
pub(super) fn make() -> Result<PathBuf, String> {
    let folders = folders().map_err(|error| error.to_string())?;
    let folder = folders.into_iter().next().unwrap_or_default();
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(format!("{} cannot be made: {error}", folder.display()));
        }
        _ => {}
    }
    is_private(&folder).map(|()| folder)
}

/// Whether nobody but this user can have put anything into a folder.
pub(super) fn is_private(folder: &Path) -> Result<(), String> {
    let about = |what: &str| format!("{} {what}", folder.display());
    // Not that of what a link leads to: whoever made the link may change it.
    let data = fs::symlink_metadata(folder).map_err(|error| about(&format!("cannot be looked at: {error}")))?;
    if !data.is_dir() {
        return Err(about("is no folder"));
    }
    if data.uid() != own_user().map_err(|error| error.to_string())? {
        return Err(about("belongs to another user"));
    }
    match data.mode() & 0o077 {
        0 => Ok(()),
        _ => Err(about("can be entered by other users; `chmod 700` mends that")),
    }
}

/// The socket of a process in a folder.
pub(super) fn socket(folder: &Path, pid: u32) -> PathBuf {
    folder.join(format!("{pid}.{ENDING}"))
}

/// All sockets in a folder, with the processes that made them.
pub(super) fn sockets(folder: &Path) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut sockets: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.parse().ok()?, path)))
        .collect();
    sockets.sort();
    sockets
}

/// The user whose process this is, as the operating system has it.
fn own_user() -> io::Result<u32> {
    fs::metadata("/proc/self").map(|data| data.uid())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn only_a_folder_that_nobody_else_can_enter_is_private() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("folder");
        DirBuilder::new().mode(0o700).create(&folder).unwrap();
        assert_eq!(is_private(&folder), Ok(()));
        for mode in [0o710, 0o701, 0o777] {
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            assert!(is_private(&folder).unwrap_err().contains("can be entered by other users"), "{mode:o}");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let link = around.path().join("link");
        symlink(&folder, &link).unwrap();
        assert!(is_private(&link).unwrap_err().contains("is no folder"));
        assert!(is_private(&around.path().join("none")).is_err());
    }

    #[test]
    fn a_socket_is_known_by_its_process() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["12.sock", "7.sock", "x.sock", "9.part", "9"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let expected: Vec<_> = [7, 12].map(|pid| (pid, socket(folder.path(), pid))).into();
        assert_eq!(sockets(folder.path()), expected);
    }
}

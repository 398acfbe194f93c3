//! The history of what was typed, kept for later sessions.
//!
//! By default it is `fife/history` in the user's folder for such files: `$XDG_STATE_HOME`, or `~/.local/state`.
//! `FIFE_HISTORY` names another file, or none if it is empty. A sandbox has none unless `FIFE_HISTORY` is set, because
//! what is tried there is often someone else's. With `-E` there is none.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// How many entries are kept.
pub(super) const ENTRIES: usize = 10_000;

/// A larger file is none of ours: it is neither read nor written.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// A longer entry is not kept.
pub(super) const ENTRY_BYTES_MAX: usize = 64 << 10;

/// The file of the history, if there is to be one. Its folder is made.
pub(super) fn file(ignores_environment: bool, is_sandbox: bool) -> Option<PathBuf> {
    if ignores_environment {
        return None;
    }
    let path = path(is_sandbox, |name| std::env::var_os(name))?;
    if let Some(folder) = path.parent() {
        make_folder(folder);
    }
    is_history(&path).then_some(path)
}

/// Whether a file may be a history, or there is none yet. Reading a pipe waits, and a device may never end.
fn is_history(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |found| found.is_file() && found.len() <= FILE_BYTES_MAX)
}

fn path(is_sandbox: bool, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(path) = variable("FIFE_HISTORY") {
        return (!path.is_empty()).then(|| path.into());
    }
    if is_sandbox {
        return None;
    }
    // Paths that are not absolute are to be ignored, says the specification of XDG.
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = if cfg!(windows) { absolute("LOCALAPPDATA") } else { absolute("XDG_STATE_HOME") };
    let folder = state.or_else(|| absolute("HOME").map(|home| home.join(".local").join("state")))?;
    Some(folder.join("fife").join("history"))
}

/// Makes a folder that nobody else looks into. If that fails, there is no history, of which rustyline is told then.
fn make_folder(folder: &Path) {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let _ = builder.create(folder);
}

#[cfg(test)]
mod tests {
    use super::path;
    use std::path::PathBuf;

    #[cfg(unix)]
    #[test]
    fn the_file_is_where_the_user_wants_it() {
        let find = |is_sandbox, variables: &[(&str, &str)]| {
            path(is_sandbox, |name| variables.iter().find(|it| it.0 == name).map(|it| it.1.into()))
        };
        let home = ("HOME", "/home/a");
        assert_eq!(find(false, &[home]), Some(PathBuf::from("/home/a/.local/state/fife/history")));
        assert_eq!(find(false, &[home, ("XDG_STATE_HOME", "/s")]), Some(PathBuf::from("/s/fife/history")));
        assert_eq!(find(false, &[("XDG_STATE_HOME", "s")]), None);
        assert_eq!(find(false, &[home, ("FIFE_HISTORY", "h")]), Some(PathBuf::from("h")));
        assert_eq!(find(false, &[home, ("FIFE_HISTORY", "")]), None);
        assert_eq!(find(true, &[home]), None);
        assert_eq!(find(true, &[home, ("FIFE_HISTORY", "h")]), Some(PathBuf::from("h")));
    }
}

//! The history of what was typed, kept for later sessions.
//!
//! By default it is `fife/history` in the user's folder for such files: `$XDG_STATE_HOME`, or `~/.local/state`.
//! `FIFE_HISTORY` names another file, or none if it is empty. A sandbox has none unless `FIFE_HISTORY` is set, because
//! what is tried there is often someone else's. With `-E` there is none.

use std::ffi::OsString;
use std::fs;
use std::io;
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

/// Writes each byte of a history that is not UTF-8 as the escape that it has in a string, `\xE9`, since rustyline
/// neither reads nor adds to such a file; false if all is UTF-8, or it cannot be done. The new file takes the place of
/// the old one at once, so that nothing is lost on the way.
pub(super) fn mend(path: &Path) -> bool {
    let Ok(history) = fs::read(path) else { return false };
    if str::from_utf8(&history).is_ok() {
        return false;
    }
    let mut mended = String::with_capacity(history.len() + 64);
    // In files that begin like this, a backslash stands before another one.
    let escape = if history.starts_with(b"#V2\n") { "\\\\x" } else { "\\x" };
    for chunk in history.utf8_chunks() {
        mended.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| mended.push_str(&format!("{escape}{byte:02X}")));
    }
    replace(path, mended.as_bytes()).is_ok()
}

/// Puts a file with this content, and the permissions of the old one, in the place of a file.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays one.
    let path = fs::canonicalize(path)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let written = fs::copy(&path, &new).and_then(|_| fs::write(&new, content)).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
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
    use super::{mend, path};
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn bytes_that_are_not_utf8_become_escapes() {
        let file = std::env::temp_dir().join(format!("fife-mend-{}", std::process::id()));
        for (before, after) in [
            (&b"#V2\nx = 'caf\xE9'\ny\n\xF0\x9F"[..], Some("#V2\nx = 'caf\\\\xE9'\ny\n\\\\xF0\\\\x9F")),
            (b"x = 'caf\xE9'\n", Some("x = 'caf\\xE9'\n")),
            ("#V2\nx = 'café'\n".as_bytes(), None),
        ] {
            fs::write(&file, before).expect("it can be written");
            assert_eq!(mend(&file), after.is_some());
            let now = fs::read(&file).expect("it is there");
            assert_eq!(String::from_utf8_lossy(&now), after.map_or(String::from_utf8_lossy(before), Into::into));
        }
        fs::remove_file(&file).expect("it is there");
        assert!(!mend(&file));
    }

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

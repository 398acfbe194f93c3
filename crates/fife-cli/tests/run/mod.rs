//! Runs the command, for the tests of its behavior.

// No file of tests uses all of this.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The result of running the command.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Run {
    #[track_caller]
    pub(crate) fn prints(self, output: &str) -> Run {
        assert_eq!(self.output, output, "standard error: {}", self.errors);
        self
    }

    #[track_caller]
    pub(crate) fn complains(self, errors: &str) -> Run {
        assert_eq!(self.errors, errors);
        self
    }

    #[track_caller]
    pub(crate) fn mentions(self, text: &str) -> Run {
        assert!(self.errors.contains(text), "{text:?} is not in {:?}", self.errors);
        self
    }

    #[track_caller]
    pub(crate) fn ends_with(self, status: i32) {
        assert_eq!(self.status, Some(status), "standard error: {}", self.errors);
    }
}

pub(crate) fn fife<S: AsRef<OsStr>>(words: &[S]) -> Run {
    fife_with_input(words, b"")
}

pub(crate) fn fife_with_input<S: AsRef<OsStr>>(words: &[S], input: &[u8]) -> Run {
    fife_with_environment(&[], words, input)
}

/// The command, under the name `fife` if the system has process names, without the environment variables that it reads.
pub(crate) fn command<S: AsRef<OsStr>>(words: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fife"));
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut command, "fife");
    for variable in ["LUA_INIT", "LUA_PATH", "LUA_CPATH"] {
        command.env_remove(variable).env_remove(format!("{variable}_5_4"));
    }
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn fife_with_environment<S: AsRef<OsStr>>(variables: &[(&str, &str)], words: &[S], input: &[u8]) -> Run {
    let mut child = command(words).envs(variables.iter().copied()).spawn().expect("the command starts");
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().expect("the input is a pipe").write_all(input);
    let result = child.wait_with_output().expect("the command ends");
    Run {
        status: result.status.code(),
        output: String::from_utf8_lossy(&result.stdout).into_owned(),
        errors: String::from_utf8_lossy(&result.stderr).into_owned(),
    }
}

/// A file that exists for the duration of a test.
pub(crate) struct Temporary(pub(crate) PathBuf);

impl Temporary {
    pub(crate) fn new(name: &str, content: &[u8]) -> Temporary {
        let path = std::env::temp_dir().join(format!("fife-command-{}-{name}", std::process::id()));
        fs::write(&path, content).expect("the file can be written");
        Temporary(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().expect("the path is text")
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The output of `-v`.
pub(crate) const VERSION: &str = concat!("Fife ", env!("CARGO_PKG_VERSION"), ", for Lua 5.4 by Lua.org, PUC-Rio\n");

//! Commands of the system's shell, by Rust's standard library: run to their end, or with a pipe to them.
//!
//! Closing a pipe waits for its command. Dropping a pipe that a command reads from waits, too: the command's response
//! to the last bytes should be complete when the program ends. A command that only writes is left alone; when it has
//! ended, the system keeps its status until it is asked for, which happens when the next command starts.

use crate::system::retry;
use fife::{CommandEnd, PipeMode, Stream};
use std::ffi::OsStr;
use std::io::{self, Read, SeekFrom, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// Commands that nobody waits for any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abandoned(Arc<Mutex<Vec<Child>>>);

impl Abandoned {
    fn add(&self, child: Child) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(child);
    }

    /// Asks for the status of those that have ended.
    fn reap(&self) {
        let mut children = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    }
}

#[cfg(not(windows))]
const SHELL: (&str, &str) = ("/bin/sh", "-c");
#[cfg(windows)]
const SHELL: (&str, &str) = ("cmd", "/C");

fn shell(command: &OsStr) -> Command {
    let mut shell = Command::new(SHELL.0);
    shell.arg(SHELL.1).arg(command);
    shell
}

/// Whether there is a shell.
pub(crate) fn has_shell() -> bool {
    cfg!(windows) || std::path::Path::new(SHELL.0).exists()
}

/// Runs a command to its end.
pub(crate) fn execute(command: &OsStr) -> io::Result<CommandEnd> {
    shell(command).status().map(end_of)
}

/// Starts a command.
pub(crate) fn popen(command: &OsStr, mode: PipeMode, abandoned: &Abandoned) -> io::Result<Box<dyn Stream>> {
    abandoned.reap();
    let mut shell = shell(command);
    match mode {
        PipeMode::Read => shell.stdout(Stdio::piped()),
        PipeMode::Write => shell.stdin(Stdio::piped()),
    };
    let mut child = shell.spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    Ok(Box::new(Pipe { child: Some(child), input, output, abandoned: abandoned.clone() }))
}

/// As the shell has it: a status of its own, or the signal that ended it.
fn end_of(status: ExitStatus) -> CommandEnd {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return CommandEnd::Signal(signal);
    }
    CommandEnd::Exit(status.code().unwrap_or(1))
}

/// A pipe to a command that runs.
struct Pipe {
    /// None when it has been waited for.
    child: Option<Child>,
    /// One of both is there.
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    abandoned: Abandoned,
}

impl Stream for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.output {
            Some(output) => retry(|| output.read(buffer)),
            None => Err(io::ErrorKind::Unsupported.into()),
        }
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.input {
            Some(input) => input.write_all(bytes),
            None => Err(io::ErrorKind::Unsupported.into()),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::NotSeekable.into())
    }
    fn close(mut self: Box<Self>) -> io::Result<Option<CommandEnd>> {
        (self.input, self.output) = (None, None);
        match self.child.take() {
            Some(mut child) => child.wait().map(|status| Some(end_of(status))),
            None => Ok(None),
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if self.input.take().is_some() {
            // There is nobody left to tell of an error.
            let _ = child.wait();
        } else {
            self.output = None;
            self.abandoned.add(child);
        }
    }
}

//! A host whose standard output is a closure's, and which is another host for all else.

use crate::native::{Buffering, CommandEnd, Host, LocalTime, OpenMode, PipeMode, Stream};
use std::io::{self, SeekFrom};
use std::sync::{Mutex, TryLockError};

/// Takes what is written.
pub(super) type Write = Box<dyn FnMut(&[u8]) + Send>;

pub(super) struct WithOutput {
    host: Box<dyn Host>,
    write: Mutex<Write>,
}

impl WithOutput {
    pub(super) fn new(host: Box<dyn Host>, write: Write) -> WithOutput {
        WithOutput { host, write: Mutex::new(write) }
    }
}

// Every method of the trait, since each has a default.
impl Host for WithOutput {
    fn hash_seed(&self) -> u64 {
        self.host.hash_seed()
    }
    fn random_seed(&self) -> (i64, i64) {
        self.host.random_seed()
    }
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        // The closure may come back here, by a VM that it has got hold of.
        let mut write = match self.write.try_lock() {
            Ok(write) => write,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
        };
        write(bytes);
        Ok(())
    }
    fn flush_output(&self) -> io::Result<()> {
        Ok(())
    }
    fn buffer_output(&self, buffering: Buffering) -> io::Result<()> {
        let _ = buffering;
        Ok(())
    }
    fn seek_output(&self, to: SeekFrom) -> io::Result<u64> {
        let _ = to;
        Err(io::ErrorKind::NotSeekable.into())
    }
    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        self.host.write_error(bytes)
    }
    fn seek_error(&self, to: SeekFrom) -> io::Result<u64> {
        self.host.seek_error(to)
    }
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.host.read_input(buffer)
    }
    fn seek_input(&self, to: SeekFrom) -> io::Result<u64> {
        self.host.seek_input(to)
    }
    fn now(&self) -> Option<(i64, u32)> {
        self.host.now()
    }
    fn cpu_time(&self) -> Option<f64> {
        self.host.cpu_time()
    }
    fn local_time(&self, seconds: i64) -> LocalTime {
        self.host.local_time(seconds)
    }
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.host.environment(name)
    }
    fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        self.host.open(path, mode)
    }
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        self.host.remove(path)
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> io::Result<()> {
        self.host.rename(from, to)
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        self.host.temporary_name()
    }
    fn temporary_file(&self) -> io::Result<Box<dyn Stream>> {
        self.host.temporary_file()
    }
    fn has_shell(&self) -> bool {
        self.host.has_shell()
    }
    fn execute(&self, command: &[u8]) -> io::Result<CommandEnd> {
        self.host.execute(command)
    }
    fn popen(&self, command: &[u8], mode: PipeMode) -> io::Result<Box<dyn Stream>> {
        self.host.popen(command, mode)
    }
    fn exit(&self, status: i32) -> io::Result<()> {
        self.host.exit(status)
    }
}

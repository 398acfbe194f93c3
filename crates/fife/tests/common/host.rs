//! The host of tests that run scripts: the system without input, with everything fixed that changes from run to run.

use fife::{CommandEnd, Host, OpenMode, PipeMode, Stream};
use fife_system::SystemHost;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What scripts write goes to `output`.
pub(crate) struct TestHost<F> {
    pub(crate) system: SystemHost,
    pub(crate) output: F,
    pub(crate) has_exited: Arc<AtomicBool>,
}

impl<F: Fn(&[u8]) + Send> Host for TestHost<F> {
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        (self.output)(bytes);
        Ok(())
    }
    fn write_error(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn read_input(&self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
    fn now(&self) -> Option<(i64, u32)> {
        self.system.now()
    }
    fn cpu_time(&self) -> Option<f64> {
        self.system.cpu_time()
    }
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        if name.starts_with(b"LUA_") { None } else { self.system.environment(name) }
    }
    fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        self.system.open(path, mode)
    }
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        self.system.remove(path)
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> io::Result<()> {
        self.system.rename(from, to)
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        self.system.temporary_name()
    }
    fn has_shell(&self) -> bool {
        self.system.has_shell()
    }
    fn execute(&self, command: &[u8]) -> io::Result<CommandEnd> {
        self.system.execute(command)
    }
    fn popen(&self, command: &[u8], mode: PipeMode) -> io::Result<Box<dyn Stream>> {
        self.system.popen(command, mode)
    }
    fn exit(&self, _: i32) -> io::Result<()> {
        self.has_exited.store(true, Ordering::Relaxed);
        Ok(())
    }
}

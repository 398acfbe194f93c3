//! The outside of the programs: files in memory, a clock that stands, and nothing else.

use fife::{Host, OpenMode, Stream};
use std::collections::BTreeMap;
use std::io::{self, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// The most bytes of a file: writing more fails, as on a full disk.
const FILE_MAX: usize = 64 << 10;

/// Files by name, shared by the host and its streams.
type Files = Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>;

/// What the programs know of the outside.
#[derive(Clone)]
pub struct Outside {
    files: Files,
    /// Set by `os.exit`.
    pub has_exited: Arc<AtomicBool>,
}

impl Outside {
    /// With some files to read and to load.
    pub fn new() -> Outside {
        let file = |name: &str, text: &str| (name.as_bytes().to_vec(), text.as_bytes().to_vec());
        let files = [
            file("lines", &"first 1\nsecond 2.5\n\n0x1F word -7e2 rest\n".repeat(12)),
            file("./source.lua", "local name = ... return function(...) return name, ... end"),
            file("source.lua", "local p, q = ... return {p, q}, ..."),
            file("yields.lua", "if coroutine.isyieldable() then return coroutine.yield(1) end return 2"),
        ];
        Outside { files: Arc::new(Mutex::new(BTreeMap::from(files))), has_exited: Arc::default() }
    }
}

impl Host for Outside {
    fn write_output(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn write_error(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(5);
        buffer[..length].copy_from_slice(&b"in 3\n"[..length]);
        Ok(length)
    }
    fn now(&self) -> Option<(i64, u32)> {
        Some((1_000_000_000, 0))
    }
    fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        let mut files = self.files.lock().expect("nothing panics while it is locked");
        if !files.contains_key(path) && (!mode.create || files.len() > 20) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = files.entry(path.to_vec()).or_default();
        if mode.truncate {
            file.clear();
        }
        Ok(Box::new(Open { files: self.files.clone(), name: path.to_vec(), at: 0, append: mode.append }))
    }
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        let mut files = self.files.lock().expect("nothing panics while it is locked");
        files.remove(path).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        let mut files = self.files.lock().expect("nothing panics while it is locked");
        files.insert(b"temporary".to_vec(), Vec::new());
        Ok(b"temporary".to_vec())
    }
    fn exit(&self, _: i32) -> io::Result<()> {
        self.has_exited.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// An open file. One that is removed is empty.
struct Open {
    files: Files,
    name: Vec<u8>,
    at: usize,
    append: bool,
}

impl Open {
    fn with<T>(&mut self, with: impl FnOnce(&mut Vec<u8>, &mut usize) -> io::Result<T>) -> io::Result<T> {
        let mut files = self.files.lock().expect("nothing panics while it is locked");
        with(files.entry(self.name.clone()).or_default(), &mut self.at)
    }
}

impl Stream for Open {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.with(|file, at| {
            // Short pieces: what reads them has to go on.
            let rest = file.get(*at..).unwrap_or_default();
            let length = rest.len().min(buffer.len()).min(23);
            buffer[..length].copy_from_slice(&rest[..length]);
            *at += length;
            Ok(length)
        })
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let append = self.append;
        self.with(|file, at| {
            if append {
                *at = file.len();
            }
            if at.saturating_add(bytes.len()) > FILE_MAX {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let end = *at + bytes.len();
            file.resize(file.len().max(end), 0);
            file[*at..end].copy_from_slice(bytes);
            *at = end;
            Ok(())
        })
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.with(|file, at| {
            let target = match to {
                SeekFrom::Start(from) => i64::try_from(from).ok(),
                SeekFrom::End(from) => i64::try_from(file.len()).ok().and_then(|end| end.checked_add(from)),
                SeekFrom::Current(from) => i64::try_from(*at).ok().and_then(|now| now.checked_add(from)),
            };
            let target = target.and_then(|it| usize::try_from(it).ok()).ok_or(io::ErrorKind::InvalidInput)?;
            *at = target;
            Ok(target as u64)
        })
    }
}

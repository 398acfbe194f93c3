//! The operating system as a host, by Rust's standard library alone.
//!
//! Standard output is buffered here and not in Rust's own handle, which would flush at each line: the buffer is
//! handed on when full, at each line on a terminal, before anything is read from standard input or written to the error
//! output, when asked, and when the host is dropped with its VM. PUC-Rio Lua's `print` flushes each line; who runs a VM
//! should do so after each step instead, which is as good for those who watch and much cheaper.

use crate::command::{self, Abandoned};
use crate::zone::Zone;
use fife::{Buffering, CommandEnd, Host, LocalTime, OpenMode, PipeMode, Stream};
use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime};

/// How many bytes of output wait for more.
const OUTPUT_BUFFER_BYTES: usize = 32 << 10;

/// The exit status of a program that a broken pipe ended, as shells report it: 128 and the number of the signal.
const BROKEN_PIPE_STATUS: i32 = 128 + 13;

/// The operating system, by the standard library.
///
/// A write to a standard output that nobody reads any more ends a C program by a signal; here it makes an
/// [`ExitRequest`], which whoever runs the VM should follow.
///
/// ```
/// use fife::{Fuel, Libraries, Lua, Stepped};
/// use fife_system::SystemHost;
///
/// let host = SystemHost::new();
/// let exit = host.exit_request();
/// let mut lua = Lua::builder().host(host).libraries(Libraries::ALL).build()?;
/// let task = lua.load("io.write('the year is ', os.date('%Y'), '\\n') os.exit(3)").start(())?;
/// while exit.status().is_none() {
///     match lua.step(&task, &mut Fuel::with(10_000)) {
///         Stepped::Finished => break,
///         Stepped::Failed => return task.results(&lua),
///         _ => {}
///     }
/// }
/// assert_eq!(exit.status(), Some(3));
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Debug)]
pub struct SystemHost {
    output: RefCell<Output>,
    input: RefCell<Standard>,
    zone: OnceCell<Zone>,
    start: Instant,
    cpu_clock: Option<fn() -> f64>,
    input_wait: Option<fn() -> io::Result<()>>,
    random: RandomState,
    random_count: Cell<u64>,
    hash_seed: Option<u64>,
    exit: ExitRequest,
    abandoned: Abandoned,
}

/// Tells whether a script asked to end the program. Clones tell the same.
#[derive(Clone, Debug)]
pub struct ExitRequest(Arc<AtomicI64>);

impl ExitRequest {
    const NONE: i64 = i64::MAX;

    /// The exit status that was asked for, if any.
    pub fn status(&self) -> Option<i32> {
        i32::try_from(self.0.load(Ordering::Relaxed)).ok()
    }

    fn set(&self, status: i32) {
        self.0.store(status.into(), Ordering::Relaxed);
    }
}

impl SystemHost {
    /// The operating system.
    pub fn new() -> SystemHost {
        let buffering = if io::stdout().is_terminal() { Buffering::Line } else { Buffering::Full };
        SystemHost {
            output: RefCell::new(Output { raw: Standard::of(&io::stdout()), waiting: Vec::new(), buffering }),
            input: RefCell::new(Standard::of(&io::stdin())),
            zone: OnceCell::new(),
            start: Instant::now(),
            cpu_clock: None,
            input_wait: None,
            random: RandomState::new(),
            random_count: Cell::new(0),
            hash_seed: None,
            exit: ExitRequest(Arc::new(AtomicI64::new(ExitRequest::NONE))),
            abandoned: Abandoned::default(),
        }
    }

    /// Sets what `os.clock` reads, in seconds. Rust's standard library knows no CPU time; without this it is the time
    /// since the host was made.
    pub fn with_cpu_clock(mut self, clock: fn() -> f64) -> SystemHost {
        self.cpu_clock = Some(clock);
        self
    }

    /// Sets the function that waits for standard input before it is read. A signal does not interrupt the read itself;
    /// one that arrives during this wait can end the step with an error of the kind
    /// [`Interrupted`](io::ErrorKind::Interrupted).
    pub fn with_input_wait(mut self, wait: fn() -> io::Result<()>) -> SystemHost {
        self.input_wait = Some(wait);
        self
    }

    /// Sets the seed of string hashes, which is otherwise another one in each process. With a fixed one a program
    /// repeats exactly, and who knows it can make keys collide.
    pub fn with_hash_seed(mut self, seed: u64) -> SystemHost {
        self.hash_seed = Some(seed);
        self
    }

    /// Where to look, after each step, whether the program is to end.
    pub fn exit_request(&self) -> ExitRequest {
        self.exit.clone()
    }

    /// Another number that nobody can foretell.
    fn random(&self) -> u64 {
        let count = self.random_count.get();
        self.random_count.set(count.wrapping_add(1));
        self.random.hash_one(count)
    }

    fn written(&self, result: io::Result<()>) -> io::Result<()> {
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.exit.set(BROKEN_PIPE_STATUS);
        }
        result
    }
}

impl Default for SystemHost {
    fn default() -> SystemHost {
        SystemHost::new()
    }
}

impl Drop for SystemHost {
    fn drop(&mut self) {
        // There is nobody left to tell of an error.
        let _ = self.flush_output();
    }
}

impl Host for SystemHost {
    fn hash_seed(&self) -> u64 {
        self.hash_seed.unwrap_or_else(|| self.random())
    }
    fn random_seed(&self) -> (i64, i64) {
        (self.random() as i64, self.random() as i64)
    }
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        let result = self.output.borrow_mut().write(bytes);
        self.written(result)
    }
    fn flush_output(&self) -> io::Result<()> {
        let result = self.output.borrow_mut().flush();
        self.written(result)
    }
    fn buffer_output(&self, buffering: Buffering) -> io::Result<()> {
        self.output.borrow_mut().buffering = buffering;
        self.flush_output()
    }
    fn seek_output(&self, to: SeekFrom) -> io::Result<u64> {
        let mut output = self.output.borrow_mut();
        output.flush()?;
        output.raw.seek(to)
    }
    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        // Where both go to one place, they are to be read in the order in which they were written.
        let _ = self.flush_output();
        io::stderr().write_all(bytes)
    }
    fn seek_error(&self, to: SeekFrom) -> io::Result<u64> {
        Standard::of(&io::stderr()).seek(to)
    }
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        // Whoever is to answer must see the question.
        let _ = self.flush_output();
        self.input_wait.map_or(Ok(()), |wait| wait())?;
        self.input.borrow_mut().read(buffer)
    }
    fn seek_input(&self, to: SeekFrom) -> io::Result<u64> {
        self.input.borrow_mut().seek(to)
    }
    fn now(&self) -> Option<(i64, u32)> {
        match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => Some((i64::try_from(since.as_secs()).ok()?, since.subsec_nanos())),
            Err(before) => {
                // Clocks set to before 1970: whole seconds are rounded down.
                let before = before.duration();
                let seconds = i64::try_from(before.as_secs()).ok()?;
                match before.subsec_nanos() {
                    0 => Some((-seconds, 0)),
                    nanoseconds => Some((-seconds - 1, 1_000_000_000 - nanoseconds)),
                }
            }
        }
    }
    fn cpu_time(&self) -> Option<f64> {
        match self.cpu_clock {
            Some(clock) => Some(clock()),
            None => Some(self.start.elapsed().as_secs_f64()),
        }
    }
    fn local_time(&self, seconds: i64) -> LocalTime {
        let zone = self.zone.get_or_init(|| {
            let setting = self.environment(b"TZ");
            Zone::find(setting.as_deref(), |path| read_limited(path.as_ref(), ZONE_FILE_BYTES_MAX))
        });
        zone.at(seconds)
    }
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        if name.is_empty() || name.contains(&b'=') || name.contains(&0) {
            return None;
        }
        std::env::var_os(system_name(name).ok()?).map(|value| value.into_encoded_bytes())
    }
    fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        let mut file = OpenOptions::new()
            .read(mode.read)
            .write(mode.write && !mode.append)
            .append(mode.append)
            .truncate(mode.truncate)
            .create(mode.create)
            .open(system_path(path)?)?;
        if mode.append && !mode.read {
            // As C: the position is where the next byte goes. What has no positions needs none.
            let _ = file.seek(SeekFrom::End(0));
        }
        Ok(Box::new(OpenFile(file)))
    }
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        let path = system_path(path)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => fs::remove_dir(path),
            result => result,
        }
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> io::Result<()> {
        fs::rename(system_path(from)?, system_path(to)?)
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        const ATTEMPTS: usize = 100;
        const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let folder = std::env::temp_dir();
        for _ in 0..ATTEMPTS {
            let mut random = self.random();
            let mut name = "lua_".to_owned();
            for _ in 0..8 {
                name.push(char::from(LETTERS[(random % 32) as usize]));
                random /= 32;
            }
            let path = folder.join(name);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(_) => return Ok(path.into_os_string().into_encoded_bytes()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
    fn has_shell(&self) -> bool {
        command::has_shell()
    }
    fn execute(&self, command: &[u8]) -> io::Result<CommandEnd> {
        // What both write is to be read in this order.
        let _ = self.flush_output();
        command::execute(system_name(command)?)
    }
    fn popen(&self, command: &[u8], mode: PipeMode) -> io::Result<Box<dyn Stream>> {
        let _ = self.flush_output();
        command::popen(system_name(command)?, mode, &self.abandoned)
    }
    fn exit(&self, status: i32) -> io::Result<()> {
        self.exit.set(status);
        Ok(())
    }
}

/// Files of time zones have some kilobytes; one of the environment's choice may be anything.
const ZONE_FILE_BYTES_MAX: u64 = 1 << 20;

fn read_limited(path: &Path, bytes_max: u64) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let mut content = Vec::new();
    file.metadata().ok()?.is_file().then_some(())?;
    file.take(bytes_max).read_to_end(&mut content).ok()?;
    Some(content)
}

/// Standard output with what was written to it and not yet handed on.
#[derive(Debug)]
struct Output {
    raw: Standard,
    waiting: Vec<u8>,
    buffering: Buffering,
}

impl Output {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.waiting.len() + bytes.len() > OUTPUT_BUFFER_BYTES {
            self.flush()?;
        }
        if bytes.len() >= OUTPUT_BUFFER_BYTES {
            return self.hand_on(bytes);
        }
        self.waiting.extend_from_slice(bytes);
        match self.buffering {
            Buffering::Full => Ok(()),
            Buffering::Line if !bytes.contains(&b'\n') => Ok(()),
            Buffering::Line | Buffering::None => self.flush(),
        }
    }

    /// Hands on what waits. What can not be written is dropped, as in C: the error is reported once.
    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        let result = self.hand_on(&waiting);
        waiting.clear();
        self.waiting = waiting;
        result
    }

    fn hand_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.raw.write(bytes)
    }
}

/// A standard stream. Where the system allows it is a file of its own for the same thing, so that nothing lies in a
/// buffer of Rust's that seeking does not know of.
#[derive(Debug)]
enum Standard {
    #[cfg_attr(not(unix), expect(dead_code, reason = "only made where the system allows it"))]
    File(OpenFile),
    /// Rust's own handle.
    Shared,
}

impl Standard {
    #[cfg(unix)]
    fn of(stream: &impl std::os::fd::AsFd) -> Standard {
        let descriptor = stream.as_fd().try_clone_to_owned();
        descriptor.map_or(Standard::Shared, |descriptor| Standard::File(OpenFile(descriptor.into())))
    }

    #[cfg(not(unix))]
    fn of<T>(_: &T) -> Standard {
        Standard::Shared
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Standard::File(file) => file.read(buffer),
            Standard::Shared => retry(|| io::stdin().read(buffer)),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Standard::File(file) => file.write(bytes),
            Standard::Shared => {
                let mut output = io::stdout().lock();
                output.write_all(bytes)?;
                output.flush()
            }
        }
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Standard::File(file) => file.seek(to),
            Standard::Shared => Err(io::ErrorKind::NotSeekable.into()),
        }
    }
}

/// A file, in a type of this crate: `Stream` and `File` both belong to others.
#[derive(Debug)]
struct OpenFile(File);

impl Stream for OpenFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        retry(|| self.0.read(buffer))
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// Reads again when a signal came between.
pub(crate) fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The system's view of a name that is bytes.
#[cfg(unix)]
fn system_name(name: &[u8]) -> io::Result<&OsStr> {
    Ok(std::os::unix::ffi::OsStrExt::from_bytes(name))
}

/// The system's view of a name that is bytes: names are Unicode here.
#[cfg(not(unix))]
fn system_name(name: &[u8]) -> io::Result<&OsStr> {
    std::str::from_utf8(name).map(OsStr::new).map_err(|_| io::ErrorKind::InvalidInput.into())
}

fn system_path(path: &[u8]) -> io::Result<&Path> {
    system_name(path).map(Path::new)
}

//! [`Host`], the trait through which scripts reach the outside world.
//!
//! [`NoHost`] allows nothing. The operating system is `SystemHost`, in the crate `fife-system`; this crate reaches
//! nothing outside. Paths, names and text are bytes, as in Lua.

use std::io::{self, SeekFrom};

/// How a file is to be opened: C's `fopen` modes.
///
/// ```
/// use fife::OpenMode;
///
/// assert_eq!(OpenMode::parse(b"r"), Some(OpenMode::READ));
/// assert!(OpenMode::parse(b"a+b").is_some_and(|mode| mode.read && mode.append));
/// assert_eq!(OpenMode::parse(b"rw"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenMode {
    /// Reading is allowed.
    pub read: bool,
    /// Writing is allowed.
    pub write: bool,
    /// All writing goes to the end.
    pub append: bool,
    /// The file is emptied, or made if it does not exist.
    pub truncate: bool,
    /// The file is made if it does not exist.
    pub create: bool,
}

impl OpenMode {
    /// The mode of `r`: an existing file, to be read.
    pub const READ: OpenMode = OpenMode { read: true, write: false, append: false, truncate: false, create: false };
    /// The mode of `r+`: an existing file, to be read and written.
    pub const UPDATE: OpenMode = OpenMode { write: true, ..OpenMode::READ };
    /// To be written alone, as a pipe to a command is: neither emptied nor made.
    pub const WRITE: OpenMode = OpenMode { read: false, ..OpenMode::UPDATE };

    /// The mode that a string such as `r`, `w+b` or `a` means, if it means one.
    pub fn parse(mode: &[u8]) -> Option<OpenMode> {
        let (first, rest) = mode.split_first()?;
        let (update, rest) = match rest.strip_prefix(b"+") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if rest.iter().any(|&byte| byte != b'b') {
            return None;
        }
        let none = OpenMode { read: false, ..OpenMode::READ };
        match first {
            b'r' => Some(OpenMode { read: true, write: update, ..none }),
            b'w' => Some(OpenMode { read: update, write: true, truncate: true, create: true, ..none }),
            b'a' => Some(OpenMode { read: update, write: true, append: true, create: true, ..none }),
            _ => None,
        }
    }
}

/// When written bytes are passed on: C's `setvbuf` modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffering {
    /// At once.
    None,
    /// When a line is complete.
    Line,
    /// When a buffer is full.
    Full,
}

/// The rules of local time at some moment.
///
/// ```
/// use fife::LocalTime;
///
/// assert_eq!((LocalTime::utc().utc_offset, LocalTime::utc().is_daylight), (0, false));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalTime {
    /// Seconds by which local time is ahead of UTC.
    pub utc_offset: i64,
    /// Whether it is daylight saving time.
    pub is_daylight: bool,
    /// The name of the time zone, such as `CET`; what `%Z` gives.
    pub zone_name: String,
}

impl LocalTime {
    /// Coordinated Universal Time.
    pub fn utc() -> LocalTime {
        LocalTime { utc_offset: 0, is_daylight: false, zone_name: "UTC".to_owned() }
    }
}

/// Which end of a command a pipe is tied to: C's `popen` modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PipeMode {
    /// What the command writes to its standard output is read.
    Read,
    /// What is written is the command's standard input.
    Write,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// By itself, with this exit status; 0 stands for success.
    Exit(i32),
    /// By a signal with this number.
    Signal(i32),
}

/// An open file, or a pipe to a command.
///
/// ```
/// use fife::{Host, Libraries, Lua, OpenMode, Stream};
/// use std::io::{self, Cursor, Read, Seek, SeekFrom};
///
/// /// A file that is read from memory.
/// struct Text(Cursor<&'static [u8]>);
///
/// impl Stream for Text {
///     fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
///         self.0.read(buffer)
///     }
///     fn write(&mut self, _: &[u8]) -> io::Result<()> {
///         Err(io::ErrorKind::PermissionDenied.into())
///     }
///     fn flush(&mut self) -> io::Result<()> {
///         Ok(())
///     }
///     fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
///         self.0.seek(to)
///     }
/// }
///
/// /// A host with one file.
/// struct OneFile;
///
/// impl Host for OneFile {
///     fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
///         match path {
///             b"motd" if mode == OpenMode::READ => Ok(Box::new(Text(Cursor::new(b"hello\nyou\n")))),
///             _ => Err(io::ErrorKind::NotFound.into()),
///         }
///     }
/// }
///
/// let mut lua = Lua::builder().host(OneFile).libraries(Libraries::SANDBOX | Libraries::IO).build()?;
/// assert_eq!(lua.load("return io.open('motd'):read('l')").eval::<String>()?, "hello");
/// let message: String = lua.load("return select(2, io.open('secrets'))").eval()?;
/// assert_eq!(message, "secrets: No such file or directory");
/// # Ok::<(), fife::Error>(())
/// ```
pub trait Stream: Send {
    /// Reads some bytes; 0 at the end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes all bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Hands written bytes on.
    fn flush(&mut self) -> io::Result<()>;
    /// Moves to another position and returns it.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64>;
    /// Closes it, as dropping it would. A pipe waits for its command, and answers how that ended.
    fn close(self: Box<Self>) -> io::Result<Option<CommandEnd>> {
        Ok(None)
    }
}

/// The outside of a VM. Every method has a default that allows nothing. A method may block; fuel does not bound it.
///
/// ```
/// use fife::{Host, Limits, Lua};
/// use std::io;
/// use std::sync::{Arc, Mutex};
///
/// /// Keeps what scripts print.
/// #[derive(Clone, Default)]
/// struct Printed(Arc<Mutex<Vec<u8>>>);
///
/// impl Host for Printed {
///     fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
///         self.0.lock().unwrap().extend_from_slice(bytes);
///         Ok(())
///     }
/// }
///
/// let printed = Printed::default();
/// let mut lua = Lua::builder().host(printed.clone()).limits(Limits::untrusted()).build()?;
/// lua.load("print('hello', 6 * 7)").exec()?;
/// assert_eq!(*printed.0.lock().unwrap(), b"hello\t42\n");
/// # Ok::<(), fife::Error>(())
/// ```
pub trait Host: Send {
    /// The seed of string hashes. With the same seed a program gives the same results, including the order of `pairs`.
    /// Anyone who knows it can choose strings that collide; the default is always the same.
    fn hash_seed(&self) -> u64 {
        0x6669_6665
    }
    /// Entropy for `math.random`, when it is seeded without numbers. The default is always the same.
    fn random_seed(&self) -> (i64, i64) {
        (0x6669_6665, 0)
    }
    /// Writes to the standard output: what `print` and `io.write` do. The host keeps the buffer, so that both share it.
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        let _ = bytes;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Hands standard output on.
    fn flush_output(&self) -> io::Result<()> {
        Ok(())
    }
    /// Says when standard output is handed on: `io.stdout:setvbuf`.
    fn buffer_output(&self, buffering: Buffering) -> io::Result<()> {
        let _ = buffering;
        Ok(())
    }
    /// Moves the position of standard output and returns it. What was written must be handed on before.
    fn seek_output(&self, to: SeekFrom) -> io::Result<u64> {
        let _ = to;
        Err(io::ErrorKind::NotSeekable.into())
    }
    /// Writes to the standard error output.
    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        let _ = bytes;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Moves the position of the standard error output and returns it.
    fn seek_error(&self, to: SeekFrom) -> io::Result<u64> {
        let _ = to;
        Err(io::ErrorKind::NotSeekable.into())
    }
    /// Reads some bytes from the standard input; 0 at the end. Standard output should be handed on first. After an
    /// error of the kind [`Interrupted`](io::ErrorKind::Interrupted) the step ends, and the script reads on in the next
    /// one.
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let _ = buffer;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Moves the position of standard input and returns it.
    fn seek_input(&self, to: SeekFrom) -> io::Result<u64> {
        let _ = to;
        Err(io::ErrorKind::NotSeekable.into())
    }
    /// Seconds and nanoseconds since 1970, UTC: `os.time` and `os.date`. On targets without a monotonic clock also the
    /// clock of [`Limits::deadline`](crate::Limits::deadline): when it is set back, a deadline comes later.
    fn now(&self) -> Option<(i64, u32)> {
        None
    }
    /// CPU time the program has used, in seconds.
    fn cpu_time(&self) -> Option<f64> {
        None
    }
    /// The rules of local time at a moment, in seconds since 1970 (UTC).
    fn local_time(&self, seconds: i64) -> LocalTime {
        let _ = seconds;
        LocalTime::utc()
    }
    /// A variable of the environment.
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        let _ = name;
        None
    }
    /// Opens a file. `dofile`, `loadfile` and `require` read theirs in this way, too.
    fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        let _ = (path, mode);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Removes a file or an empty directory.
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Renames a file.
    fn rename(&self, from: &[u8], to: &[u8]) -> io::Result<()> {
        let _ = (from, to);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Makes an empty file with a name of its own, and returns that.
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Opens a new file that is gone when it is closed, for reading and writing.
    fn temporary_file(&self) -> io::Result<Box<dyn Stream>> {
        let name = self.temporary_name()?;
        let file = self.open(&name, OpenMode { write: true, ..OpenMode::READ })?;
        // An open file without a name goes on to exist; where it does not, it is not removed.
        let _ = self.remove(&name);
        Ok(file)
    }
    /// Whether commands can be run: what `os.execute()` answers.
    fn has_shell(&self) -> bool {
        false
    }
    /// Runs a command of the system's shell and waits for its end: `os.execute`. The step lasts as long.
    fn execute(&self, command: &[u8]) -> io::Result<CommandEnd> {
        let _ = command;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Starts a command of the system's shell with a pipe to it: `io.popen`.
    fn popen(&self, command: &[u8], mode: PipeMode) -> io::Result<Box<dyn Stream>> {
        let _ = (command, mode);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Notes that the program is to end with this exit status, as `os.exit` asks. The script does not go on if this
    /// succeeds: it waits to be dropped, which whoever runs the VM must do.
    fn exit(&self, status: i32) -> io::Result<()> {
        let _ = status;
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A host that allows nothing: what a VM has unless [`Builder::host`](crate::Builder::host) gives it another.
///
/// ```
/// use fife::{Libraries, Lua, NoHost};
///
/// let mut lua = Lua::builder().host(NoHost).libraries(Libraries::SANDBOX | Libraries::OS).build()?;
/// assert_eq!(lua.load("return os.getenv('HOME')").eval::<Option<String>>()?, None);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {}

/// The text and the number of an error of the operating system, as C's `strerror` and `errno` have them: what `io.open`
/// returns to a script. Of an error that a host made itself the number is that of Linux for its kind, and 5 (`EIO`)
/// where there is none.
///
/// ```
/// let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
/// assert_eq!(fife::error_text(&missing), ("No such file or directory".to_owned(), 2));
/// ```
pub fn error_text(error: &io::Error) -> (String, i32) {
    if let Some(code) = error.raw_os_error() {
        // Rust shows the system's own text, and then the number.
        let text = error.to_string();
        let own = text.strip_suffix(&format!(" (os error {code})")).unwrap_or(&text);
        return (own.to_owned(), code);
    }
    // Errors that a host made itself; the numbers are those of Linux.
    match error.kind() {
        io::ErrorKind::NotFound => ("No such file or directory".to_owned(), 2),
        io::ErrorKind::PermissionDenied => ("Permission denied".to_owned(), 13),
        io::ErrorKind::AlreadyExists => ("File exists".to_owned(), 17),
        io::ErrorKind::InvalidInput => ("Invalid argument".to_owned(), 22),
        io::ErrorKind::NotSeekable => ("Illegal seek".to_owned(), 29),
        io::ErrorKind::BrokenPipe => ("Broken pipe".to_owned(), 32),
        io::ErrorKind::Unsupported => ("Operation not supported".to_owned(), 95),
        _ => (error.to_string(), 5),
    }
}

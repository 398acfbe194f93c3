//! The library `io`: files and the standard streams, all through the [`Host`].
//!
//! In reading order: the functions are here; [`file`] is a file with its buffer; [`read`] and [`write`](mod@write) take
//! time in proportion to the amount of data; [`open_files`] knows all files.
//!
//! The functions share a table that scripts cannot see, with the default input, the default output, the metatable of
//! files, and the list of files.

mod file;
mod open_files;
mod read;
mod write;

use super::library::{Library, define};
use crate::error::Error;
use crate::native::{Buffering, Call, CommandEnd, Host, OpenMode, PipeMode, Reply, Stream, error_text};
use crate::object::{Context, Function, HeldBytes, LuaString, Native, Table, UserData, Value};
use crate::semantics::address_text;
use crate::userdata_type;
use fife_arena::{Collect, Gc, OutOfMemory, Static};
use file::{BUFFER_BYTES, File, Standard};
use open_files::OpenFiles;
use read::Purpose;
use std::cell::RefCell;
use std::io::{self, SeekFrom};

/// Keys of the shared table: the default input and output, the metatable of files, and the list of all files.
const INPUT: i64 = 1;
const OUTPUT: i64 = 2;
const METATABLE: i64 = 3;
const FILES: i64 = 4;

/// The registry's key for the standard input, for readers without `io`.
const INPUT_NAME: &str = "fife.stdin";

/// The most formats that `lines` takes, as in PUC-Rio Lua.
const LINES_FORMATS_MAX: usize = 250;

userdata_type! {
    /// Userdata that are files.
    FileType("io.file") for Static<RefCell<File>>;
}

/// The file in a userdata.
#[derive(Clone, Copy, Collect)]
struct FileHandle<'gc>(Gc<'gc, Static<RefCell<File>>>);

impl<'gc> FileHandle<'gc> {
    fn get(self) -> &'gc RefCell<File> {
        &self.0.as_ref().0
    }

    fn of(value: Value<'gc>) -> Option<FileHandle<'gc>> {
        match value {
            Value::UserData(data) => data.downcast::<FileType>().map(FileHandle),
            _ => None,
        }
    }
}

library! {
    /// The functions of `io`. All natives of files have the shared table as an upvalue.
    NATIVES: "io." as "io.";

    PLAIN {
        close("[file]") => close, "50 units.";
        flush("") => flush, "50 units.";
        input("[file]") => input, "Constant, or 100 units to open a file.";
        lines("[filename, ···]") => lines, "Constant, or 100 units to open a file; the iterator as `file:read`.";
        open("filename [, mode]") => open_file, "100 units.";
        output("[file]") => output, "Constant, or 100 units to open a file.";
        popen("prog [, mode]") => popen, "1,000 units.";
        read("···") => read, "10 units, and one for each 16 bytes.";
        tmpfile("") => tmpfile, "100 units.";
        type("obj") => type_of, "Constant.";
        write("···") => write, "5 units, and one for each value and each 16 bytes.";
    }

    /// The iterator of `lines`. Its upvalues: see [`make_iterator`].
    LINES_STEP {
        lines.step as "" => next_line;
    }
}

library! {
    /// The methods of files.
    FILE_NATIVES: "io.file." as "file:";

    METHODS {
        close("") => file_close, "50 units.";
        flush("") => file_flush, "50 units.";
        lines("···") => file_lines, "Constant; the iterator as `file:read`.";
        read("···") => file_read, "10 units, and one for each 16 bytes.";
        seek("[whence [, offset]]") => file_seek, "50 units.";
        setvbuf("mode [, size]") => file_setvbuf, "50 units. The size is the library's own choice.";
        write("···") => file_write, "5 units, and one for each value and each 16 bytes.";
    }

    METAMETHODS {
        __tostring("") => file_tostring, "Constant.";
        __close("") => file_discard, "50 units. Closes the file unless that was done.";
        __gc("") => file_discard, "50 units. Closes the file unless that was done.";
    }
}

/// Sets the global `io`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let shared = ctx.table();
    let own = [Value::Table(shared)];
    let methods = ctx.table();
    define(ctx, methods, &METHODS, &own);

    let metatable = ctx.table();
    metatable.set_field(ctx, "__name", ctx.string("FILE*"));
    metatable.set_field(ctx, "__index", methods);
    define(ctx, metatable, &METAMETHODS, &own);

    let library = ctx.table();
    for (name, which) in [("stdin", Standard::Input), ("stdout", Standard::Output), ("stderr", Standard::ErrorOutput)] {
        let file = make_file(ctx, metatable, File::standard(which));
        library.set_field(ctx, name, file);
        let default = match which {
            Standard::Input => {
                ctx.registry().set_field(ctx, INPUT_NAME, file);
                INPUT
            }
            Standard::Output => OUTPUT,
            Standard::ErrorOutput => continue,
        };
        // Cannot fail: there is memory for the libraries.
        let _ = shared.set(ctx, default, file);
    }
    let _ = shared.set(ctx, METATABLE, metatable);
    let _ = shared.set(ctx, FILES, OpenFiles::list(ctx));
    define(ctx, library, &PLAIN, &own);
    ctx.globals().set_field(ctx, "io", library);
}

fn host<'gc>(call: &Call<'gc, '_>) -> &'gc dyn Host {
    call.ctx().host()
}

fn make_file<'gc>(ctx: Context<'gc>, metatable: Table<'gc>, file: File) -> UserData<'gc> {
    let data = UserData::new::<FileType>(ctx, Gc::new(ctx.mc(), Static(RefCell::new(file))));
    data.set_metatable(ctx.mc(), Some(metatable));
    data
}

// ---- What functions share ----

fn shared<'gc>(call: &Call<'gc, '_>, index: i64) -> Value<'gc> {
    match call.upvalue(0) {
        Value::Table(shared) => shared.get_integer(index),
        _ => Value::Nil,
    }
}

fn set_shared<'gc>(call: &Call<'gc, '_>, index: i64, value: Value<'gc>) -> Result<(), Error<'gc>> {
    match call.upvalue(0) {
        Value::Table(shared) => shared.set(call.ctx(), index, value).map_err(|error| call.failed(error)),
        _ => Ok(()),
    }
}

/// Reads some bytes of the standard input, after what scripts have read; 0 at the end.
pub(super) fn read_input(ctx: Context<'_>, buffer: &mut [u8]) -> io::Result<usize> {
    let Some(file) = FileHandle::of(ctx.registry().get_field(ctx, INPUT_NAME)) else {
        return ctx.host().read_input(buffer);
    };
    let mut file = file.get().borrow_mut();
    file.fill(ctx.host(), buffer.len())?;
    let count = buffer.len().min(file.filled().len());
    buffer[..count].copy_from_slice(&file.filled()[..count]);
    file.take(count);
    Ok(count)
}

/// The argument, which must be a file; it may be closed.
fn any_file<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<FileHandle<'gc>, Error<'gc>> {
    FileHandle::of(call.get(index)).ok_or_else(|| call.type_error(index, "FILE*"))
}

/// The argument, which must be an open file.
fn open_file_argument<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<FileHandle<'gc>, Error<'gc>> {
    let file = any_file(call, index)?;
    check_open(call, file)?;
    Ok(file)
}

fn check_open<'gc>(call: &Call<'gc, '_>, file: FileHandle<'gc>) -> Result<(), Error<'gc>> {
    if file.get().borrow().is_closed() { Err(call.error("attempt to use a closed file")) } else { Ok(()) }
}

/// The default input or output, which must be open.
fn default_file<'gc>(call: &Call<'gc, '_>, which: i64) -> Result<(FileHandle<'gc>, Value<'gc>), Error<'gc>> {
    let value = shared(call, which);
    match FileHandle::of(value) {
        Some(file) if !file.get().borrow().is_closed() => Ok((file, value)),
        _ => {
            let name = if which == INPUT { "input" } else { "output" };
            Err(call.error(format!("default {name} file is closed")))
        }
    }
}

/// The bytes of a path as C sees them: up to the first zero.
pub(super) fn c_text(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

/// The argument as C sees it: up to the first zero. Costs a unit per 64 bytes.
pub(super) fn c_string<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<LuaString<'gc>, Error<'gc>> {
    let string = call.string(index)?;
    let text = c_text(string.as_bytes());
    call.charge(text.len() / 64);
    if text.len() == string.len() {
        return Ok(string);
    }
    call.reserve(text.len())?;
    call.make_string(text)
}

/// The argument as a path, or another string that C sees up to the first zero and that messages may quote. Requests the
/// memory for that.
pub(super) fn quotable<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<&'gc [u8], Error<'gc>> {
    let text = c_text(call.string(index)?.as_bytes());
    call.charge(text.len() / 16);
    call.reserve(3 * text.len())?;
    Ok(text)
}

/// Pushes the values that report a failure of the system: nil, its text (after the path, if there is one), and its
/// number. Returns how many values these are.
fn failed_triple(call: &mut Call<'_, '_>, path: Option<&[u8]>, error: &io::Error) -> usize {
    let (text, code) = error_text(error);
    let mut message = path.map_or_else(Vec::new, |path| [path, b": "].concat());
    message.extend_from_slice(text.as_bytes());
    let message = call.after_effect().failure_text(&message);
    call.push(Value::Nil);
    call.push(message);
    call.push(code);
    3
}

/// Returns true, or the values that report a failure of the system.
pub(super) fn outcome<'gc>(
    call: &mut Call<'gc, '_>,
    path: Option<&[u8]>,
    result: io::Result<()>,
) -> Result<Reply, Error<'gc>> {
    match result {
        Ok(()) => call.one(true),
        Err(error) => {
            let count = failed_triple(call, path, &error);
            call.values(count)
        }
    }
}

/// Returns how a command ended, or the values that report a failure of the system.
pub(super) fn command_outcome<'gc>(
    call: &mut Call<'gc, '_>,
    result: io::Result<CommandEnd>,
) -> Result<Reply, Error<'gc>> {
    let (succeeded, how, status) = match result {
        Ok(CommandEnd::Exit(status)) => (status == 0, "exit", status),
        Ok(CommandEnd::Signal(signal)) => (false, "signal", signal),
        Err(error) => return outcome(call, None, Err(error)),
    };
    let how = call.ctx().string(how);
    call.push(if succeeded { Value::Boolean(true) } else { Value::Nil });
    call.push(how);
    call.push(status);
    call.values(3)
}

/// Opens a file by asking the host. Costs 100 units, for the system's work.
fn open_stream<'gc>(
    call: &Call<'gc, '_>,
    mode: OpenMode,
    open: impl FnOnce(&dyn Host) -> io::Result<Box<dyn Stream>>,
) -> Result<io::Result<UserData<'gc>>, Error<'gc>> {
    call.charge(100);
    // Before the file is made or emptied.
    call.reserve(2 * BUFFER_BYTES)?;
    let ctx = call.ctx();
    let held = HeldBytes::take(ctx, BUFFER_BYTES + OpenFiles::ENTRY_BYTES).map_err(|OutOfMemory| call.refused())?;
    let data = call.make_userdata::<FileType>(Static(RefCell::new(File::to_open(mode.read, mode.write, held))))?;
    if let Value::Table(metatable) = shared(call, METATABLE) {
        data.set_metatable(ctx.mc(), Some(metatable));
    }
    Ok(open(host(call)).map(|stream| {
        if let Some(file) = FileHandle::of(data.into()) {
            file.get().borrow_mut().open(stream);
            OpenFiles::add(ctx, shared(call, FILES), file);
        }
        data
    }))
}

/// Opens a file whose absence is an error.
fn open_or_fail<'gc>(call: &Call<'gc, '_>, index: usize, mode: OpenMode) -> Result<UserData<'gc>, Error<'gc>> {
    let path = quotable(call, index)?;
    open_stream(call, mode, |host| host.open(path, mode))?.map_err(|error| {
        let mut message = b"cannot open file '".to_vec();
        message.extend_from_slice(path);
        message.extend_from_slice(format!("' ({})", error_text(&error).0).as_bytes());
        call.error(message)
    })
}

// ---- Functions of the library ----

/// `io.open`
fn open_file<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let path = quotable(call, 0)?;
    let mode = match call.string_or_none(1)? {
        None => OpenMode::READ,
        Some(mode) => OpenMode::parse(c_text(mode.as_bytes())).ok_or_else(|| call.argument_error(1, "invalid mode"))?,
    };
    match open_stream(call, mode, |host| host.open(path, mode))? {
        Ok(file) => call.one(file),
        Err(error) => {
            let count = failed_triple(call, Some(path), &error);
            call.values(count)
        }
    }
}

/// `io.close`
fn close<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.is_none(0) {
        call.push(shared(call, OUTPUT));
    }
    file_close(call)
}

/// `io.flush`
fn flush<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (file, _) = default_file(call, OUTPUT)?;
    flush_file(call, file)
}

/// `io.input`
fn input<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    set_default(call, INPUT, b"r")
}

/// `io.output`
fn output<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    set_default(call, OUTPUT, b"w")
}

fn set_default<'gc>(call: &mut Call<'gc, '_>, which: i64, mode: &[u8]) -> Result<Reply, Error<'gc>> {
    if !call.is_none_or_nil(0) {
        let file = match (call.get(0), OpenMode::parse(mode)) {
            (Value::String(_) | Value::Integer(_) | Value::Number(_), Some(mode)) => {
                open_or_fail(call, 0, mode)?.into()
            }
            (given, _) => {
                open_file_argument(call, 0)?;
                given
            }
        };
        set_shared(call, which, file)?;
    }
    let current = shared(call, which);
    call.one(current)
}

/// `io.lines`
fn lines<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.is_none_or_nil(0) {
        let value = shared(call, INPUT);
        let file = FileHandle::of(value).ok_or_else(|| call.type_error(0, "FILE*"))?;
        check_open(call, file)?;
        let iterator = make_iterator(call, value, false)?;
        return call.one(iterator);
    }
    call.string(0)?;
    // The file is opened last, so that a refusal before does not open it in vain.
    let iterator = make_iterator(call, Value::Nil, true)?;
    let file = Value::UserData(open_or_fail(call, 0, OpenMode::READ)?);
    iterator.set_native_upvalue(call.ctx(), 0, file);
    // The generic `for` closes its fourth value.
    call.all([iterator.into(), Value::Nil, Value::Nil, file])
}

/// Makes the iterator of `lines`. Upvalues: the file, whether to close it, the formats.
fn make_iterator<'gc>(call: &Call<'gc, '_>, file: Value<'gc>, closes: bool) -> Result<Function<'gc>, Error<'gc>> {
    let formats = 1..call.len().max(1);
    if formats.len() > LINES_FORMATS_MAX {
        return Err(call.argument_error(LINES_FORMATS_MAX + 1, "too many arguments"));
    }
    let mut upvalues = vec![file, Value::Boolean(closes)];
    upvalues.extend(formats.map(|index| call.get(index)));
    call.charge(upvalues.len());
    call.make_function(&LINES_STEP[0], &upvalues)
}

/// The iterator of `lines`. As `file:read`.
fn next_line<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let Some(file) = FileHandle::of(call.upvalue(0)) else { return call.nothing() };
    if file.get().borrow().is_closed() {
        return Err(call.error("file is already closed"));
    }
    let closes = call.upvalue(1).to_bool();
    // The first value of the window is ignored. Messages number the formats from 2, as in PUC-Rio Lua.
    call.truncate(1);
    if call.is_none(0) {
        call.push(Value::Nil);
    }
    let formats = call.upvalue_count().saturating_sub(2);
    call.reserve_values(formats)?;
    for index in 0..formats {
        let format = call.upvalue(2 + index);
        call.push(format);
    }
    read::read(call, file, 1, Purpose::Iterate { closes })
}

/// `io.popen`
fn popen<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let command = quotable(call, 0)?;
    let (pipe_mode, mode) = match call.string_or_none(1)?.map(|mode| c_text(mode.as_bytes())) {
        None | Some(b"r") => (PipeMode::Read, OpenMode::READ),
        Some(b"w") => (PipeMode::Write, OpenMode::WRITE),
        Some(_) => return Err(call.argument_error(1, "invalid mode")),
    };
    call.charge(900);
    let opened = open_stream(call, mode, |host| {
        // As in C, buffered output reaches the files before the command runs.
        OpenFiles::flush_all(call, shared(call, FILES));
        host.popen(command, pipe_mode)
    })?;
    match opened {
        Ok(file) => call.one(file),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Err(call.error("'popen' not supported")),
        Err(error) => {
            let count = failed_triple(call, Some(command), &error);
            call.values(count)
        }
    }
}

/// `io.read`
fn read<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (file, _) = default_file(call, INPUT)?;
    read::read(call, file, 0, Purpose::Read)
}

/// `io.tmpfile`
fn tmpfile<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    match open_stream(call, OpenMode::UPDATE, |host| host.temporary_file())? {
        Ok(file) => call.one(file),
        Err(error) => {
            let count = failed_triple(call, None, &error);
            call.values(count)
        }
    }
}

/// `io.type`
fn type_of<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = match FileHandle::of(call.any(0)?) {
        None => return call.one(Value::Nil),
        Some(file) if file.get().borrow().is_closed() => "closed file",
        Some(_) => "file",
    };
    let name = call.make_string(name.as_bytes())?;
    call.one(name)
}

/// `io.write`
fn write<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (file, value) = default_file(call, OUTPUT)?;
    write::write(call, file, value, 0)
}

// ---- Methods of files ----

/// `file:close`
fn file_close<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = open_file_argument(call, 0)?;
    close_file(call, file)
}

fn close_file<'gc>(call: &mut Call<'gc, '_>, file: FileHandle<'gc>) -> Result<Reply, Error<'gc>> {
    call.charge(50);
    if file.get().borrow().is_standard() {
        let message = call.make_string(b"cannot close standard file")?;
        return call.all([Value::Nil, message.into()]);
    }
    let closed = file.get().borrow_mut().close(host(call));
    match closed {
        Ok(None) => call.one(true),
        Ok(Some(end)) => command_outcome(call, Ok(end)),
        Err(error) => outcome(call, None, Err(error)),
    }
}

/// `file:__close`, `file:__gc`
fn file_discard<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = any_file(call, 0)?;
    let mut opened = file.get().borrow_mut();
    if !opened.is_closed() && !opened.is_standard() {
        call.charge(50);
        // The result is not used.
        let _ = opened.close(host(call));
    }
    call.nothing()
}

/// `file:flush`
fn file_flush<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = open_file_argument(call, 0)?;
    flush_file(call, file)
}

fn flush_file<'gc>(call: &mut Call<'gc, '_>, file: FileHandle<'gc>) -> Result<Reply, Error<'gc>> {
    call.charge(50);
    let result = file.get().borrow_mut().flush(host(call));
    outcome(call, None, result)
}

/// `file:lines`
fn file_lines<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    open_file_argument(call, 0)?;
    let iterator = make_iterator(call, call.get(0), false)?;
    call.one(iterator)
}

/// `file:read`
fn file_read<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = open_file_argument(call, 0)?;
    read::read(call, file, 1, Purpose::Read)
}

/// `file:seek`
fn file_seek<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = open_file_argument(call, 0)?;
    let whence = call.option(1, Some("cur"), &["set", "cur", "end"])?;
    let offset = call.integer_or(2, 0)?;
    call.charge(50);
    let position = match (whence, u64::try_from(offset)) {
        (0, Err(_)) => Err(io::ErrorKind::InvalidInput.into()),
        (0, Ok(offset)) => file.get().borrow_mut().seek(host(call), SeekFrom::Start(offset)),
        (1, _) => file.get().borrow_mut().seek(host(call), SeekFrom::Current(offset)),
        _ => file.get().borrow_mut().seek(host(call), SeekFrom::End(offset)),
    };
    match position {
        Ok(position) => call.one(position as i64),
        Err(error) => {
            let count = failed_triple(call, None, &error);
            call.values(count)
        }
    }
}

/// `file:setvbuf`
fn file_setvbuf<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = open_file_argument(call, 0)?;
    let mode = call.option(1, None, &["no", "full", "line"])?;
    call.integer_or(2, 0)?;
    call.charge(50);
    let mode = [Buffering::None, Buffering::Full, Buffering::Line][mode];
    let result = file.get().borrow_mut().set_buffering(host(call), mode);
    outcome(call, None, result)
}

/// `file:write`
fn file_write<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = open_file_argument(call, 0)?;
    write::write(call, file, call.get(0), 1)
}

/// `file:__tostring`
fn file_tostring<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let file = any_file(call, 0)?;
    let text = if file.get().borrow().is_closed() {
        "file (closed)".to_owned()
    } else {
        format!("file ({})", address_text(call.ctx(), call.get(0)))
    };
    let text = call.make_string(text.as_bytes())?;
    call.one(text)
}

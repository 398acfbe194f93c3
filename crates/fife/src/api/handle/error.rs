//! The error of everything that a host does with a VM.
//!
//! One type, one word in size. It says which [`ErrorKind`] it is, what its message is, where in Lua code it happened,
//! and which error of Rust caused it. An error that a host function returns travels through Lua as an object, and stays
//! the same error of Rust where it comes out, even if a script catches it and raises it again.

use super::userdata::raise_borrow;
use super::{FromLua, IntoLua, Value};
use crate::error::ErrorKind;
use crate::native::{Call, Reply};
use crate::object::{
    self as gc, Context, FrameInfo, Function, HeldBytes, Native, Note, SourcePosition, TableError, UserData,
    draws_on_reserve,
};
use crate::userdata_type;
use fife_arena::{Gc, OutOfMemory, Static};
use fife_bytecode::number;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The result of what a host does with a VM: [`std::result::Result`] with [`Error`] as its default error type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of Rust, shared with the objects that stand for it in a VM.
type Source = Arc<dyn StdError + Send + Sync>;

/// Why something that a host did with a VM failed: a script raised an error, a limit was reached, a value had the wrong
/// type.
///
/// It can be formatted in three ways. `{}` is the message alone, `{:#}` adds the messages of its causes, and `{:?}`
/// adds Lua's traceback to that.
///
/// An `Error` implements [`std::error::Error`], and so has no `From` for all other errors. Host functions need none:
/// they may return any error type. Elsewhere use [`Error::new`], or a function that returns
/// `Box<dyn std::error::Error>`.
///
/// ```
/// use fife::{ErrorKind, Lua};
///
/// let mut lua = Lua::new();
/// lua.globals().set_function(&lua, "parse", |text: String| text.parse::<i64>())?;
/// let error = lua.load("local ok, e = pcall(parse, 'x')\nerror(e)").name("=demo").exec().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Runtime);
/// assert_eq!(error.to_string(), "invalid digit found in string");
/// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
/// assert_eq!(error.position().map(|it| it.line), Some(2));
///
/// let error = lua.load("x = 1 +").name("=demo").exec().unwrap_err();
/// assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, "demo:1: unexpected symbol near <eof>"));
/// # Ok::<(), fife::Error>(())
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Vec<u8>,
    source: Option<Source>,
    value: Option<Value>,
    traceback: Option<String>,
    position: Option<SourcePosition>,
    notes: Vec<Note>,
    frames: Vec<FrameInfo>,
}

/// The parts of an error, for tools that show it or send it on: made by [`Error::diagnostic`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The message, with the position in front where Lua puts one. Bytes that are not UTF-8 are replaced by `U+FFFD`.
    pub message: String,
    /// Where in Lua code it happened, if that is known.
    pub position: Option<SourcePosition>,
    /// The messages of its causes, the nearest first; at most 64.
    pub causes: Vec<String>,
    /// Remarks about other places: for a chunk that is not Lua, where the construct begins that is not complete.
    pub notes: Vec<Note>,
    /// The functions that were running, innermost first, including those of the coroutines that the error passed. Empty
    /// if the error did not end a task, or if the limit on memory left no room for it.
    pub traceback: Vec<FrameInfo>,
}

impl Error {
    fn of(kind: ErrorKind, message: impl Into<Vec<u8>>) -> Error {
        let message = message.into();
        let (notes, frames) = (Vec::new(), Vec::new());
        Error(Box::new(Inner {
            kind,
            message,
            source: None,
            value: None,
            traceback: None,
            position: None,
            notes,
            frames,
        }))
    }

    /// Makes an error of kind [`ErrorKind::Runtime`] from an error of any type, or from a text, which becomes the
    /// message. An error of another type is kept as the [source](StdError::source); an `Error` is returned unchanged.
    ///
    /// ```
    /// use fife::Error;
    /// use std::error::Error as _;
    ///
    /// let error = Error::new(std::io::Error::other("disk on fire")).context("cannot save");
    /// assert_eq!(error.to_string(), "cannot save");
    /// assert_eq!(format!("{error:#}"), "cannot save: disk on fire");
    /// assert!(error.downcast_ref::<std::io::Error>().is_some() && error.source().is_some());
    /// ```
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        match error.into().downcast::<Error>() {
            Ok(error) => *error,
            Err(error) if is_text(&*error) => Error::runtime(error.to_string()),
            Err(error) => {
                let mut made = Error::runtime(error.to_string());
                made.0.source = Some(Arc::from(error));
                made
            }
        }
    }

    /// Replaces the message by one that says what was being done. The error without it becomes the
    /// [source](StdError::source); kind, position, value and traceback stay.
    ///
    /// ```
    /// use fife::{ErrorKind, Lua};
    ///
    /// let mut lua = Lua::new();
    /// let error = lua.load("port = {} + 1").name("@config.lua").exec().unwrap_err().context("bad settings");
    /// assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Runtime, "bad settings"));
    /// assert!(format!("{error:#}").starts_with("bad settings: config.lua:1: attempt to perform arithmetic"));
    /// assert_eq!(error.position().map(|at| at.line), Some(1));
    /// ```
    pub fn context(self, text: impl fmt::Display) -> Error {
        let Inner { kind, ref value, ref traceback, ref position, ref notes, ref frames, .. } = *self.0;
        let (value, traceback, position) = (value.clone(), traceback.clone(), position.clone());
        let (notes, frames) = (notes.clone(), frames.clone());
        let message = text.to_string().into_bytes();
        let source: Option<Source> = Some(Arc::new(self));
        Error(Box::new(Inner { kind, message, source, value, traceback, position, notes, frames }))
    }

    /// The kind of error. No script can choose it: see [`ErrorKind`].
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message, as bytes: it may quote a script, whose strings need not be UTF-8. [`Display`](fmt::Display) shows
    /// it as text.
    pub fn message(&self) -> &[u8] {
        &self.0.message
    }

    /// Lua's traceback, if the error ended a task: `stack traceback:` and a line per function, innermost first.
    pub fn traceback(&self) -> Option<&str> {
        self.0.traceback.as_deref()
    }

    /// Where in Lua code it happened: in the innermost Lua function of the traceback, or, for a chunk that is not Lua,
    /// where the compiler noticed.
    pub fn position(&self) -> Option<&SourcePosition> {
        self.0.position.as_ref()
    }

    /// Its parts.
    ///
    /// ```
    /// use fife::Lua;
    ///
    /// let mut lua = Lua::new();
    /// lua.globals().set_function(&lua, "parse", |text: String| text.parse::<i64>())?;
    /// let error = lua.load("local text = 'x'\nparse(text)").name("@config.lua").exec().unwrap_err();
    /// let diagnostic = error.diagnostic();
    /// assert_eq!(diagnostic.message, "invalid digit found in string");
    /// let position = diagnostic.position.unwrap();
    /// assert_eq!((&*position.chunk, position.line, position.column), ("config.lua", 2, Some(6)));
    /// assert_eq!(diagnostic.traceback[1].text, "config.lua:2: in main chunk");
    ///
    /// let error = lua.load("local t = {1, 2\nlocal u").name("@config.lua").exec().unwrap_err();
    /// let diagnostic = error.diagnostic();
    /// assert_eq!(diagnostic.message, "config.lua:2: '}' expected (to close '{' at line 1) near 'local'");
    /// assert_eq!(diagnostic.notes[0].position.as_ref().map(|at| (at.line, at.column)), Some((1, Some(11))));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn diagnostic(&self) -> Diagnostic {
        let message = String::from_utf8_lossy(self.message()).into_owned();
        let (mut causes, mut next) = (Vec::new(), self.source());
        while let Some(error) = next.filter(|_| causes.len() < SOURCES_MAX) {
            causes.push(error.to_string());
            next = error.source();
        }
        // The first cause of an error of Rust that ended a script has the same message.
        if causes.first() == Some(&message) {
            causes.remove(0);
        }
        let Inner { position, notes, frames, .. } = &*self.0;
        let (position, notes, traceback) = (position.clone(), notes.clone(), frames.clone());
        Diagnostic { message, position, causes, notes, traceback }
    }

    /// The value that was raised, if it was raised in Lua: any value, as for Lua's `error`.
    ///
    /// ```
    /// use fife::{Lua, Table, Value};
    ///
    /// let mut lua = Lua::new();
    /// let error = lua.load("error({code = 404})").exec().unwrap_err();
    /// let Some(Value::Table(raised)) = error.value() else { panic!("{error}") };
    /// assert_eq!(raised.get::<i64>(&lua, "code")?, 404);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn value(&self) -> Option<&Value> {
        self.0.value.as_ref()
    }

    /// The nearest cause of type `E`: the error that a host function returned, or an error that this came of.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        let mut next = self.source();
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    // ---- Those of this layer ----

    /// A failure of a script.
    pub(crate) fn runtime(message: impl Into<Vec<u8>>) -> Error {
        Error::of(ErrorKind::Runtime, message)
    }

    /// An error with a cause.
    pub(super) fn with_source(kind: ErrorKind, message: String, source: Source) -> Error {
        let mut error = Error::of(kind, message);
        error.0.source = Some(source);
        error
    }

    /// A value of the host's is in use, or there is none.
    pub(super) fn borrow(message: impl Into<Vec<u8>>) -> Error {
        Error::of(ErrorKind::Borrow, message)
    }

    /// A value of the wrong type.
    pub(super) fn conversion(message: impl Into<Vec<u8>>) -> Error {
        Error::of(ErrorKind::Conversion, message)
    }

    /// Refused memory.
    pub(in crate::api) fn memory() -> Error {
        Error::of(ErrorKind::Memory, "not enough memory")
    }

    /// A handle of another VM.
    #[cold]
    pub(super) fn foreign() -> Error {
        Error::of(ErrorKind::Handle, "the handle belongs to another VM")
    }

    /// What a handle belongs to no longer exists.
    pub(super) fn gone(text: &'static str) -> Error {
        Error::of(ErrorKind::Handle, text)
    }

    /// An entry that a table refused.
    pub(super) fn of_table(error: TableError) -> Error {
        if error == TableError::OutOfMemory { Error::memory() } else { Error::runtime(error.to_string()) }
    }

    /// The host stopped a call: its fuel or time is used up, or it has to wait where it cannot.
    pub(super) fn stopped(kind: ErrorKind, traceback: String, frames: Vec<FrameInfo>) -> Error {
        let message = match kind {
            ErrorKind::Deadline => "deadline passed",
            ErrorKind::Waiting => "async function has to wait where the host cannot: use call_async or a task",
            _ => "out of fuel",
        };
        let mut error = Error::of(kind, message).with_traceback(traceback);
        error.set_frames(frames);
        error
    }

    /// Sets where it happened: in the innermost Lua function of these.
    fn set_frames(&mut self, frames: Vec<FrameInfo>) {
        if let Some(position) = frames.iter().find_map(|frame| frame.position.clone()) {
            self.0.position = Some(position);
        }
        self.0.frames = frames;
    }

    fn with_traceback(mut self, traceback: String) -> Error {
        self.0.position = position_of_traceback(&traceback);
        self.0.traceback = Some(traceback);
        self
    }

    // ---- From Lua ----

    /// An error that Lua raised.
    pub(super) fn of_branded<'gc>(ctx: Context<'gc>, error: gc::Error<'gc>) -> Error {
        let mut made = Error::of_value(ctx, error.value());
        made.0.kind = error.kind();
        if error.kind() == ErrorKind::Syntax {
            made.0.position = position_of_message(&made.0.message);
        }
        if let Some(details) = error.details() {
            made.0.notes.clone_from(&details.notes);
            made.0.frames.clone_from(&details.frames);
        }
        let mut made = match error.traceback() {
            Some(text) if error.kind() == ErrorKind::Syntax => {
                made.0.traceback = Some(text.to_str_lossy().into_owned());
                made
            }
            Some(text) => made.with_traceback(text.to_str_lossy().into_owned()),
            None => made,
        };
        if let Some(position) = error.details().and_then(|details| details.position.clone()) {
            made.0.position = Some(position);
        }
        made
    }

    /// An error of which only the value is known.
    pub(super) fn of_value<'gc>(ctx: Context<'gc>, value: gc::Value<'gc>) -> Error {
        let mut made = match value {
            gc::Value::String(text) => Error::runtime(text.as_bytes()),
            gc::Value::Integer(value) => Error::runtime(number::integer_text(value).as_bytes()),
            gc::Value::Number(value) => Error::runtime(number::float_text(value).as_bytes()),
            other => match carried(other) {
                Some(source) => match source.downcast_ref::<Error>() {
                    Some(error) => {
                        let mut made = Error::runtime(error.message());
                        made.0.source = error.0.source.clone();
                        made
                    }
                    None => {
                        let mut made = Error::runtime(source.to_string());
                        made.0.source = Some(source);
                        made
                    }
                },
                None => Error::runtime(format!("(error object is a {} value)", other.type_name())),
            },
        };
        made.0.value = Value::from_lua(ctx, value).ok();
        made
    }

    // ---- Into Lua ----

    /// The error as a native raises it. A message without a cause gets the position of the Lua code that called.
    pub(super) fn raise<'gc>(self, call: &Call<'gc, '_>) -> gc::Error<'gc> {
        let ctx = call.ctx();
        if self.0.kind == ErrorKind::Memory {
            return gc::Error::out_of_memory(ctx);
        }
        if self.0.kind == ErrorKind::Borrow
            && let Some(error) = self.0.source.as_ref().and_then(|source| source.downcast_ref())
        {
            return raise_borrow(call, error);
        }
        if self.0.source.is_none() && self.0.value.is_none() {
            return call.error(&self.0.message);
        }
        match self.into_value(ctx) {
            Ok(value) => gc::Error::new(ctx, value),
            Err(_) => gc::Error::out_of_memory(ctx),
        }
    }

    /// How many bytes to count for the object that stands for this error in Lua: 0 if it becomes no object. The sizes
    /// of Rust's errors are not known, so their texts are counted.
    ///
    /// `None` if more than [`SOURCES_MAX`] errors caused it. Then only its message is passed on: a script may hand an
    /// error to a host function that wraps it, again and again.
    pub(super) fn carried_bytes(&self) -> Option<usize> {
        self.0.source.as_ref()?;
        let (mut bytes, mut next) = (self.0.message.len(), self.source());
        for _ in 0..SOURCES_MAX {
            let Some(error) = next else { return Some(bytes) };
            bytes = bytes.saturating_add(error.to_string().len()).saturating_add(CARRIER_BYTES);
            next = error.source();
        }
        None
    }

    /// What a script that catches it gets: the value that was raised, a string, or an object.
    pub(super) fn into_value<'gc>(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        let Inner { source, value, message, .. } = &*self.0;
        match (source, value) {
            (None, None) => message_value(ctx, message),
            (None, Some(value)) => match value.into_lua(ctx) {
                // It was raised in another VM.
                Err(error) if error.kind() == ErrorKind::Handle => message_value(ctx, message),
                value => value,
            },
            (Some(source), _) => {
                let Some(bytes) = self.carried_bytes() else { return message_value(ctx, message) };
                let is_said = source.to_string().as_bytes() == message;
                let source = if is_said { source.clone() } else { Arc::new(self) };
                carrier(ctx, source, bytes)
            }
        }
    }
}

fn message_value<'gc>(ctx: Context<'gc>, message: &[u8]) -> Result<gc::Value<'gc>> {
    gc::string_at_once(ctx, message).map(gc::Value::String).ok_or_else(Error::memory)
}

/// Whether an error is a text that was boxed, as by `"no such user".into()`. The type that std boxes texts in has no
/// name, so it is recognized by its size and by how it is formatted.
fn is_text(error: &(dyn StdError + Send + Sync + 'static)) -> bool {
    size_of_val(error) == size_of::<String>()
        && error.source().is_none()
        && format!("{error:?}") == format!("{:?}", error.to_string())
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = String::from_utf8_lossy(&self.0.message).into_owned();
        f.write_str(&last)?;
        let mut next = self.source().filter(|_| f.alternate());
        while let Some(error) = next {
            let text = error.to_string();
            // The first cause of an error of Rust that ended a script has the same message.
            if text != last {
                write!(f, ": {text}")?;
            }
            last = text;
            next = error.source();
        }
        Ok(())
    }
}

/// As `{:#}`, and the traceback.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")?;
        match self.traceback() {
            Some(traceback) if !traceback.is_empty() => write!(f, "\n{traceback}"),
            _ => Ok(()),
        }
    }
}

impl From<crate::api::LoadError> for Error {
    fn from(error: crate::api::LoadError) -> Error {
        let mut made = Error::of(error.kind(), error.message());
        match error.place() {
            Some((position, notes)) => {
                made.0.position = Some(position.clone());
                made.0.notes = notes.to_vec();
            }
            None => made.0.position = position_of_message(&made.0.message),
        }
        made
    }
}

impl From<crate::api::BuildError> for Error {
    fn from(error: crate::api::BuildError) -> Error {
        Error::new(error)
    }
}

// ---- Positions ----

/// The place in the first line of a traceback that is about Lua code: `\tchunk:line: in …`.
fn position_of_traceback(traceback: &str) -> Option<SourcePosition> {
    let lines = traceback.lines().filter_map(|line| line.strip_prefix('\t')).filter(|line| !line.starts_with("[C]"));
    lines.filter_map(|line| position_in(line, ": in ")).next()
}

/// The place at the start of a message: `chunk:line: …`.
pub(in crate::api) fn position_of_message(message: &[u8]) -> Option<SourcePosition> {
    position_in(&String::from_utf8_lossy(message), ": ")
}

fn position_in(text: &str, end: &str) -> Option<SourcePosition> {
    // The name of a chunk may contain colons.
    text.match_indices(':').find_map(|(at, _)| {
        let (start, rest) = text.split_at_checked(at)?;
        let (chunk, line) = start.rsplit_once(':').filter(|_| rest.starts_with(end))?;
        Some(SourcePosition::new(chunk, line.parse().ok()?))
    })
}

// ---- Errors of Rust in Lua ----

/// What a userdata that stands for an error of Rust holds.
struct Carried {
    source: Source,
    /// The account of its texts. Other objects may hold the same error; each counts it.
    _held: HeldBytes,
}

userdata_type! {
    /// Userdata that hold errors of Rust.
    CarriedType("fife.error") for Static<Carried>;
}

/// At least what such a userdata takes, with an error without its texts.
const CARRIER_BYTES: usize = 512;

/// How many causes an error may keep in Lua. Dropping them recurses as deep.
const SOURCES_MAX: usize = 64;

/// The registry's key for the metatable of such userdata.
const METATABLE: &str = "fife.error";

pub(super) static TO_STRING: Native = Native::new("fife.error.tostring", "tostring", to_string, module_path!());
pub(super) static CONCAT: Native = Native::new("fife.error.concat", "concat", concat, module_path!());

/// The error of Rust that a value stands for.
fn carried(value: gc::Value<'_>) -> Option<Source> {
    let gc::Value::UserData(data) = value else { return None };
    let found = data.downcast::<CarriedType>()?;
    Some(found.as_ref().0.source.clone())
}

/// Makes a userdata that stands for an error of Rust.
fn carrier<'gc>(ctx: Context<'gc>, source: Source, bytes: usize) -> Result<gc::Value<'gc>> {
    let held = HeldBytes::take(ctx, bytes).map_err(|OutOfMemory| Error::memory())?;
    if !ctx.mc().has_room(CARRIER_BYTES) && !draws_on_reserve(ctx, CARRIER_BYTES) {
        return Err(Error::memory());
    }
    let metatable = match ctx.registry().get_field(ctx, METATABLE) {
        gc::Value::Table(metatable) => metatable,
        _ => {
            let metatable = ctx.table();
            metatable.set_field(ctx, "__tostring", Function::of_library(ctx, &TO_STRING, &[]));
            metatable.set_field(ctx, "__concat", Function::of_library(ctx, &CONCAT, &[]));
            metatable.set_field(ctx, "__name", ctx.string("error"));
            // All errors share it, so no script may change it.
            metatable.set_field(ctx, "__metatable", ctx.string("error"));
            ctx.registry().set_field(ctx, METATABLE, metatable);
            metatable
        }
    };
    let data = UserData::new::<CarriedType>(ctx, Gc::new(ctx.mc(), Static(Carried { source, _held: held })));
    data.set_metatable(ctx.mc(), Some(metatable));
    Ok(data.into())
}

/// The text of an error, a string or a number.
fn text_of<'gc>(call: &Call<'gc, '_>, index: usize) -> Option<Vec<u8>> {
    match call.get(index) {
        gc::Value::String(text) => Some(text.as_bytes().to_vec()),
        gc::Value::Integer(value) => Some(number::integer_text(value).as_bytes().to_vec()),
        gc::Value::Number(value) => Some(number::float_text(value).as_bytes().to_vec()),
        other => carried(other).map(|source| source.to_string().into_bytes()),
    }
}

fn to_string<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, gc::Error<'gc>> {
    let Some(text) = text_of(call, 0) else { return Err(call.type_error(0, "error")) };
    call.charge(text.len() / 16);
    let text = call.make_string(&text)?;
    call.one(text)
}

fn concat<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, gc::Error<'gc>> {
    for index in 0..2 {
        let length = if let gc::Value::String(text) = call.get(index) { text.len() } else { 0 };
        call.charge(length / 8);
        call.reserve(2 * length)?;
    }
    let (Some(left), Some(right)) = (text_of(call, 0), text_of(call, 1)) else {
        let wrong = if text_of(call, 0).is_none() { call.get(0) } else { call.get(1) };
        return Err(call.failure(crate::error::Failure::Type("concatenate", wrong)));
    };
    let text = call.make_string(&[left, right].concat())?;
    call.one(text)
}

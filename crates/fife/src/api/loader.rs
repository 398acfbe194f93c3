//! Loads chunks and dumps functions in bounded pieces of work: what Lua's `load` and `string.dump` are made of, and how
//! the host's own chunks are compiled within steps.
//!
//! The work itself is done by `vm::load` and `vm::dump`. This file charges for it, waits for memory, and words its
//! failures. Invariant: each step is paid for before it works, and a large chunk takes many steps.

use super::handle::{Program, position_of_message};
use crate::error::{Error, ErrorKind, IntoError};
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{
    Context, Details, Function, LuaString, Native, NativeObject, Note, SourcePosition, UserData, Value, failure_text,
};
use crate::userdata_type;
use crate::vm::{self, Dumping, LoadFailure, Loading};
use fife_arena::{Collect, Gc, OutOfMemory, Static};
use fife_bytecode::Position;
use fife_compiler::SyntaxError;
use std::fmt;
use std::ops::Range;

// ---- Failures ----

/// Why a chunk could not be loaded: in [`Loaded::Failed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    kind: ErrorKind,
    message: Vec<u8>,
    /// Where the source is not Lua.
    place: Option<Box<(SourcePosition, Vec<Note>)>>,
}

impl LoadError {
    pub(super) fn syntax(message: impl Into<Vec<u8>>) -> LoadError {
        LoadError { kind: ErrorKind::Syntax, message: message.into(), place: None }
    }

    pub(super) fn memory() -> LoadError {
        LoadError { kind: ErrorKind::Memory, message: b"not enough memory".to_vec(), place: None }
    }

    /// The error of a source text that is not Lua.
    pub(super) fn of_source(error: SyntaxError) -> LoadError {
        let place = position_of_message(&error.message).map(|at| {
            let SyntaxError { position, range, .. } = &error;
            let at = SourcePosition { line: position.line, ..at }.at_column(position.column);
            let note = error.opener.as_ref().map(|opener| {
                let Position { line, column } = opener.position;
                let at = SourcePosition::new(&*at.chunk, line).at_column(column);
                Note::new("this is not complete", Some(with_length(at, &opener.range)))
            });
            Box::new((with_length(at, range), note.into_iter().collect()))
        });
        LoadError { place, ..LoadError::syntax(error.message) }
    }

    /// Where the source is not Lua, and remarks about other places.
    pub(super) fn place(&self) -> Option<(&SourcePosition, &[Note])> {
        self.place.as_ref().map(|place| (&place.0, &*place.1))
    }

    /// The error of a chunk longer than [`Limits::source_bytes`](crate::Limits::source_bytes). A [`Loader`] gives it by
    /// itself; this is for natives that receive a chunk piece by piece and should stop before they hold more than is
    /// allowed.
    pub fn too_long() -> LoadError {
        LoadError::syntax("chunk is too long")
    }

    /// [`ErrorKind::Syntax`] if the chunk is not Lua or was refused; [`ErrorKind::Memory`] if there was not enough
    /// memory even after a collection.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message that Lua's `load` returns, as bytes: it may quote the source.
    pub fn message(&self) -> &[u8] {
        &self.message
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.message))
    }
}

impl std::error::Error for LoadError {}

/// The message becomes the error's value, without a position in front. The kind stays.
impl IntoError for LoadError {
    fn into_error(self, ctx: Context<'_>) -> Error<'_> {
        match self.kind {
            ErrorKind::Memory => Error::out_of_memory(ctx),
            ErrorKind::Syntax => {
                let error = Error::of_syntax(ctx, failure_text(ctx, &self.message));
                if let Some(place) = self.place {
                    let (position, notes) = *place;
                    error.set_details(ctx, Details::new(ctx, Some(position), notes, Vec::new()));
                }
                error
            }
            _ => Error::from_text(ctx, &self.message),
        }
    }
}

/// The place, extended over a range of bytes.
fn with_length(at: SourcePosition, range: &Range<usize>) -> SourcePosition {
    SourcePosition { length: u32::try_from(range.len()).ok().filter(|length| *length > 0), ..at }
}

impl From<LoadFailure> for LoadError {
    fn from(failure: LoadFailure) -> LoadError {
        match failure {
            LoadFailure::Syntax(error) => LoadError::of_source(*error),
            LoadFailure::Binary(message) => LoadError::syntax(message),
            LoadFailure::Memory => LoadError::memory(),
            LoadFailure::TooLong => LoadError::too_long(),
            LoadFailure::Internal(text) => {
                let message = format!("internal error: {text}").into_bytes();
                LoadError { kind: ErrorKind::Runtime, message, place: None }
            }
        }
    }
}

// ---- Loading ----

/// What a [`Loader`] loads: the arguments of Lua's `load`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LoadArguments<'a, 'gc> {
    /// The chunk, of at most [`Limits::source_bytes`](crate::Limits::source_bytes) bytes: source text or, where
    /// [`Limits::binary_chunks`](crate::Limits::binary_chunks) allows it, what `string.dump` made.
    pub source: &'a [u8],
    /// The chunk's name in messages and tracebacks: `@file`, `=text`, or the source itself. It ends before its first
    /// zero byte.
    pub name: &'a [u8],
    /// Which kinds of chunk are allowed: text if it contains a `t`, binary chunks if it contains a `b`. `None` allows
    /// both.
    pub mode: Option<&'a [u8]>,
    /// The value of the function's first upvalue, which is `_ENV` for source text. `None` for the table of global
    /// variables.
    pub environment: Option<Value<'gc>>,
}

impl<'a, 'gc> LoadArguments<'a, 'gc> {
    /// A chunk with this name. Both kinds are allowed, and the environment is the table of global variables.
    pub fn new(source: &'a [u8], name: &'a [u8]) -> LoadArguments<'a, 'gc> {
        LoadArguments { source, name, mode: None, environment: None }
    }

    /// Whether the source is a binary chunk: whether it begins with the byte that no text begins with. It need not be a
    /// valid one. An empty source is text.
    pub fn is_binary(&self) -> bool {
        vm::is_binary(self.source)
    }

    /// Why a chunk that begins like `source` is refused whatever follows, if it is: the mode does not allow it, or this
    /// VM takes no binary chunks. The message quotes the mode. A [`Loader`] checks this first.
    pub fn refusal(&self, ctx: Context<'gc>) -> Option<LoadError> {
        let is_binary = self.is_binary();
        let kind = if is_binary { "binary" } else { "text" };
        // In PUC-Rio Lua the mode is a C string.
        if let Some(mode) = self.mode.map(|mode| &mode[..memchr::memchr(0, mode).unwrap_or(mode.len())])
            && memchr::memchr(kind.as_bytes()[0], mode).is_none()
        {
            let start = format!("attempt to load a {kind} chunk (mode is '");
            return Some(LoadError::syntax([start.as_bytes(), mode, b"')"].concat()));
        }
        (is_binary && !vm::takes_binary(ctx)).then(|| LoadError::syntax(vm::BINARY_FORBIDDEN))
    }
}

/// What a [step](Loader::step) of a [`Loader`] came to.
#[derive(Clone, Debug)]
pub enum Loaded<'gc> {
    /// There is more to do: call [`Loader::step`] again.
    Pending,
    /// The chunk is loaded: its main function.
    Function(Function<'gc>),
    /// The chunk cannot be loaded. Lua's `load` returns nil and the [message](LoadError::message) then.
    Failed(LoadError),
}

/// Loads a chunk in steps, within a native or a sequence: what Lua's `load` is made of.
///
/// Each [step](Self::step) charges fuel for the piece of work that it does. A chunk shorter than
/// [`STAGED_BYTES`](Self::STAGED_BYTES) takes one step. For a longer one each step does one piece (parsing all of it,
/// generating code for one function, verifying or moving what takes a millisecond or two) and then ends the running VM
/// step. What the loader holds in between counts against [`Limits::memory`](crate::Limits::memory).
///
/// ```
/// use fife::gc::{Call, Error, Function, LoadArguments, Loaded, Loader, Poll, Reply, Sequence, Value};
/// use fife::{Collect, Lua, native};
///
/// /// `compile(text)`: a function of an expression; or nil and a message.
/// fn compile<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     let text = call.string(0)?;
///     call.charge(text.len() / 16);
///     let source = call.make_string(&[b"return ", text.as_bytes()].concat())?;
///     call.set(0, source);
///     call.sequence(Compile { loader: Loader::default() })
/// }
///
/// /// Its window: the source.
/// #[derive(Collect)]
/// struct Compile<'gc> {
///     loader: Loader<'gc>,
/// }
///
/// impl<'gc> Sequence<'gc> for Compile<'gc> {
///     const NAME: &'static str = "app.compile";
///
///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
///         let source = call.string(0)?;
///         let mut arguments = LoadArguments::new(source.as_bytes(), b"=expression");
///         arguments.mode = Some(b"t");
///         match self.loader.step(call, &arguments)? {
///             Loaded::Pending => Ok(Poll::Pending),
///             Loaded::Function(function) => {
///                 call.push(function);
///                 Ok(Poll::Return(1))
///             }
///             Loaded::Failed(error) => {
///                 let message = call.make_string(error.message())?;
///                 call.push(Value::Nil);
///                 call.push(message);
///                 Ok(Poll::Return(2))
///             }
///         }
///     }
/// }
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| {
///     let compile = Function::native(ctx, native!("app.compile", compile)).unwrap();
///     ctx.globals().set_field(ctx, "compile", compile);
/// });
/// let source = "local long = 'x' .. (' + x'):rep(10000)
///     x = 2
///     return compile('6 * 7')(), compile(long)(), select(2, compile('6 *'))";
/// let (short, long, message): (i64, i64, String) = lua.load(source).eval()?;
/// assert_eq!((short, long, &*message), (42, 20002, "expression:1: unexpected symbol near <eof>"));
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Collect, Default)]
pub struct Loader<'gc> {
    next: Option<Loading<'gc>>,
    /// How many stages were charged for.
    paid: usize,
    /// Whether memory was refused and everything began again after a collection. That happens once.
    is_second: bool,
}

impl<'gc> Loader<'gc> {
    /// The length in bytes from which a chunk is loaded in stages, each in a step of its own. A shorter chunk takes one
    /// step.
    pub const STAGED_BYTES: usize = 16 << 10;

    /// Does the next piece of work. Pass the same arguments each time until the chunk is loaded or has failed. Then the
    /// loader can be used for another chunk.
    ///
    /// Loading a chunk costs 60 units of fuel in all, 1 for each byte of source, 2 for each expression and local
    /// variable, 4 for each instruction and constant of the code, and 50 for each function.
    ///
    /// # Errors
    /// Memory was refused. Return that error from the native or the sequence: it runs again after a collection, and the
    /// loader begins anew. If memory is refused again, the error is final.
    pub fn step(
        &mut self,
        call: &Call<'gc, '_>,
        arguments: &LoadArguments<'_, 'gc>,
    ) -> Result<Loaded<'gc>, Error<'gc>> {
        let ctx = call.ctx();
        let LoadArguments { source, name, mode, environment } = *arguments;
        let environment = environment.unwrap_or(Value::Table(ctx.globals()));
        if self.next.is_none() {
            // A refusal quotes the mode, which may be of any length.
            call.reserve(2 * mode.map_or(0, <[u8]>::len))?;
            if let Some(refusal) = arguments.refusal(ctx) {
                return Ok(Loaded::Failed(refusal));
            }
            if source.len() < Loader::STAGED_BYTES {
                call.charge(source.len() + 60);
                let loaded = vm::load_chunk(ctx, source, name, environment);
                return loaded.map_or_else(|failure| failed(call, failure), |function| Ok(Loaded::Function(function)));
            }
        }
        self.next_stage(call, source.len(), name, environment, |ctx| Loading::begin(ctx, source, name))
    }

    /// As [`step`](Self::step), for a program, which is compiled and verified already.
    fn step_of_program(
        &mut self,
        call: &Call<'gc, '_>,
        program: &Program,
        environment: Value<'gc>,
    ) -> Result<Loaded<'gc>, Error<'gc>> {
        self.next_stage(call, 0, b"", environment, |ctx| Loading::of_verified(ctx, program.verified()))
    }

    /// Does the next stage of loading a long chunk, or a piece of one. A stage is charged for when it begins. If memory
    /// is refused, everything begins again after a collection.
    fn next_stage(
        &mut self,
        call: &Call<'gc, '_>,
        length: usize,
        name: &[u8],
        environment: Value<'gc>,
        begin: impl FnOnce(Context<'gc>) -> Result<Loading<'gc>, LoadFailure>,
    ) -> Result<Loaded<'gc>, Error<'gc>> {
        let ctx = call.ctx();
        let stage = self.next.as_ref().map_or(0, Loading::stage);
        if self.paid <= stage {
            call.charge(Loading::price(stage, length));
            self.paid = stage + 1;
        }
        let advanced = match self.next.take() {
            None => begin(ctx).map(vm::Loaded::More),
            Some(stage) => stage.advance(ctx, name, environment),
        };
        if stage == 0 && matches!(advanced, Err(LoadFailure::Syntax(_) | LoadFailure::Memory)) {
            // Parsing does more for a byte than its part of the price.
            call.charge(Loading::price(1, length));
        }
        match advanced {
            Ok(vm::Loaded::Function(function)) => {
                *self = Loader::default();
                Ok(Loaded::Function(function))
            }
            Ok(vm::Loaded::More(stage)) => {
                self.next = Some(stage);
                if length >= Loader::STAGED_BYTES {
                    call.interrupt();
                }
                Ok(Loaded::Pending)
            }
            Err(LoadFailure::Memory) if self.is_second => Err(Error::out_of_memory(ctx)),
            Err(failure) => {
                self.is_second = true;
                self.paid = 0;
                failed(call, failure)
            }
        }
    }
}

impl fmt::Debug for Loader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("is_pending", &self.next.is_some()).finish_non_exhaustive()
    }
}

/// The result for a failure of the VM's loader.
fn failed<'gc>(call: &Call<'gc, '_>, failure: LoadFailure) -> Result<Loaded<'gc>, Error<'gc>> {
    match failure {
        // Nothing has had an effect yet, so it can be tried again after a collection. Unlike other failures, refused
        // memory is raised and not returned, so that a host can tell what it is.
        LoadFailure::Memory => Err(call.refused()),
        LoadFailure::Internal(message) => Err(call.error(format!("internal error: {message}"))),
        other => Ok(Loaded::Failed(other.into())),
    }
}

// ---- Dumping ----

/// Writes a function as a binary chunk, in parts: what Lua's `string.dump` is made of. A [`Loader`] in a VM that takes
/// binary chunks loads the parts, joined in order, as the same function.
///
/// ```
/// use fife::gc::{Dumper, Function};
/// use fife::{Lua, native};
///
/// /// `dump(f)`: its length in bytes, without names and lines. Takes time and memory without limits of its own.
/// let dump = native!("app.dump_length", |call| {
///     let Some(mut dumper) = Dumper::new(call.function(0)?, true) else {
///         return Err(call.error("a native cannot be dumped"));
///     };
///     let mut chunk = Vec::new();
///     while let Some(length) = dumper.next_length() {
///         call.reserve(length)?;
///         dumper.write_next(call, |bytes| chunk.extend_from_slice(bytes));
///     }
///     assert!(chunk.starts_with(b"\x1bFife"));
///     call.one(chunk.len() as i64)
/// });
/// let mut lua = Lua::new();
/// lua.enter(|ctx| ctx.globals().set_field(ctx, "dump", Function::native(ctx, dump).unwrap()));
/// let source = "local function f(a) return a + 1 end return dump(f) == #string.dump(f, true)";
/// assert!(lua.load(source).eval::<bool>()?);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Collect)]
pub struct Dumper<'gc> {
    dumping: Dumping<'gc>,
}

impl<'gc> Dumper<'gc> {
    /// Prepares to write a function. With `is_stripped`, names of variables and line numbers, which only messages and
    /// debuggers need, are left out. `None` for a native function, which no chunk can hold.
    pub fn new(function: Function<'gc>, is_stripped: bool) -> Option<Dumper<'gc>> {
        Dumping::new(function, is_stripped).map(|dumping| Dumper { dumping })
    }

    /// The length of the next part in bytes; `None` after the last one. A part is one function of the Lua code. The
    /// caller makes room for it before it [writes](Self::write_next) the part.
    pub fn next_length(&self) -> Option<usize> {
        self.dumping.next_length()
    }

    /// Passes the bytes of the next part to `write`, in one or more pieces. After the last part it does nothing. Costs
    /// 4 units of fuel, and 1 for each 4 bytes.
    pub fn write_next(&mut self, call: &Call<'gc, '_>, write: impl FnMut(&[u8])) {
        if let Some(length) = self.next_length() {
            call.charge(length / 4 + 4);
            self.dumping.write_next(write);
        }
    }
}

impl fmt::Debug for Dumper<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dumper").field("next_length", &self.next_length()).finish_non_exhaustive()
    }
}

// ---- Tasks that load ----

/// Loads the chunk in its upvalues, and returns the function.
pub(super) static LOAD: Native = Native::new("fife.load", "", |call| load(call, Then::Return), module_path!());

/// As [`LOAD`], and returns the chunk's name as a second value: what `require` expects of a searcher.
pub(super) static LOAD_MODULE: Native =
    Native::new("fife.load_module", "", |call| load(call, Then::ReturnNamed), module_path!());

/// As [`LOAD`], but tail-calls the function, with all of its own arguments except the first.
pub(super) static START: Native = Native::new("fife.start", "", |call| load(call, Then::Call), module_path!());

/// A chunk of the host's for one of these natives to load.
pub(super) struct HostChunk<'a, 'gc> {
    pub(super) code: Code<'a>,
    /// As in Lua's `load`. `None` stands for the source itself.
    pub(super) name: Option<&'a [u8]>,
    /// As in Lua's `load`.
    pub(super) mode: Option<&'static [u8]>,
    pub(super) environment: Value<'gc>,
    /// Whether to try it as an expression first, with `return ` in front, and as statements if that is not Lua.
    pub(super) is_expression: bool,
}

/// What to load.
#[derive(Clone, Copy)]
pub(super) enum Code<'a> {
    Source(&'a [u8]),
    Program(&'a Program),
}

/// Makes a statement of an expression.
const RETURN: &[u8] = b"return ";

userdata_type! {
    /// Userdata that hold programs that are about to be loaded. No script sees them.
    ProgramType("fife.program") for Static<Program>;
}

impl<'gc> HostChunk<'_, 'gc> {
    /// A native that loads the chunk when called: [`LOAD`], [`LOAD_MODULE`] or [`START`].
    pub(super) fn loading(&self, ctx: Context<'gc>, native: &'static Native) -> Result<Function<'gc>, OutOfMemory> {
        let make = |text: &[u8]| {
            // [`Limits::string_bytes`](crate::Limits::string_bytes) is for strings that scripts make.
            if ctx.mc().has_room(text.len()) { ctx.string_object(text, true).map(LuaString) } else { Err(OutOfMemory) }
        };
        let make_value = |text: Option<&[u8]>| text.map_or(Ok(Value::Nil), |text| make(text).map(Value::String));
        let (code, is_expression) = match self.code {
            Code::Source(source) if self.is_expression && !vm::is_binary(source) => {
                (make(&[RETURN, source].concat())?.into(), true)
            }
            Code::Source(source) => (make(source)?.into(), false),
            Code::Program(program) => {
                let program = Gc::try_new(ctx.mc(), Static(program.clone()))?;
                (UserData::try_new::<ProgramType>(ctx, program)?.into(), false)
            }
        };
        let upvalues =
            [code, make_value(self.name)?, make_value(self.mode)?, self.environment, Value::Boolean(is_expression)];
        // No script ever has this function, so it takes no serial number. The numbers of other objects are then the
        // same as if the chunk had been loaded before.
        NativeObject::allocate(ctx.mc(), native, &upvalues, 0, false).map(Function::Native)
    }
}

/// What to do with the loaded function.
#[derive(Clone, Copy)]
enum Then {
    Return,
    ReturnNamed,
    Call,
}

fn load<'gc>(call: &mut Call<'gc, '_>, then: Then) -> Result<Reply, Error<'gc>> {
    let is_expression = call.upvalue(4).to_bool();
    let mut loading = LoadUpvalues { loader: Loader::default(), then, is_expression };
    if let Value::String(source) = call.upvalue(0)
        && source.len() >= Loader::STAGED_BYTES
    {
        return call.sequence(loading);
    }
    match loading.poll(call)? {
        Poll::TailCall(arguments) => call.tail_call(arguments as usize),
        Poll::Return(count) => call.values(count as usize),
        _ => call.sequence(loading),
    }
}

/// The sequence that loads the chunk in the upvalues: see [`HostChunk::loading`]. Its window holds the arguments.
#[derive(Collect)]
struct LoadUpvalues<'gc> {
    loader: Loader<'gc>,
    #[collect(static)]
    then: Then,
    /// Whether the source is being tried as an expression.
    is_expression: bool,
}

impl<'gc> LoadUpvalues<'gc> {
    fn step(&mut self, call: &Call<'gc, '_>) -> Result<Loaded<'gc>, Error<'gc>> {
        let source = match call.upvalue(0) {
            Value::String(source) => source.as_bytes(),
            Value::UserData(program) => {
                let program = program.downcast::<ProgramType>().ok_or_else(|| lost(call))?;
                return self.loader.step_of_program(call, &program.as_ref().0, call.upvalue(3));
            }
            _ => return Err(lost(call)),
        };
        let statements = if call.upvalue(4).to_bool() { &source[RETURN.len()..] } else { source };
        let name = name_of_upvalue(call).unwrap_or(statements);
        // The name is scanned, and perhaps copied.
        call.charge(name.len() / 32);
        let mut arguments = LoadArguments::new(if self.is_expression { source } else { statements }, name);
        let mode = if let Value::String(mode) = call.upvalue(2) { Some(mode) } else { None };
        arguments.mode = mode.as_ref().map(|mode| mode.as_bytes());
        arguments.environment = Some(call.upvalue(3));
        match self.loader.step(call, &arguments)? {
            Loaded::Failed(error) if self.is_expression && error.kind() == ErrorKind::Syntax => {
                self.is_expression = false;
                self.loader = Loader::default();
                Ok(Loaded::Pending)
            }
            loaded => Ok(loaded),
        }
    }
}

fn name_of_upvalue<'gc>(call: &Call<'gc, '_>) -> Option<&'gc [u8]> {
    if let Value::String(name) = call.upvalue(1) { Some(name.as_bytes()) } else { None }
}

fn lost<'gc>(call: &Call<'gc, '_>) -> Error<'gc> {
    call.error("internal error: chunk missing from its loader")
}

impl<'gc> Sequence<'gc> for LoadUpvalues<'gc> {
    const NAME: &'static str = "fife.load";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match (self.step(call)?, self.then) {
            (Loaded::Pending, _) => Ok(Poll::Pending),
            (Loaded::Failed(error), _) => Err(error.into_error(call.ctx())),
            (Loaded::Function(function), Then::Return) => {
                call.push(function);
                Ok(Poll::Return(1))
            }
            (Loaded::Function(function), Then::ReturnNamed) => {
                call.push(function);
                let name = name_of_upvalue(call).unwrap_or_default();
                let name = failure_text(call.ctx(), name.strip_prefix(b"@").unwrap_or(name));
                call.push(name);
                Ok(Poll::Return(2))
            }
            (Loaded::Function(function), Then::Call) => {
                if call.is_none(0) {
                    call.push(function);
                }
                call.set(0, function);
                Ok(Poll::TailCall(call.len() as u32 - 1))
            }
        }
    }
}

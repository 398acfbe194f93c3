//! Functions from chunks, source text or binary: `load`; and, in [`file`](mod@file), `loadfile` and `dofile`.
//!
//! Compiling is paid for beforehand by the length of the source, which [`Limits::source_bytes`](crate::Limits::source_bytes)
//! bounds; for a long one it is cut into stages, and some of those into pieces. The pieces that a reader function returns are collected by a
//! sequence, so the reader may do what any Lua function may. Binary chunks are for hosts that allow them.

pub(super) mod file;

pub use file::source_of_file;

use super::buffer::Buffer;
use super::library::{Library, define};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::failure_text;
use crate::object::{Context, Function, Native, Value};
use crate::vm::{self, LoadFailure, Loading};
use fife_arena::Collect;
use fife_bytecode::number;

library! {
    /// Functions from chunks.
    NATIVES: "_G." as "";

    LOAD {
        load("chunk [, chunkname [, mode [, env]]]") => load,
            "60 units, one for each byte of source, 2 for each expression and local variable in it, 4 for each \
            instruction and constant that it becomes, 50 for each function, and some for a long name or mode.";
    }

    LOADFILE {
        loadfile("[filename [, mode [, env]]]") => file::loadfile, "As `load`, and a hundred units for the file.";
    }

    DOFILE {
        dofile("[filename]") => file::dofile, "As `loadfile`, besides what the chunk does.";
    }
}

/// Defines `load`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    define(ctx, ctx.globals(), &LOAD, &[]);
}

/// Defines `loadfile` and `dofile`, which read the host's files.
pub(crate) fn open_files<'gc>(ctx: Context<'gc>) {
    define(ctx, ctx.globals(), &LOADFILE, &[]);
    define(ctx, ctx.globals(), &DOFILE, &[]);
}

/// Why a chunk that starts with these bytes is refused without a further look, if it is.
fn refusal(ctx: Context<'_>, start: &[u8], mode: Option<&[u8]>) -> Option<Vec<u8>> {
    let is_binary = vm::is_binary(start);
    let kind = if is_binary { "binary" } else { "text" };
    // To PUC-Rio Lua the mode is a C string.
    if let Some(mode) = mode.map(|mode| &mode[..memchr::memchr(0, mode).unwrap_or(mode.len())])
        && memchr::memchr(kind.as_bytes()[0], mode).is_none()
    {
        return Some([format!("attempt to load a {kind} chunk (mode is '").as_bytes(), mode, b"')"].concat());
    }
    (is_binary && !vm::takes_binary(ctx)).then(|| vm::BINARY_FORBIDDEN.to_vec())
}

/// What became of a chunk: a function, or a message.
type Loaded<'gc> = Result<Function<'gc>, Value<'gc>>;

/// Compiles source text. The outer error is one to be raised: to wait for memory, or because there is none.
pub(super) fn compile<'gc>(
    call: &Call<'gc, '_>,
    source: &[u8],
    name: &[u8],
    mode: Option<&[u8]>,
    environment: Option<Value<'gc>>,
) -> Result<Loaded<'gc>, Error<'gc>> {
    let ctx = call.ctx();
    // A refusal quotes it, however long it is.
    call.reserve(2 * mode.map_or(0, <[u8]>::len))?;
    if let Some(message) = refusal(call.ctx(), source, mode) {
        return Ok(Err(Value::String(call.make_string(&message)?)));
    }
    call.charge(source.len() + 60);
    let environment = environment.unwrap_or(Value::Table(ctx.globals()));
    match vm::load_chunk(ctx, source, name, environment) {
        Ok(function) => Ok(Ok(function)),
        Err(failure) => failed(call, failure),
    }
}

/// What `load` says of a failure.
fn failed<'gc>(call: &Call<'gc, '_>, failure: LoadFailure) -> Result<Loaded<'gc>, Error<'gc>> {
    let ctx = call.ctx();
    match failure {
        LoadFailure::Syntax(error) => Ok(Err(Value::String(call.make_string(&error.message)?))),
        LoadFailure::Binary(message) => Ok(Err(Value::String(call.make_string(&message)?))),
        LoadFailure::Internal(message) => Err(call.error(format!("internal error: {message}"))),
        LoadFailure::TooLong => Ok(Err(Value::String(ctx.string("chunk is too long")))),
        LoadFailure::Memory => {
            // Nothing has been done yet, so it may be tried again after a collection. Refused memory is thrown, as by all other
            // functions, and not returned: a host is to see what it is.
            Err(call.refused())
        }
    }
}

/// Sources from this length on are loaded in stages, each in a step of its own.
const STAGED_LENGTH: usize = 16 << 10;

/// Loading in stages.
#[derive(Collect, Default)]
struct Stages<'gc> {
    next: Option<Loading<'gc>>,
    /// How many stages are paid for.
    paid: usize,
    /// Whether memory was refused, and all began again after a collection. It does so once.
    is_second: bool,
}

/// Does the next stage of loading a large source, or a piece of it; nothing if there is more to come. Each stage is paid
/// for when it begins. When memory is refused, the whole starts again after a collection.
fn next_stage<'gc>(
    call: &Call<'gc, '_>,
    stages: &mut Stages<'gc>,
    source: &[u8],
    name: &[u8],
    environment: Option<Value<'gc>>,
) -> Result<Option<Loaded<'gc>>, Error<'gc>> {
    let ctx = call.ctx();
    let stage = stages.next.as_ref().map_or(0, Loading::stage);
    if stages.paid <= stage {
        call.charge(source.len() / 4 + 5);
        stages.paid = stage + 1;
    }
    let advanced = match stages.next.take() {
        None => Loading::begin(ctx, source, name).map(vm::Loaded::More),
        Some(stage) => stage.advance(ctx, name, environment.unwrap_or(Value::Table(ctx.globals()))),
    };
    match advanced {
        Ok(vm::Loaded::Function(function)) => Ok(Some(Ok(function))),
        Ok(vm::Loaded::More(stage)) => {
            stages.next = Some(stage);
            ctx.state().interrupt();
            Ok(None)
        }
        Err(LoadFailure::Memory) if stages.is_second => Err(Error::out_of_memory(ctx)),
        Err(failure) => {
            stages.is_second = true;
            stages.paid = 0;
            failed(call, failure).map(Some)
        }
    }
}

/// A `load` of a large string. Its window: the arguments of `load`.
#[derive(Collect)]
struct LoadStages<'gc> {
    stages: Stages<'gc>,
}

impl<'gc> Sequence<'gc> for LoadStages<'gc> {
    const NAME: &'static str = "load";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let source = call.string(0)?.as_bytes();
        let name = text_argument(call, 1)?.unwrap_or(source);
        match next_stage(call, &mut self.stages, source, name, environment_argument(call, 3))? {
            None => Ok(Poll::Pending),
            Some(Ok(function)) => {
                call.push(function);
                Ok(Poll::Return(1))
            }
            Some(Err(message)) => {
                call.push(Value::Nil);
                call.push(message);
                Ok(Poll::Return(2))
            }
        }
    }
}

/// A name or mode: an optional string argument. It will be looked through, and perhaps copied: a unit for each 32 bytes.
fn text_argument<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<Option<&'gc [u8]>, Error<'gc>> {
    let text = call.string_or_none(index)?;
    call.charge(text.map_or(0, |text| text.len() / 32));
    Ok(text.map(|text| text.as_bytes()))
}

fn environment_argument<'gc>(call: &Call<'gc, '_>, index: usize) -> Option<Value<'gc>> {
    (!call.is_none(index)).then(|| call.get(index))
}

/// `load`
fn load<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let mode = text_argument(call, 2)?;
    if !matches!(call.get(0), Value::String(_) | Value::Integer(_) | Value::Number(_)) {
        text_argument(call, 1)?;
        call.function(0)?;
        let environment = environment_argument(call, 3);
        // What the reader returns comes behind all places that are read as arguments.
        call.fix_arguments(READER_ARGUMENTS);
        let stage = ReaderStage::Ask;
        let (stages, source) = (Stages::default(), Buffer::unlimited());
        return call.sequence(ReadPieces { stage, stages, environment, source });
    }
    let source = call.string(0)?.as_bytes();
    let name = text_argument(call, 1)?.unwrap_or(source);
    if source.len() >= STAGED_LENGTH {
        call.reserve(2 * mode.map_or(0, <[u8]>::len))?;
        return match refusal(call.ctx(), source, mode) {
            Some(message) => {
                let message = call.make_string(&message)?;
                call.all([Value::Nil, Value::String(message)])
            }
            None => call.sequence(LoadStages { stages: Stages::default() }),
        };
    }
    let loaded = compile(call, source, name, mode, environment_argument(call, 3))?;
    reply(call, loaded)
}

fn reply<'gc>(call: &mut Call<'gc, '_>, loaded: Loaded<'gc>) -> Result<Reply, Error<'gc>> {
    match loaded {
        Ok(function) => call.one(function),
        Err(message) => call.all([Value::Nil, message]),
    }
}

/// How many arguments of `load` a [`ReadPieces`] keeps: the reader, the name and the mode.
const READER_ARGUMENTS: usize = 3;

/// A `load` with a reader function. Its window: the first three arguments of `load`, nil where they were absent.
#[derive(Collect)]
struct ReadPieces<'gc> {
    #[collect(static)]
    stage: ReaderStage,
    stages: Stages<'gc>,
    /// The fourth argument, which may be nil, if it was there.
    environment: Option<Value<'gc>>,
    source: Buffer<'gc>,
}

enum ReaderStage {
    /// The reader is to be called.
    Ask,
    /// The reader has returned.
    Take,
    /// It has returned the end.
    Compile,
}

impl<'gc> ReadPieces<'gc> {
    /// Takes a piece. An inner error is a message for `load` to return.
    fn take(&mut self, call: &Call<'gc, '_>, piece: &[u8]) -> Result<Result<(), Vec<u8>>, Error<'gc>> {
        let length = self.source.as_slice().len();
        if piece.len() > call.ctx().state().settings.limits.source_bytes.saturating_sub(length) {
            return Ok(Err(b"chunk is too long".to_vec()));
        }
        if length == 0
            && let Some(message) = refusal(call.ctx(), piece, text_argument(call, 2)?)
        {
            return Ok(Err(message));
        }
        self.source.append(call, piece)?;
        Ok(Ok(()))
    }

    fn name(&self, call: &Call<'gc, '_>) -> Result<&'gc [u8], Error<'gc>> {
        Ok(text_argument(call, 1)?.unwrap_or(b"=(load)"))
    }

    /// Ends with nil and a message.
    fn fail(&self, call: &mut Call<'gc, '_>, message: Value<'gc>) -> Result<Poll, Error<'gc>> {
        call.push(Value::Nil);
        call.push(message);
        Ok(Poll::Return(2))
    }
}

impl<'gc> ReadPieces<'gc> {
    /// Goes on with what the reader returned, and then asks it for more or compiles.
    fn advance(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if let ReaderStage::Take = self.stage {
            let taken = match call.get(call.results_from()) {
                Value::Nil => None,
                Value::String(piece) if piece.is_empty() => None,
                Value::String(piece) => Some(self.take(call, piece.as_bytes())?),
                Value::Integer(value) => Some(self.take(call, number::integer_text(value).as_bytes())?),
                Value::Number(value) => Some(self.take(call, number::float_text(value).as_bytes())?),
                _ => {
                    let complaint = call.error("reader function must return a string").value();
                    return self.fail(call, complaint);
                }
            };
            self.stage = match taken {
                Some(Ok(())) => ReaderStage::Ask,
                Some(Err(message)) => {
                    let message = Value::String(failure_text(call.ctx(), &message));
                    return self.fail(call, message);
                }
                None => ReaderStage::Compile,
            };
            call.truncate(READER_ARGUMENTS);
        }
        if let ReaderStage::Ask = self.stage {
            self.stage = ReaderStage::Take;
            call.push(call.get(0));
            return Ok(Poll::Call(0));
        }
        let (name, mode) = (self.name(call)?, text_argument(call, 2)?);
        let source = self.source.as_slice();
        if source.len() >= STAGED_LENGTH && refusal(call.ctx(), source, mode).is_none() {
            return match next_stage(call, &mut self.stages, source, name, self.environment)? {
                None => Ok(Poll::Pending),
                Some(Ok(function)) => {
                    call.push(function);
                    Ok(Poll::Return(1))
                }
                Some(Err(message)) => self.fail(call, message),
            };
        }
        match compile(call, self.source.as_slice(), name, mode, self.environment)? {
            Ok(function) => {
                call.push(function);
                Ok(Poll::Return(1))
            }
            Err(message) => self.fail(call, message),
        }
    }
}

impl<'gc> Sequence<'gc> for ReadPieces<'gc> {
    const NAME: &'static str = "load.pieces";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.advance(call)
    }

    /// As in PUC-Rio Lua, whose loader is protected, an error of the reader is a failure to load: but for refused memory, see `failed`.
    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        if error.is_out_of_memory(call.ctx()) { Err(error) } else { self.fail(call, error.value()) }
    }

    fn catches(&self) -> bool {
        true
    }
}

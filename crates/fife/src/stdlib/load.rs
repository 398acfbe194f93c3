//! Functions from chunks, source text or binary: `load`; and, in [`file`](mod@file), `loadfile` and `dofile`.
//!
//! A [`Loader`] does the work and charges for it; a long source takes many steps. This file has the arguments, and
//! turns the result into a function or a message. A sequence collects the pieces that a reader function returns, so the
//! reader may do what any Lua function may.

pub(super) mod file;

pub use file::source_of_file;

use super::buffer::Buffer;
use super::library::{Library, define};
use crate::api::{LoadArguments, LoadError, Loaded, Loader};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Context, Native, Value};
use fife_arena::Collect;
use fife_bytecode::number;

library! {
    /// Functions from chunks.
    NATIVES: "_G." as "";

    LOAD {
        load("chunk [, chunkname [, mode [, env]]]") => load,
            "60 units, one for each byte of source, 2 for each expression and local variable in it, 4 for each \
            instruction and constant that it becomes, 50 for each function, and some for a long name or mode. A source with an \
            error costs as much, up to where it is found.";
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

/// A `load` of a long string. Its window holds the arguments of `load`.
#[derive(Collect)]
struct LoadString<'gc> {
    loader: Loader<'gc>,
}

impl<'gc> Sequence<'gc> for LoadString<'gc> {
    const NAME: &'static str = "load";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let source = call.string(0)?.as_bytes();
        let name = text_argument(call, 1)?.unwrap_or(source);
        // The mode was checked before.
        let mut arguments = LoadArguments::new(source, name);
        arguments.environment = environment_argument(call, 3);
        match self.loader.step(call, &arguments)? {
            Loaded::Pending => Ok(Poll::Pending),
            Loaded::Function(function) => {
                call.push(function);
                Ok(Poll::Return(1))
            }
            Loaded::Failed(error) => {
                let message = call.make_string(error.message())?;
                call.push(Value::Nil);
                call.push(message);
                Ok(Poll::Return(2))
            }
        }
    }
}

/// A name or mode: an optional string argument. Costs a unit per 32 bytes, since it is scanned and perhaps copied.
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
        // The reader's results come after all places that are read as arguments.
        call.fix_arguments(READER_ARGUMENTS);
        let stage = ReaderStage::Ask;
        let (loader, source) = (Loader::default(), Buffer::unlimited());
        return call.sequence(ReadPieces { stage, loader, environment, source });
    }
    let source = call.string(0)?.as_bytes();
    let name = text_argument(call, 1)?.unwrap_or(source);
    let mut arguments = LoadArguments::new(source, name);
    (arguments.mode, arguments.environment) = (mode, environment_argument(call, 3));
    if source.len() < Loader::STAGED_BYTES {
        let mut loader = Loader::default();
        return match loader.step(call, &arguments)? {
            Loaded::Pending => call.sequence(LoadString { loader }),
            Loaded::Function(function) => call.one(function),
            Loaded::Failed(error) => fail(call, &error),
        };
    }
    // A refusal quotes the mode, which may be of any length.
    call.reserve(2 * mode.map_or(0, <[u8]>::len))?;
    match arguments.refusal(call.ctx()) {
        Some(error) => fail(call, &error),
        None => call.sequence(LoadString { loader: Loader::default() }),
    }
}

/// Returns nil and the message.
fn fail<'gc>(call: &mut Call<'gc, '_>, error: &LoadError) -> Result<Reply, Error<'gc>> {
    let message = call.make_string(error.message())?;
    call.all([Value::Nil, Value::String(message)])
}

/// How many arguments of `load` a [`ReadPieces`] keeps: the reader, the name and the mode.
const READER_ARGUMENTS: usize = 3;

/// A `load` with a reader function. Its window holds the first three arguments of `load`, with nil for absent ones.
#[derive(Collect)]
struct ReadPieces<'gc> {
    #[collect(static)]
    stage: ReaderStage,
    loader: Loader<'gc>,
    /// The fourth argument, if there was one; it may be nil.
    environment: Option<Value<'gc>>,
    source: Buffer<'gc>,
}

enum ReaderStage {
    /// Call the reader.
    Ask,
    /// The reader has returned.
    Take,
    /// The reader has returned the end.
    Compile,
}

impl<'gc> ReadPieces<'gc> {
    /// Takes a piece. `load` returns an inner error.
    fn take(&mut self, call: &Call<'gc, '_>, piece: &[u8]) -> Result<Result<(), LoadError>, Error<'gc>> {
        let length = self.source.as_slice().len();
        if piece.len() > call.ctx().limits().source_bytes.saturating_sub(length) {
            return Ok(Err(LoadError::too_long()));
        }
        if length == 0 {
            let mut arguments = LoadArguments::new(piece, b"");
            arguments.mode = text_argument(call, 2)?;
            if let Some(refusal) = arguments.refusal(call.ctx()) {
                return Ok(Err(refusal));
            }
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
    /// Takes what the reader returned, and then calls it again or compiles.
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
                Some(Err(error)) => {
                    let message = Value::String(call.after_effect().failure_text(error.message()));
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
        let name = self.name(call)?;
        let mut arguments = LoadArguments::new(self.source.as_slice(), name);
        (arguments.mode, arguments.environment) = (text_argument(call, 2)?, self.environment);
        match self.loader.step(call, &arguments)? {
            Loaded::Pending => Ok(Poll::Pending),
            Loaded::Function(function) => {
                call.push(function);
                Ok(Poll::Return(1))
            }
            Loaded::Failed(error) => {
                let message = call.make_string(error.message())?;
                self.fail(call, message.into())
            }
        }
    }
}

impl<'gc> Sequence<'gc> for ReadPieces<'gc> {
    const NAME: &'static str = "load.pieces";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.advance(call)
    }

    /// As in PUC-Rio Lua, whose loader runs protected, an error of the reader is a failure to load; refused memory is
    /// an exception, see `failed`.
    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        if error.is_out_of_memory(call.ctx()) { Err(error) } else { self.fail(call, error.value()) }
    }

    fn catches(&self) -> bool {
        true
    }
}

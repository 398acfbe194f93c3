//! Functions from the host's files or standard input: `loadfile` and `dofile`.
//!
//! A file may be of any length, and may never end. It is read in portions, up to the longest chunk, and the memory for
//! each portion is requested before. Then it is compiled as by `load`.

use super::{environment_argument, text_argument};
use crate::api::{LoadArguments, LoadError, Loaded, Loader};
use crate::error::Error;
use crate::native::{Call, OpenMode, Poll, Reply, Sequence, Stream, error_text};
use crate::object::Value;
use crate::stdlib::buffer::Buffer;
use crate::stdlib::io::{c_text, read_input};
use fife_arena::Collect;
use std::io;

/// How many bytes are read between two checks of the fuel.
const PORTION_BYTES: usize = 8 << 10;

/// `loadfile`
pub(super) fn loadfile<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    text_argument(call, 1)?;
    start(call, 3, false)
}

/// `dofile`
pub(super) fn dofile<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    start(call, 1, true)
}

/// Opens the file and continues as a sequence with this many of the arguments.
fn start<'gc>(call: &mut Call<'gc, '_>, arguments: usize, runs: bool) -> Result<Reply, Error<'gc>> {
    let path = text_argument(call, 0)?.map(c_text);
    call.charge(100);
    // The system gets a copy.
    call.reserve(2 * path.map_or(0, <[u8]>::len))?;
    let opened = match path {
        Some(path) => call.ctx().host().open(path, OpenMode::READ).map(Source::File),
        None => Ok(Source::Input),
    };
    call.truncate(arguments);
    let mut loading = LoadFile { stage: Stage::Compile, source: Buffer::unlimited(), loader: Loader::default(), runs };
    match opened {
        Ok(source) => {
            loading.stage = Stage::Read(source);
            call.sequence(loading)
        }
        Err(error) => {
            let message = unreadable(call, "open", &error)?;
            match loading.fail(call, message)? {
                Poll::Return(count) => call.values(count as usize),
                _ => call.nothing(),
            }
        }
    }
}

/// The message for a file that cannot be read.
fn unreadable<'gc>(call: &Call<'gc, '_>, action: &str, error: &io::Error) -> Result<Value<'gc>, Error<'gc>> {
    let path = text_argument(call, 0)?.map_or(&b"stdin"[..], c_text);
    call.reserve(2 * path.len())?;
    let mut message = format!("cannot {action} ").into_bytes();
    message.extend_from_slice(path);
    message.extend_from_slice(format!(": {}", error_text(error).0).as_bytes());
    Ok(Value::String(call.make_string(&message)?))
}

/// A file that becomes a function. Its window holds the arguments of `loadfile`.
#[derive(Collect)]
struct LoadFile<'gc> {
    #[collect(static)]
    stage: Stage,
    source: Buffer<'gc>,
    loader: Loader<'gc>,
    /// Whether the function is called, for `dofile`.
    runs: bool,
}

enum Stage {
    Read(Source),
    Compile,
    /// The function was called.
    Run,
}

enum Source {
    Input,
    File(Box<dyn Stream>),
}

impl<'gc> LoadFile<'gc> {
    fn advance(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match &mut self.stage {
            Stage::Read(source) => {
                // Before bytes are taken from the file, because this may be tried again.
                self.source.reserve(call, PORTION_BYTES)?;
                let mut portion = [0; PORTION_BYTES];
                let read = match source {
                    Source::Input => read_input(call.ctx(), &mut portion),
                    Source::File(stream) => stream.read(&mut portion),
                };
                match read {
                    Ok(0) => self.stage = Stage::Compile,
                    Ok(count) => {
                        let read = portion.get(..count).unwrap_or(&portion);
                        self.source.append(call, read)?;
                        if self.source.as_slice().len() > call.ctx().limits().source_bytes {
                            let message = call.ctx().string(LoadError::too_long().message());
                            return self.fail(call, message.into());
                        }
                    }
                    // Continues in another step.
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => call.interrupt(),
                    Err(error) => {
                        let message = unreadable(call, "read", &error)?;
                        return self.fail(call, message);
                    }
                }
                Ok(Poll::Pending)
            }
            Stage::Compile => match self.compile(call)? {
                Loaded::Pending => Ok(Poll::Pending),
                Loaded::Function(function) => {
                    call.push(function);
                    if !self.runs {
                        return Ok(Poll::Return(1));
                    }
                    self.stage = Stage::Run;
                    Ok(Poll::Call(0))
                }
                Loaded::Failed(error) => {
                    let message = call.make_string(error.message())?;
                    self.fail(call, message.into())
                }
            },
            Stage::Run => Ok(Poll::Return((call.len() - call.results_from()) as u32)),
        }
    }

    /// Compiles what was read, or a part of it.
    fn compile(&mut self, call: &Call<'gc, '_>) -> Result<Loaded<'gc>, Error<'gc>> {
        let name = match text_argument(call, 0)? {
            Some(path) => [b"@", c_text(path)].concat(),
            None => b"=stdin".to_vec(),
        };
        let mut arguments = LoadArguments::new(source_of_file(self.source.as_slice()), &name);
        (arguments.mode, arguments.environment) = (text_argument(call, 1)?, environment_argument(call, 2));
        self.loader.step(call, &arguments)
    }

    /// Ends without a function: `loadfile` returns nil and the message, `dofile` raises it.
    fn fail(&self, call: &mut Call<'gc, '_>, message: Value<'gc>) -> Result<Poll, Error<'gc>> {
        if self.runs {
            let refused = Error::out_of_memory(call.ctx());
            // Other messages have a position, or the name of the file.
            return Err(if message == refused.value() { refused } else { Error::new(call.ctx(), message) });
        }
        call.push(Value::Nil);
        call.push(message);
        Ok(Poll::Return(2))
    }
}

impl<'gc> Sequence<'gc> for LoadFile<'gc> {
    const NAME: &'static str = "loadfile";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.advance(call) {
            // Unless it can be tried again after a collection, lack of memory is a failure to load.
            Err(error) if !self.runs && error.is_out_of_memory(call.ctx()) => {
                if call.withdraw_refusal() {
                    Err(call.refused())
                } else {
                    self.fail(call, error.value())
                }
            }
            polled => polled,
        }
    }
}

/// A file's text without a byte order mark, and without a first line that starts with `#`. That line's end stays, so
/// that line numbers are right.
pub fn source_of_file(source: &[u8]) -> &[u8] {
    let source = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    if source.first() != Some(&b'#') {
        return source;
    }
    match memchr::memchr(b'\n', source) {
        // A binary chunk may follow directly.
        Some(end) if LoadArguments::new(&source[end + 1..], b"").is_binary() => &source[end + 1..],
        Some(end) => &source[end..],
        None => &[],
    }
}

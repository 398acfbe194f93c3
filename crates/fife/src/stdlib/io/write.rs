//! Writing: `file:write` and `io.write`. A long text is passed on in portions, between which the step may end.

use super::{FileHandle, failed_triple, host};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::Value;
use fife_arena::Collect;
use fife_bytecode::number;
use std::io;

/// The most bytes passed on between two checks of the fuel.
const PORTION_BYTES: usize = 256 << 10;

/// A running write: the number of the current value in the window, and how many of its bytes are written.
#[derive(Collect)]
struct Writing<'gc> {
    file: FileHandle<'gc>,
    /// The result: the file.
    result: Value<'gc>,
    index: usize,
    written: usize,
}

/// Writes the values from number `first` of the window on. Costs 5 units, and one per value and per 16 bytes.
pub(super) fn write<'gc>(
    call: &mut Call<'gc, '_>,
    file: FileHandle<'gc>,
    result: Value<'gc>,
    first: usize,
) -> Result<Reply, Error<'gc>> {
    call.charge(5);
    let mut writing = Writing { file, result, index: first, written: 0 };
    match writing.work(call) {
        Ok(true) => call.one(result),
        Ok(false) => call.after_effect().sequence(writing),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Host(error)) => {
            let count = failed_triple(call, None, &error);
            call.values(count)
        }
    }
}

enum Failure<'gc> {
    Error(Error<'gc>),
    /// The host could not write. This is not an error in Lua.
    Host(io::Error),
}

impl From<io::Error> for Failure<'_> {
    fn from(error: io::Error) -> Self {
        Failure::Host(error)
    }
}

impl<'gc> Writing<'gc> {
    /// Writes a portion. True when everything is written.
    fn work(&mut self, call: &mut Call<'gc, '_>) -> Result<bool, Failure<'gc>> {
        let mut file = self.file.get().borrow_mut();
        let host = host(call);
        let mut budget = PORTION_BYTES;
        while self.index < call.len() {
            match call.get(self.index) {
                Value::Integer(value) => file.write(host, number::integer_text(value).as_bytes())?,
                Value::Number(value) => {
                    // As in PUC-Rio Lua, which here, unlike in `tostring`, does not mark integral floats.
                    let text = number::float_text(value);
                    file.write(host, text.as_bytes().strip_suffix(b".0").unwrap_or(text.as_bytes()))?;
                }
                _ => {
                    let text = call.string(self.index).map_err(Failure::Error)?.as_bytes();
                    let rest = &text[self.written..];
                    let portion = &rest[..rest.len().min(budget)];
                    call.charge(portion.len() / 16);
                    file.write(host, portion)?;
                    budget -= portion.len();
                    if portion.len() < rest.len() {
                        self.written += portion.len();
                        return Ok(false);
                    }
                }
            }
            call.charge(1);
            self.index += 1;
            self.written = 0;
        }
        Ok(true)
    }
}

impl<'gc> Sequence<'gc> for Writing<'gc> {
    const NAME: &'static str = "io.write";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if call.fuel_left() <= 0 {
            return Ok(Poll::Pending);
        }
        if self.file.get().borrow().is_closed() {
            return Err(call.error("attempt to use a closed file"));
        }
        match self.work(call) {
            Ok(true) => {
                call.push(self.result);
                Ok(Poll::Return(1))
            }
            Ok(false) => Ok(Poll::Pending),
            Err(Failure::Error(error)) => Err(error),
            Err(Failure::Host(error)) => Ok(Poll::Return(failed_triple(call, None, &error) as u32)),
        }
    }
}

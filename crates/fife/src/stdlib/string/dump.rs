//! `string.dump`: functions as binary chunks.
//!
//! [`Dumper`] does the writing. This file gives it room, one prototype at a time.

use crate::api::Dumper;
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::LuaString;
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;

/// `string.dump`
pub(super) fn dump<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let function = call.function(0)?;
    let Some(dumper) = Dumper::new(function, call.get(1).to_bool()) else {
        return Err(call.error("unable to dump given function"));
    };
    let mut dump = Dump { dumper, output: Buffer::new(call) };
    match dump.run(call)? {
        Some(chunk) => call.one(chunk),
        None => call.sequence(dump),
    }
}

/// A running dump.
#[derive(Collect)]
struct Dump<'gc> {
    dumper: Dumper<'gc>,
    output: Buffer<'gc>,
}

impl<'gc> Dump<'gc> {
    /// Continues. At the end, returns the result.
    fn run(&mut self, call: &Call<'gc, '_>) -> Result<Option<LuaString<'gc>>, Error<'gc>> {
        while let Some(length) = self.dumper.next_length() {
            self.output.reserve(call, length)?;
            let output = self.output.bytes();
            self.dumper.write_next(call, |bytes| output.extend_from_slice(bytes));
            if call.fuel_left() < 0 {
                return Ok(None);
            }
        }
        self.output.finish(call).map(Some)
    }
}

impl<'gc> Sequence<'gc> for Dump<'gc> {
    const NAME: &'static str = "string.dump";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.run(call)? {
            Some(chunk) => {
                call.push(chunk);
                Ok(Poll::Return(1))
            }
            None => Ok(Poll::Pending),
        }
    }
}

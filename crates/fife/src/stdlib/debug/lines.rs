//! The field `activelines` of what `debug.getinfo` returns: which lines have code. A function may have a million of them, so
//! that noting them goes on over several steps.

use crate::error::Error;
use crate::native::{Call, Poll, Sequence};
use crate::object::{PrototypeObject, Table};
use fife_arena::{Collect, Gc};

/// How many lines are noted between two looks at the fuel.
const LINES_AT_ONCE: usize = 1000;

/// A `getinfo` that notes the lines of a function which have code.
#[derive(Collect)]
pub(super) struct ActiveLines<'gc> {
    info: Table<'gc>,
    lines: Table<'gc>,
    prototype: Gc<'gc, PrototypeObject<'gc>>,
    next: usize,
}

impl<'gc> ActiveLines<'gc> {
    /// Those of a prototype, to be noted in the table `lines`, for a call that returns `info`.
    pub(super) fn new(
        info: Table<'gc>,
        lines: Table<'gc>,
        prototype: Gc<'gc, PrototypeObject<'gc>>,
    ) -> ActiveLines<'gc> {
        ActiveLines { info, lines, prototype, next: 0 }
    }

    /// Goes on; whether that is the end.
    pub(super) fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        let positions = &self.prototype.as_ref().chunk.positions;
        let end = positions.len().min(self.next + LINES_AT_ONCE);
        call.charge(end - self.next);
        for run in &positions[self.next..end] {
            let line = i64::from(run.position.line);
            self.lines.set(call.ctx(), line, true).map_err(|_| call.refused())?;
        }
        self.next = end;
        Ok(end == positions.len())
    }
}

impl<'gc> Sequence<'gc> for ActiveLines<'gc> {
    const NAME: &'static str = "debug.getinfo.lines";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.run(call)? {
            return Ok(Poll::Pending);
        }
        call.push(self.info);
        Ok(Poll::Return(1))
    }
}

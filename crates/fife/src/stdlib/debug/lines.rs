//! The field `activelines` of what `debug.getinfo` returns: which lines have code. A function may have a million of them, so
//! that noting them goes on over several steps.

use crate::error::Error;
use crate::native::{Call, Poll, Sequence};
use crate::object::{ActiveLines, Table};
use fife_arena::Collect;

/// How many lines are noted between two looks at the fuel.
const LINES_AT_ONCE: usize = 1000;

/// A `getinfo` that notes the lines of a function which have code.
#[derive(Collect)]
pub(super) struct NoteLines<'gc> {
    info: Table<'gc>,
    lines: Table<'gc>,
    rest: ActiveLines<'gc>,
}

impl<'gc> NoteLines<'gc> {
    /// Those of some code, to be noted in the table `lines`, for a call that returns `info`.
    pub(super) fn new(info: Table<'gc>, lines: Table<'gc>, rest: ActiveLines<'gc>) -> NoteLines<'gc> {
        NoteLines { info, lines, rest }
    }

    /// Goes on; whether that is the end.
    pub(super) fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        // Where memory is refused, the same lines are noted again.
        let mut rest = self.rest.clone();
        call.charge(rest.len().min(LINES_AT_ONCE));
        for line in rest.by_ref().take(LINES_AT_ONCE) {
            self.lines.set(call.ctx(), i64::from(line), true).map_err(|_| call.refused())?;
        }
        self.rest = rest;
        Ok(self.rest.len() == 0)
    }
}

impl<'gc> Sequence<'gc> for NoteLines<'gc> {
    const NAME: &'static str = "debug.getinfo.lines";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.run(call)? {
            return Ok(Poll::Pending);
        }
        call.push(self.info);
        Ok(Poll::Return(1))
    }
}

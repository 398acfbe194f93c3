//! The field `activelines` in the result of `debug.getinfo`: which lines have code. A function may have a million of
//! them, so listing them may take several steps.

use crate::error::Error;
use crate::native::{Call, Poll, Sequence};
use crate::object::{ActiveLines, Table};
use fife_arena::Collect;

/// How many lines are listed between two checks of the fuel.
const LINES_AT_ONCE: usize = 1000;

/// A `getinfo` that lists the lines of a function that have code.
#[derive(Collect)]
pub(super) struct NoteLines<'gc> {
    info: Table<'gc>,
    lines: Table<'gc>,
    rest: ActiveLines<'gc>,
}

impl<'gc> NoteLines<'gc> {
    /// Lists these lines in the table `lines`, for a call that returns `info`.
    pub(super) fn new(info: Table<'gc>, lines: Table<'gc>, rest: ActiveLines<'gc>) -> NoteLines<'gc> {
        NoteLines { info, lines, rest }
    }

    /// Continues. Returns whether that was all.
    pub(super) fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        // If memory is refused, the same lines are listed again.
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

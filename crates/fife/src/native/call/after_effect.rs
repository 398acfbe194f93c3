//! What a native can still make after an effect, such as reading from a file: it cannot be called again.

use super::Call;
use crate::error::Error;
use crate::native::{Reply, Sequence};
use crate::object::{LuaString, draws_on_reserve, failure_text, string_at_once};
use fife_arena::OutOfMemory;

/// Enough memory for a sequence of the library: a segment of the heap, if the existing ones have no room.
const PENDING_BYTES: usize = 4 << 10;

/// Makes objects after a native's first effect: [`Call::after_effect`].
///
/// An object that the limit on memory refuses is an error here, at once. A small one, up to 4 KiB, is first taken from
/// a reserve.
pub struct AfterEffect<'c, 'gc, 'a>(&'c mut Call<'gc, 'a>);

impl<'gc, 'a> Call<'gc, 'a> {
    /// For making objects after an effect that must not be repeated. The methods of [`Call`] have the native called
    /// again, after a collection, if the limit on memory refuses the object.
    ///
    /// ```
    /// use fife::gc::{Call, Error, Function, Reply};
    /// use fife::{Lua, native};
    ///
    /// /// `next_line()`: a line of the host's, which is gone then.
    /// fn next_line<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    ///     let mut line = [0; 64];
    ///     let length = call.ctx().host().read_input(&mut line).map_err(|error| call.error(error.to_string()))?;
    ///     let line = call.after_effect().make_string(&line[..length])?;
    ///     call.one(line)
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     let native = Function::native(ctx, native!("app.next_line", next_line)).unwrap();
    ///     ctx.globals().set_field(ctx, "next_line", native);
    /// });
    /// assert!(lua.load("next_line()").exec().is_err(), "there is no input here");
    /// ```
    pub fn after_effect(&mut self) -> AfterEffect<'_, 'gc, 'a> {
        AfterEffect(self)
    }
}

impl<'gc> AfterEffect<'_, 'gc, '_> {
    /// Makes a string. Also fails if it is longer than the limit on strings.
    pub fn make_string(&self, bytes: &[u8]) -> Result<LuaString<'gc>, Error<'gc>> {
        self.0.check_length(bytes.len())?;
        string_at_once(self.0.ctx, bytes).ok_or_else(|| Error::out_of_memory(self.0.ctx))
    }

    /// The text of a failure, for a script that gets it as a value and not as an error. If there is no memory for the
    /// text, `not enough memory`.
    pub fn failure_text(&self, text: &[u8]) -> LuaString<'gc> {
        failure_text(self.0.ctx, text)
    }

    /// Continues as a sequence, which keeps the window.
    pub fn sequence(self, sequence: impl Sequence<'gc> + 'gc) -> Result<Reply, Error<'gc>> {
        let ctx = self.0.ctx;
        let forced = !ctx.mc().allows(PENDING_BYTES) && draws_on_reserve(ctx, PENDING_BYTES);
        self.0.go_on_as(sequence, forced).map_err(|OutOfMemory| Error::out_of_memory(ctx))
    }
}

//! Long strings that natives make over several steps.

use super::Call;
use crate::error::Error;
use crate::object::{COPIED_AT_ONCE, LuaString, MADE_AT_ONCE, Unfinished};
use fife_arena::{Collect, Gc, OutOfMemory};

/// A long string that is copied from bytes over several steps, so that none of them is long.
///
/// ```
/// use fife::gc::{Bytes, Call, Error, LongString, Poll, Sequence};
/// use fife::Collect;
///
/// /// The end of a native that has collected a text, perhaps of many megabytes.
/// #[derive(Collect)]
/// struct Finish<'gc> {
///     text: Bytes<'gc>,
///     string: Option<LongString<'gc>>,
/// }
///
/// impl<'gc> Sequence<'gc> for Finish<'gc> {
///     const NAME: &'static str = "app.finish";
///
///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
///         if self.text.len() < LongString::LEAST {
///             let string = call.make_string(&self.text)?;
///             call.push(string);
///             return Ok(Poll::Return(1));
///         }
///         let string = match self.string {
///             Some(string) => string,
///             None => *self.string.insert(LongString::begin(call, self.text.len())?),
///         };
///         let Some(string) = string.copy(call, &self.text)? else { return Ok(Poll::Pending) };
///         call.push(string);
///         Ok(Poll::Return(1))
///     }
/// }
/// ```
#[derive(Clone, Copy, Collect)]
pub struct LongString<'gc>(Gc<'gc, Unfinished<'gc>>);

impl<'gc> LongString<'gc> {
    /// The least length, in bytes, of a string that is made in portions. A shorter one is made at once.
    pub const LEAST: usize = MADE_AT_ONCE + 1;

    /// Takes the memory for a string of `length` bytes, or of [`LEAST`](Self::LEAST) if that is more: a shorter text needs
    /// no begin.
    ///
    /// # Errors
    /// The limit on memory refuses it, as in [`Call::reserve`]; "resulting string too large" beyond the limit on strings.
    pub fn begin(call: &Call<'gc, '_>, length: usize) -> Result<LongString<'gc>, Error<'gc>> {
        call.check_length(length)?;
        // A shorter one is not made here.
        let length = length.max(LongString::LEAST);
        call.reserve(length)?;
        let begun = Unfinished::begin(call.ctx().mc(), length, 0, 0);
        begun.map(LongString).map_err(|OutOfMemory| call.refused())
    }

    /// Copies what is missing of `text`, the whole content, as far as the fuel goes; a unit for each 16 bytes. `None` if
    /// that is not all: call it again, with the same text, when the native is polled again. A text shorter than
    /// [`LEAST`](Self::LEAST) becomes a string at once, whatever was begun.
    ///
    /// # Errors
    /// The text has another length than what was begun. There is no memory for a short one.
    pub fn copy(self, call: &Call<'gc, '_>, text: &[u8]) -> Result<Option<LuaString<'gc>>, Error<'gc>> {
        let (it, length) = (self.0, text.len());
        if length < LongString::LEAST {
            call.charge(length / 16);
            return call.make_string(text).map(Some);
        }
        if length != it.len() {
            return Err(call.error("text of another length than its string"));
        }
        while it.written() < length {
            let (start, end) = (it.written(), length.min(it.written() + COPIED_AT_ONCE));
            call.charge((end - start) / 16);
            it.put(&text[start..end]);
            if end < length && call.fuel_left() <= 0 {
                return Ok(None);
            }
        }
        Ok(Some(LuaString(it.finish())))
    }
}

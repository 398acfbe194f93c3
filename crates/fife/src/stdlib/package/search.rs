//! Looks for a file along a path: `package.searchpath`, and the part of it that searchers use.
//!
//! The name and the path come from a script, and each mark in the path becomes a copy of the name, so a script chooses
//! the work and the memory. So texts are put together in portions, and templates are tried one by one.

use crate::error::Error;
use crate::native::{Call, OpenMode, Poll, Reply, Sequence};
use crate::object::{LuaString, Value};
use crate::stdlib::buffer::Buffer;
use crate::stdlib::io::c_string;
use fife_arena::Collect;

/// The most bytes of text put together between two checks of the fuel.
const PORTION_BYTES: usize = 16 << 10;

/// `package.searchpath`
pub(super) fn searchpath<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    // The last argument is checked first, as in PUC-Rio Lua.
    let replacement = if call.is_none_or_nil(3) { call.make_string(b"/")? } else { c_string(call, 3)? };
    let separator = if call.is_none_or_nil(2) { call.make_string(b".")? } else { c_string(call, 2)? };
    let path = c_string(call, 1)?;
    let name = c_string(call, 0)?;
    call.truncate(0);
    call.sequence(SearchPath { search: PathSearch::new(call, name, path, separator, replacement) })
}

#[derive(Collect)]
struct SearchPath<'gc> {
    search: PathSearch<'gc>,
}

impl<'gc> Sequence<'gc> for SearchPath<'gc> {
    const NAME: &'static str = "package.searchpath";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.search.advance(call)? {
            None => Ok(Poll::Pending),
            Some(Found::File(file)) => {
                call.push(file);
                Ok(Poll::Return(1))
            }
            Some(Found::Nothing(message)) => {
                call.push(Value::Nil);
                call.push(message);
                Ok(Poll::Return(2))
            }
        }
    }
}

/// The result of a search: the name of a file, or the message that lists all places without it.
pub(super) enum Found<'gc> {
    File(LuaString<'gc>),
    Nothing(LuaString<'gc>),
}

/// A running search. Its texts have no zero bytes.
#[derive(Collect)]
pub(super) struct PathSearch<'gc> {
    name: LuaString<'gc>,
    path: LuaString<'gc>,
    separator: LuaString<'gc>,
    replacement: LuaString<'gc>,
    #[collect(static)]
    stage: Stage,
    /// The name with its separators replaced.
    file_name: Replaced<'gc>,
    /// The path with that name at its marks.
    places: Replaced<'gc>,
    message: Replaced<'gc>,
}

enum Stage {
    Name,
    Places,
    /// Try the place that starts here in `places`.
    Try(usize),
    Message,
}

impl<'gc> PathSearch<'gc> {
    /// A search for the file of `name`, in which each `separator` is replaced.
    pub(super) fn new(
        call: &Call<'gc, '_>,
        name: LuaString<'gc>,
        path: LuaString<'gc>,
        separator: LuaString<'gc>,
        replacement: LuaString<'gc>,
    ) -> PathSearch<'gc> {
        PathSearch {
            name,
            path,
            separator,
            replacement,
            stage: Stage::Name,
            file_name: Replaced::new(call),
            places: Replaced::new(call),
            message: Replaced::new(call),
        }
    }

    /// Does a portion. `None` if there is more to do.
    pub(super) fn advance(&mut self, call: &Call<'gc, '_>) -> Result<Option<Found<'gc>>, Error<'gc>> {
        match self.stage {
            Stage::Name => {
                let (separator, replacement) = (self.separator.as_bytes(), self.replacement.as_bytes());
                if self.file_name.advance(call, self.name.as_bytes(), separator, replacement)? {
                    self.stage = Stage::Places;
                }
            }
            Stage::Places => {
                let name = self.file_name.text.as_slice();
                if self.places.advance(call, self.path.as_bytes(), b"?", name)? {
                    self.stage = Stage::Try(0);
                }
            }
            Stage::Try(start) => {
                let places = self.places.text.as_slice();
                let Some(rest) = places.get(start..).filter(|_| !places.is_empty()) else {
                    self.message.begin(call, b"no file '")?;
                    self.stage = Stage::Message;
                    return Ok(None);
                };
                let place = rest.split(|&byte| byte == b';').next().unwrap_or(rest);
                call.reserve(2 * place.len())?;
                call.charge(100 + place.len() / 16);
                if call.ctx().host().open(place, OpenMode::READ).is_ok() {
                    return Ok(Some(Found::File(call.make_string(place)?)));
                }
                self.stage = Stage::Try(start + place.len() + 1);
            }
            Stage::Message => {
                if self.message.advance(call, self.places.text.as_slice(), b";", b"'\n\tno file '")? {
                    let message = self.message.text.as_slice();
                    call.reserve(2 * message.len())?;
                    call.charge(message.len() / 8);
                    return Ok(Some(Found::Nothing(call.make_string(&[message, b"'"].concat())?)));
                }
            }
        }
        Ok(None)
    }
}

/// A text in which one string is being replaced by another string.
#[derive(Collect)]
struct Replaced<'gc> {
    text: Buffer<'gc>,
    /// How many bytes of the original are done.
    at: usize,
    /// How many bytes of the current replacement are done, if there is one.
    replacement_at: Option<usize>,
}

impl<'gc> Replaced<'gc> {
    fn new(call: &Call<'gc, '_>) -> Replaced<'gc> {
        Replaced { text: Buffer::new(call), at: 0, replacement_at: None }
    }

    /// Puts a text before everything else.
    fn begin(&mut self, call: &Call<'gc, '_>, start: &[u8]) -> Result<(), Error<'gc>> {
        self.text.append(call, start)
    }

    /// Continues to replace `from` by `to`. True at the end. An empty `from` occurs nowhere.
    fn advance(&mut self, call: &Call<'gc, '_>, original: &[u8], from: &[u8], to: &[u8]) -> Result<bool, Error<'gc>> {
        // Before anything is done, because this may be called again after a collection.
        self.text.reserve(call, PORTION_BYTES)?;
        let mut budget = PORTION_BYTES;
        while budget > 0 {
            if let Some(done) = self.replacement_at {
                let rest = to.get(done..).unwrap_or_default();
                let part = &rest[..rest.len().min(budget)];
                self.begin(call, part)?;
                budget -= part.len();
                self.replacement_at = (part.len() < rest.len()).then_some(done + part.len());
                continue;
            }
            let rest = original.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(true);
            }
            let seen = &rest[..rest.len().min(budget)];
            let plain = from.first().and_then(|&first| memchr::memchr(first, seen)).unwrap_or(seen.len());
            self.begin(call, &seen[..plain])?;
            self.at += plain;
            budget -= plain;
            if plain < seen.len() {
                // `from` may begin here, or only share its first byte.
                let compared = from.len() / 16;
                call.charge(1 + compared);
                if rest[plain..].starts_with(from) {
                    self.at += from.len();
                    self.replacement_at = Some(0);
                } else {
                    self.begin(call, &seen[plain..=plain])?;
                    self.at += 1;
                }
                budget = budget.saturating_sub(1 + compared);
            }
        }
        Ok(false)
    }
}

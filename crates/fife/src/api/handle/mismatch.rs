//! Why a value of Lua cannot become a value of Rust. The caller adds which argument or field it was.

use super::Error;
use crate::error::runtime::type_name_of;
use crate::object::{Context, Slot, Value};
use std::borrow::Cow;
use std::fmt;

/// Why a value of Lua is not what Rust wants: `integer expected, got table`.
///
/// Host functions add the argument, `bad argument #2 to 'add' (integer expected, got table)`; fields and results are
/// named in the same way.
///
/// ```
/// use fife::Mismatch;
///
/// let mismatch = Mismatch::unexpected("integer from 0 to 255", 300).within("field 'red'");
/// assert_eq!(mismatch.to_string(), "field 'red': integer from 0 to 255 expected, got 300");
/// assert_eq!(fife::Error::from(mismatch).kind(), fife::ErrorKind::Conversion);
/// ```
pub struct Mismatch(Box<Inner>);

struct Inner {
    reason: Reason,
    /// Where in the value the mismatch is: `element 3: `.
    place: String,
    /// Which of several values it was, counted from 0.
    index: usize,
}

enum Reason {
    Expected { expected: Cow<'static, str>, got: Cow<'static, str> },
    Text(Cow<'static, str>),
    Memory,
}

impl Mismatch {
    fn of(reason: Reason) -> Mismatch {
        Mismatch(Box::new(Inner { reason, place: String::new(), index: 0 }))
    }

    /// `{expected} expected, got {type of the value}`, where a metatable's `__name` is the type of its values.
    pub fn expected<'gc>(ctx: Context<'gc>, expected: impl Into<Cow<'static, str>>, got: Value<'gc>) -> Mismatch {
        let name = type_name_of(ctx, Slot::from(got));
        // A script may have chosen a name of any length.
        let got = String::from_utf8_lossy(&name[..name.len().min(200)]).into_owned().into();
        Mismatch::of(Reason::Expected { expected: expected.into(), got })
    }

    /// `{expected} expected, got {what}`, for a value of the right type: `integer from 0 to 255 expected, got 300`.
    pub fn unexpected(expected: impl Into<Cow<'static, str>>, what: impl fmt::Display) -> Mismatch {
        Mismatch::of(Reason::Expected { expected: expected.into(), got: what.to_string().into() })
    }

    /// Any other reason: `number out of range`.
    pub fn text(reason: impl Into<Cow<'static, str>>) -> Mismatch {
        Mismatch::of(Reason::Text(reason.into()))
    }

    /// There is no memory for the converted value. A host function is called again after a collection.
    pub fn memory() -> Mismatch {
        Mismatch::of(Reason::Memory)
    }

    /// The same mismatch within something else: `place: reason`.
    pub fn within(mut self, place: impl fmt::Display) -> Mismatch {
        self.0.place = format!("{place}: {}", self.0.place);
        self
    }

    /// The same mismatch, of value number `index` among several.
    pub(super) fn at(mut self, index: usize) -> Mismatch {
        self.0.index += index;
        self
    }

    /// The same mismatch, of a value that is absent.
    pub(super) fn absent(mut self) -> Mismatch {
        if let Reason::Expected { got, .. } = &mut self.0.reason
            && self.0.place.is_empty()
        {
            *got = "no value".into();
        }
        self
    }

    pub(super) fn index(&self) -> usize {
        self.0.index
    }

    pub(super) fn is_memory(&self) -> bool {
        matches!(self.0.reason, Reason::Memory)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.place)?;
        match &self.0.reason {
            Reason::Expected { expected, got } => write!(f, "{expected} expected, got {got}"),
            Reason::Text(text) => f.write_str(text),
            Reason::Memory => f.write_str("not enough memory"),
        }
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mismatch({self})")
    }
}

impl std::error::Error for Mismatch {}

impl From<Mismatch> for Error {
    fn from(mismatch: Mismatch) -> Error {
        if mismatch.is_memory() { Error::memory() } else { Error::conversion(mismatch.to_string()) }
    }
}

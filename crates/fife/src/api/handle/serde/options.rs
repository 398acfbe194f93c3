//! What of the conversions between Rust's data and Lua's a host may choose.

use super::failure::Failure;
use crate::api::handle::Mismatch;

/// How values of serde's data model and values of Lua stand for each other, where there is more than one way.
///
/// ```
/// use fife::serde::{Null, Options, from_value, null, to_value};
/// use fife::{Lua, Value};
///
/// let lua = Lua::new();
/// let mut options = Options::default();
/// let list = to_value(&lua, &[Some(1), None, Some(3)], &options)?;
/// // A nil would end the list, so there is a value that stands for it; scripts can be given it.
/// let Value::Table(table) = &list else { unreachable!() };
/// assert_eq!(table.get::<Value>(&lua, 2)?, null(&lua)?);
/// assert_eq!(from_value::<Vec<Option<i64>>>(&lua, &list, &options)?, [Some(1), None, Some(3)]);
///
/// options.null = Null::Never;
/// let error = to_value(&lua, &[Some(1), None, Some(3)], &options).unwrap_err();
/// assert_eq!(error.to_string(), "element 2: nil would be lost here");
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// What `None` and what holds nothing becomes: `()` and unit structs. When read, nil and [`null`](super::null) are
    /// the same. The default is [`Null::WhereNeeded`].
    pub null: Null,
    /// Which tables of lists, tuples and arrays get the metatable [`list_metatable`](super::list_metatable), by which
    /// an empty list is known from an empty map. The default is [`Mark::Empty`].
    pub mark_lists: Mark,
    /// What an empty table is for types that take any value, such as `serde_json::Value`, and for what is read by way
    /// of such a value: enums that are untagged or tagged within, and flattened fields. Other types say themselves
    /// which one they want. A table with the metatable [`list_metatable`](super::list_metatable) is a list in any case.
    /// The default is [`Empty::Map`]. (A map whose keys are 1, 2, 3 and so on is taken for a list by such types, and
    /// does not come back as a map.)
    pub empty_table: Empty,
    /// What is done about functions, coroutines and userdata where a type takes any value. The default is
    /// [`Foreign::Refuse`]. Fields that a struct does not have are ignored, whatever they hold.
    pub foreign: Foreign,
    /// Whether the entries of tables are read in the order of their keys, numbers before strings before booleans, in
    /// place of the order of `pairs`, which is another one in each VM. It matters to types that keep the order. The
    /// default is that they are not.
    pub sort_keys: bool,
    /// How deeply values may be nested. Each table counts as one level, and so do a `Some` and a newtype struct. The
    /// default is 128; more than [`Options::DEPTH_MAX`] counts as that, since each level takes some of the stack of the
    /// thread.
    pub depth: usize,
    /// The most values that one conversion reads or makes, keys included. A table may have one and the same table many
    /// times, each of which counts: so few tables can unfold into more than any memory holds. The default is
    /// 10,000,000, which takes about a second; within [`Limits::memory`](crate::Limits::memory) a script comes less
    /// far.
    pub values: usize,
}

impl Options {
    /// The most levels that values may be nested in.
    pub const DEPTH_MAX: usize = 512;

    /// The levels that the whole value may have.
    pub(super) fn levels(&self) -> usize {
        self.depth.min(Options::DEPTH_MAX)
    }

    /// One level fewer.
    pub(super) fn descend(&self, levels: usize) -> Result<usize, Failure> {
        levels.checked_sub(1).ok_or_else(|| {
            Failure::new(Mismatch::text(format!("nested too deeply, in more than {} levels", self.levels())))
        })
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            null: Null::default(),
            mark_lists: Mark::default(),
            empty_table: Empty::default(),
            foreign: Foreign::default(),
            sort_keys: false,
            depth: 128,
            values: 10_000_000,
        }
    }
}

/// What `None`, `()` and unit structs become: [`Options::null`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Null {
    /// [`null`](super::null) where nil would be lost: for all of them as elements of lists and tuples and in variants
    /// of enums, and in fields and entries of maps for those that are not `None`. A `None` there is nil: the field or
    /// entry is absent. So is the value as a whole.
    #[default]
    WhereNeeded,
    /// [`null`](super::null) everywhere, so that entries of maps stay. Scripts have to know it: a condition takes it
    /// for true.
    Always,
    /// Nil everywhere, so that scripts need not know of null. As an element of a list, or in a variant of an enum, it
    /// is refused.
    Never,
}

/// Which lists are marked as such: [`Options::mark_lists`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// None: the tables are plain.
    Never,
    /// Those that are empty, which cannot be told from maps otherwise.
    #[default]
    Empty,
    /// All. What a script takes all elements from still is a list then.
    All,
}

/// What an empty table is, for a type that takes any value: [`Options::empty_table`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Empty {
    /// A map without entries.
    #[default]
    Map,
    /// A list without elements.
    List,
}

/// What is done about values that are no data, where a type takes any value: [`Options::foreign`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// They are an error.
    #[default]
    Refuse,
    /// Entries of maps and structs that have one as key or value are passed over; elsewhere they are read as nil.
    Skip,
}

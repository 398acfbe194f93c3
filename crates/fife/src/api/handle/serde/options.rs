//! The choices that a host has in conversions between Rust's data and Lua's.

use super::failure::Failure;
use crate::api::handle::Mismatch;

/// How values of serde's data model and values of Lua correspond, where there is more than one way.
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
    /// What `None`, `()` and unit structs become. When reading, nil and [`null`](super::null) are the same. The default
    /// is [`Null::WhereNeeded`].
    pub null: Null,
    /// Which tables made of lists, tuples and arrays get the metatable [`list_metatable`](super::list_metatable), which
    /// tells an empty list from an empty map. The default is [`Mark::Empty`].
    pub mark_lists: Mark,
    /// What an empty table is to types that take any value, such as `serde_json::Value`, and to what serde reads
    /// through such a value: untagged and internally tagged enums, and flattened fields. Other types say which one they
    /// want. A table with the metatable [`list_metatable`](super::list_metatable) is always a list. The default is
    /// [`Empty::Map`]. (Such types take a map with the keys 1, 2, 3 and so on for a list, so it does not come back as a
    /// map.)
    pub empty_table: Empty,
    /// What happens to functions, coroutines and userdata where a type takes any value. The default is
    /// [`Foreign::Refuse`]. Fields that a struct does not have are ignored, whatever they hold.
    pub foreign: Foreign,
    /// Whether the entries of tables are read in the order of their keys (numbers, then strings, then booleans) and not
    /// in the order of `pairs`, which differs between VMs. It matters to types that keep the order. By default they are
    /// not.
    pub sort_keys: bool,
    /// How deeply values may be nested. Each table is a level, and so are a `Some` and a newtype struct. The default is
    /// 128. More than [`Options::DEPTH_MAX`] counts as that, because each level takes some of the thread's stack.
    pub depth: usize,
    /// The most values that one conversion reads or makes, including keys. A table may contain the same table many
    /// times, and each time counts: a few tables can unfold into more than any memory holds. The default is 10,000,000,
    /// which takes about a second; [`Limits::memory`](crate::Limits::memory) usually stops a script earlier.
    pub values: usize,
}

impl Options {
    /// The most levels of nesting.
    pub const DEPTH_MAX: usize = 512;

    /// The levels that the whole value may have.
    pub(super) fn levels(&self) -> usize {
        self.depth.min(Options::DEPTH_MAX)
    }

    /// One level fewer.
    pub(super) fn descend(&self, levels: usize) -> Result<usize, Failure> {
        levels
            .checked_sub(1)
            .ok_or_else(|| Failure::new(Mismatch::text(format!("nested more than {} levels deep", self.levels()))))
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
    /// [`null`](super::null) where nil would be lost: for all three as elements of lists and tuples and in variants of
    /// enums, and for `()` and unit structs in fields and entries of maps. A `None` in a field or entry is nil, so the
    /// field or entry is absent. A value by itself is nil.
    #[default]
    WhereNeeded,
    /// [`null`](super::null) everywhere, so that entries of maps stay. Scripts must know it: it counts as true in a
    /// condition.
    Always,
    /// Nil everywhere, so that scripts need not know null. As an element of a list, or in a variant of an enum, that is
    /// an error.
    Never,
}

/// Which lists are marked as such: [`Options::mark_lists`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// None: the tables are plain.
    Never,
    /// Empty ones, which cannot be told from maps otherwise.
    #[default]
    Empty,
    /// All. A list then stays a list even if a script removes all its elements.
    All,
}

/// What an empty table is to a type that takes any value: [`Options::empty_table`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Empty {
    /// A map without entries.
    #[default]
    Map,
    /// A list without elements.
    List,
}

/// What happens to values that are not data, where a type takes any value: [`Options::foreign`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// They are an error.
    #[default]
    Refuse,
    /// Entries of maps and structs with one as key or value are skipped; elsewhere they are read as nil.
    Skip,
}

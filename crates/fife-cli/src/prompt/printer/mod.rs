//! Shows values to a person: tables with what is in them, strings in quotes, in bounded time and text.
//!
//! A value is first copied as a tree of text, by [`Walk`], which looks at the VM and never runs anything: neither
//! `__index` nor `__pairs` is called. Objects with a `__tostring` are noted in the tree, and that is called afterwards,
//! each with [`TOSTRING_FUEL`]. [`layout`] turns the tree into lines. What is shown in full is Lua source that makes an
//! equal value.
//!
//! The walk recurses into tables, at most [`LEVELS`] deep.

mod layout;
pub(crate) mod literal;
#[cfg(test)]
mod tests;

use crate::session::{Session, Stopped};
use fife::Task;
use fife::gc::semantics::{Event, Outcome, address_text, metamethod, to_text};
use fife::gc::{Context, LuaString, Slot, Table as LuaTable, TableCursor, Value, Visited};
use literal::Literal;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// How deep tables in tables are shown.
const LEVELS: usize = 3;
/// How many entries of a table are shown.
const ENTRIES: usize = 50;
/// How much text there is in all, and of a string in a table.
const BYTES: usize = 8192;
const NESTED_STRING_BYTES: usize = 500;
/// How long the name of a kind of object is that `__name` gives.
const NAME_BYTES: usize = 40;
/// The text that an entry takes beside its key and value: a comma, the end of the line, and blanks.
const ENTRY_BYTES: usize = 10;
/// How many entries are looked at to find those that come first. In a table that has more, others may come first.
const LOOKED_AT: usize = 20_000;
/// How many times that is done for empty places of a table that has had many entries: each time for some tens of
/// thousands.
const GAPS_MAX: usize = 100;
/// How much of two keys is compared.
const COMPARED_BYTES: usize = 256;
/// The fuel of one `__tostring`, and of all for one display.
const TOSTRING_FUEL: u64 = 100_000;
const TOSTRING_FUEL_IN_ALL: u64 = 1_000_000;

/// A value as it is shown.
enum Node {
    Text(Vec<u8>),
    /// An object that is asked how it is shown; until then, or if it does not answer, by its address.
    Object {
        value: fife::Value,
        text: Vec<u8>,
    },
    Table(Table),
}

struct Table {
    /// Its number, if it contains itself.
    mark: Option<usize>,
    /// What its `__name` calls it.
    name: Option<Vec<u8>>,
    entries: Vec<Entry>,
    /// That there is more: how many entries, or 0 if that is not known.
    rest: Option<usize>,
}

struct Entry {
    /// The key as source; nothing for the next element of a list.
    key: Option<Vec<u8>>,
    value: Node,
}

/// What is shown of values: lines, and whether that is all of them.
pub(crate) struct Shown {
    pub(crate) text: Vec<u8>,
    /// Whether the text is Lua source that makes equal values.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(crate) is_complete: bool,
}

/// Shows what a task returned, for a terminal of so many columns.
pub(crate) fn show_results(session: &mut Session, task: &Task, width: usize) -> Result<Shown, Stopped> {
    let (mut nodes, is_complete) = session.lua.enter(|ctx| {
        let mut walk = Walk { ctx, room: BYTES, path: Vec::new(), mark: 0, is_complete: true };
        let results = task.fetch(ctx)?.results();
        let mut nodes = Vec::new();
        for (index, value) in results.into_iter().enumerate() {
            if walk.room == 0 || index == ENTRIES {
                nodes.push(Node::Text(b"...".to_vec()));
                walk.is_complete = false;
                break;
            }
            walk.room = walk.room.saturating_sub(ENTRY_BYTES);
            nodes.push(walk.value(value));
        }
        Ok::<_, fife::Error>((nodes, walk.is_complete))
    })?;
    let mut fuel = TOSTRING_FUEL_IN_ALL;
    let mut room = BYTES;
    let is_alone = nodes.len() == 1;
    for node in &mut nodes {
        ask(session, node, is_alone, &mut fuel, &mut room)?;
    }
    let mut texts: Vec<Vec<u8>> = nodes.iter().map(|node| layout::lay_out(node, 0, width)).collect();
    let is_line = texts.iter().all(|text| !text.contains(&b'\n')) && layout::fits_with_tabs(&texts, width);
    let separator: &[u8] = if is_line { b"\t" } else { b"\n" };
    let text = if texts.len() == 1 { texts.remove(0) } else { texts.join(separator) };
    Ok(Shown { text, is_complete })
}

/// Asks the objects in a tree how they are shown, as long as there is fuel.
fn ask(
    session: &mut Session,
    node: &mut Node,
    is_alone: bool,
    fuel: &mut u64,
    room: &mut usize,
) -> Result<(), Stopped> {
    match node {
        Node::Text(_) => {}
        Node::Table(table) => {
            for entry in &mut table.entries {
                ask(session, &mut entry.value, false, fuel, room)?;
            }
        }
        Node::Object { value, text } => {
            let (task, used) = session.call_within(TOSTRING_FUEL.min(*fuel), |ctx| {
                let value = fife::IntoLua::into_lua(&*value, ctx)?;
                Ok(match to_text(ctx, value) {
                    Ok(Outcome::Call { function, arguments, count }) => (function, arguments[..count].to_vec()),
                    _ => (Value::Nil, Vec::new()),
                })
            })?;
            *fuel = fuel.saturating_sub(used);
            let answer = task.map(|task| {
                session.lua.enter(|ctx| match task.fetch(ctx)?.results().first() {
                    Some(Value::String(answer)) => Ok::<_, fife::Error>(Some(answer.as_bytes().to_vec())),
                    _ => Ok(None),
                })
            });
            match answer.transpose()?.flatten() {
                Some(answer) => {
                    let bytes = if is_alone { *room } else { NESTED_STRING_BYTES.min(*room) };
                    let mut shown = literal::plain(&answer, bytes);
                    if !is_alone {
                        // In a line with others it is one line.
                        shown.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
                    }
                    *text = shown;
                }
                None => text.extend_from_slice(b" (no answer of __tostring)"),
            }
            *room = room.saturating_sub(text.len() + ENTRY_BYTES);
        }
    }
    Ok(())
}

/// Copies values as trees.
struct Walk<'gc> {
    ctx: Context<'gc>,
    /// How many bytes of text there may still be.
    room: usize,
    /// The tables around, with their marks.
    path: Vec<(LuaTable<'gc>, Option<usize>)>,
    /// The last mark that was given.
    mark: usize,
    is_complete: bool,
}

impl<'gc> Walk<'gc> {
    fn value(&mut self, value: Value<'gc>) -> Node {
        let string_bytes = if self.path.is_empty() { self.room } else { self.room.min(NESTED_STRING_BYTES) };
        let literal = match value {
            Value::Nil => Literal::complete("nil"),
            Value::Boolean(value) => Literal::complete(if value { "true" } else { "false" }),
            Value::Integer(value) => literal::integer(value),
            Value::Number(value) => literal::float(value),
            Value::String(value) => literal::string(value.as_bytes(), string_bytes),
            _ => return self.object(value),
        };
        Node::Text(self.counted(literal))
    }

    /// Takes the room for a text.
    fn counted(&mut self, literal: Literal) -> Vec<u8> {
        self.room = self.room.saturating_sub(literal.text.len());
        self.is_complete &= literal.is_complete;
        literal.text
    }

    fn object(&mut self, value: Value<'gc>) -> Node {
        if !metamethod(self.ctx, Slot::from(value), Event::ToString).is_nil() {
            let text = self.counted(Literal::partial(self.address(value)));
            return match fife::FromLua::from_lua(self.ctx, value) {
                Ok(value) => Node::Object { value, text },
                Err(_) => Node::Text(text),
            };
        }
        match value {
            Value::Table(table) => self.table(table),
            _ => Node::Text(self.counted(Literal::partial(self.address(value)))),
        }
    }

    /// What `__name` calls a kind of objects.
    fn name(&self, value: Value<'gc>) -> Option<Vec<u8>> {
        match metamethod(self.ctx, Slot::from(value), Event::Name).value() {
            Value::String(name) => {
                let mut name = literal::plain(name.as_bytes(), NAME_BYTES);
                name.iter_mut().filter(|byte| byte.is_ascii_control()).for_each(|byte| *byte = b' ');
                Some(name)
            }
            _ => None,
        }
    }

    /// As `tostring` has it: `function: 0x…`.
    fn address(&self, value: Value<'gc>) -> Vec<u8> {
        let name = self.name(value).unwrap_or_else(|| value.type_name().as_bytes().to_vec());
        [&name[..], b": ", address_text(self.ctx, value).as_bytes()].concat()
    }

    fn table(&mut self, table: LuaTable<'gc>) -> Node {
        if let Some(around) = self.path.iter_mut().find(|around| Value::Table(around.0).raw_equal(table.into())) {
            let mark = around.1.get_or_insert_with(|| {
                self.mark += 1;
                self.mark
            });
            let text = format!("*{mark}");
            return Node::Text(self.counted(Literal::partial(text)));
        }
        let name = self.name(table.into());
        self.is_complete &= name.is_none();
        self.room = self.room.saturating_sub(ENTRY_BYTES + name.as_ref().map_or(0, Vec::len));
        let mut made = Table { mark: None, name, entries: Vec::new(), rest: None };
        let found = Entries::of(self.ctx, table);
        if self.path.len() == LEVELS {
            made.rest = (found.count != Some(0)).then_some(0);
        } else {
            self.path.push((table, None));
            for &(key, value) in &found.shown {
                if self.room == 0 {
                    break;
                }
                let key = key.map(|key| self.key(key));
                let value = self.value(value);
                self.room = self.room.saturating_sub(ENTRY_BYTES);
                made.entries.push(Entry { key, value });
            }
            made.mark = self.path.pop().and_then(|around| around.1);
            let shown = made.entries.len();
            made.rest = match found.count {
                Some(count) if count == shown => None,
                Some(count) => Some(count - shown),
                None => Some(0),
            };
        }
        self.is_complete &= made.rest.is_none();
        Node::Table(made)
    }

    fn key(&mut self, key: Value<'gc>) -> Vec<u8> {
        let bytes = self.room.min(NESTED_STRING_BYTES);
        let literal = match key {
            Value::String(key) => literal::field(key.as_bytes(), bytes),
            Value::Integer(key) => literal::in_brackets(literal::integer(key)),
            Value::Number(key) => literal::in_brackets(literal::float(key)),
            Value::Boolean(key) => Literal::complete(if key { "[true]" } else { "[false]" }),
            _ => literal::in_brackets(Literal::partial(self.address(key))),
        };
        self.counted(literal)
    }
}

/// The entries of a table that are shown: its list, then strings, numbers and others.
struct Entries<'gc> {
    shown: Vec<(Option<Value<'gc>>, Value<'gc>)>,
    /// How many entries the table has; nothing if there are too many to look at them.
    count: Option<usize>,
}

impl<'gc> Entries<'gc> {
    fn of(ctx: Context<'gc>, table: LuaTable<'gc>) -> Entries<'gc> {
        let mut shown = Vec::new();
        let list = (1..=ENTRIES as i64 + 1).take_while(|key| !matches!(table.get_integer(*key), Value::Nil)).count();
        for key in 1..=list.min(ENTRIES) {
            shown.push((None, table.get_integer(key as i64)));
        }
        // A long list is passed over without a look at it, if it lies in one piece.
        let end = if list > ENTRIES { table.length() } else { list as i64 };
        let is_array = usize::try_from(end).is_ok_and(|end| end <= table.filled());
        let after =
            TableCursor::after(ctx, table, Slot::from(Value::Integer(end))).ok().filter(|_| is_array && end > 0);
        let (mut cursor, passed) = after.map_or((TableCursor::START, 0), |cursor| (cursor, end as usize));
        let (mut strings, mut numbers) = (BinaryHeap::new(), BinaryHeap::new());
        let (mut others, mut looked_at, mut gaps) = (Vec::new(), 0, 0);
        let count = loop {
            match cursor.advance(ctx, table) {
                Visited::End => break Some(passed + looked_at),
                Visited::Pending if gaps == GAPS_MAX => break None,
                Visited::Pending => gaps += 1,
                Visited::Entry(..) if looked_at == LOOKED_AT => break None,
                Visited::Entry(key, value) => {
                    looked_at += 1;
                    match key.value() {
                        Value::Integer(key) if (1..=end).contains(&key) => {}
                        Value::String(key) => keep(&mut strings, ByString(key, value.value())),
                        key @ (Value::Integer(_) | Value::Number(_)) => {
                            keep(&mut numbers, ByNumber(key, value.value()))
                        }
                        key if others.len() < ENTRIES => others.push((Some(key), value.value())),
                        _ => {}
                    }
                }
            }
        };
        shown.extend(strings.into_sorted_vec().into_iter().map(|it| (Some(Value::String(it.0)), it.1)));
        shown.extend(numbers.into_sorted_vec().into_iter().map(|it| (Some(it.0), it.1)));
        // false before true.
        others.sort_by_key(|(key, _)| match key {
            Some(Value::Boolean(key)) => i32::from(*key),
            _ => 2,
        });
        shown.extend(others);
        shown.truncate(ENTRIES);
        Entries { shown, count }
    }
}

/// Puts an item among the first ones, as many as are shown.
fn keep<T: Ord>(first: &mut BinaryHeap<T>, item: T) {
    if first.len() < ENTRIES {
        first.push(item);
    } else if let Some(mut last) = first.peek_mut()
        && item < *last
    {
        *last = item;
    }
}

macro_rules! by_key {
    ($($(#[$attribute:meta])* $name:ident($key:ident): $compare:expr;)+) => {$(
        $(#[$attribute])*
        struct $name<'gc>($key<'gc>, Value<'gc>);
        impl Ord for $name<'_> {
            fn cmp(&self, other: &Self) -> Ordering {
                let compare: fn($key<'_>, $key<'_>) -> Ordering = $compare;
                compare(self.0, other.0)
            }
        }
        impl PartialOrd for $name<'_> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }
        impl Eq for $name<'_> {}
    )+};
}

by_key! {
    /// An entry by its key, a string.
    ByString(LuaString): |left, right| {
        fn start<'gc>(text: LuaString<'gc>) -> &'gc [u8] {
            &text.as_bytes()[..text.len().min(COMPARED_BYTES)]
        }
        start(left).cmp(start(right)).then(left.len().cmp(&right.len()))
    };
    /// An entry by its key, a number.
    ByNumber(Value): |left, right| match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => left.cmp(&right),
        _ => {
            let float = |value: Value<'_>| value.to_number().unwrap_or(f64::NAN);
            float(left).total_cmp(&float(right))
        }
    };
}

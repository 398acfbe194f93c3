//! Converts lists and maps of Rust to tables of Lua, and back.
//!
//! Elements are copied one by one, without metamethods. A list is a table's elements from 1 to its border.

use super::convert::{make_table, table_bytes, take};
use super::{Error, FromLua, IntoLua, Mismatch, Result};
use crate::object::{self as gc, Context, TableObject};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

fn table_of<'gc>(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<gc::Table<'gc>, Mismatch> {
    match value {
        gc::Value::Table(table) => Ok(table),
        other => Err(Mismatch::expected(ctx, "table", other)),
    }
}

/// The length of a list. A table with holes is not a list: its border may be far beyond the number of its elements.
fn list_length(table: gc::Table<'_>) -> Result<usize, Mismatch> {
    let length = usize::try_from(table.length()).unwrap_or(usize::MAX);
    if length > table.0.entry_count() {
        return Err(Mismatch::unexpected("list", "a table with holes"));
    }
    Ok(length)
}

impl<'gc, T: FromLua<'gc>> FromLua<'gc> for Vec<T> {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<Vec<T>, Mismatch> {
        let table = table_of(ctx, value)?;
        let length = list_length(table)?;
        ctx.state().charge(length);
        let element = |index: usize| {
            take(ctx, size_of::<T>().max(1))?;
            let value = T::from_lua(ctx, table.get_integer(index as i64));
            value.map_err(|mismatch| mismatch.within(format_args!("element {index}")))
        };
        (1..=length).map(element).collect()
    }
}

/// A list of exactly N elements.
impl<'gc, T: FromLua<'gc>, const N: usize> FromLua<'gc> for [T; N] {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<[T; N], Mismatch> {
        let elements: Vec<T> = Vec::from_lua(ctx, value)?;
        let count = elements.len();
        elements
            .try_into()
            .map_err(|_| Mismatch::unexpected(format!("list of {N} elements"), format_args!("one of {count}")))
    }
}

fn list<'gc, T: IntoLua<'gc>>(ctx: Context<'gc>, elements: impl ExactSizeIterator<Item = T>) -> Result<gc::Value<'gc>> {
    ctx.state().charge(elements.len());
    let table = make_table(ctx, elements.len(), 0)?;
    for (key, element) in (1i64..).zip(elements) {
        let element = element.into_lua(ctx)?;
        let is_stored = TableObject::set_array(table.0, ctx.mc(), key, gc::Slot::from(element));
        // It was made with slots for all elements.
        debug_assert!(is_stored);
    }
    Ok(table.into())
}

/// An upper bound of the bytes of a list of these elements.
fn list_bytes<'gc, T: IntoLua<'gc>>(elements: &[T]) -> usize {
    elements.iter().map(T::lua_bytes).fold(table_bytes(elements.len(), 0), usize::saturating_add)
}

impl<'gc, T: IntoLua<'gc>> IntoLua<'gc> for Vec<T> {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        list(ctx, self.into_iter())
    }
    fn lua_bytes(&self) -> usize {
        list_bytes(self)
    }
}

impl<'gc, T: IntoLua<'gc>, const N: usize> IntoLua<'gc> for [T; N] {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        list(ctx, self.into_iter())
    }
    fn lua_bytes(&self) -> usize {
        list_bytes(self)
    }
}

/// All entries of a table.
fn entries<'gc, K: FromLua<'gc>, V: FromLua<'gc>>(
    ctx: Context<'gc>,
    value: gc::Value<'gc>,
    mut each: impl FnMut(K, V),
) -> Result<(), Mismatch> {
    let table = table_of(ctx, value)?;
    // A script may pass a table with many empty places and few entries again and again. So going over empty places
    // counts as memory does.
    take(ctx, table.0.entry_count())?;
    let mut last = gc::Value::Nil;
    // Nothing changes the table meanwhile, so `next` knows each key.
    while let Ok(Some((key, value))) = table.next(ctx, last) {
        ctx.state().charge(1);
        take(ctx, size_of::<(K, V)>() + 16)?;
        let converted = K::from_lua(ctx, key).map_err(|mismatch| mismatch.within("key"))?;
        let value = V::from_lua(ctx, value).map_err(|mismatch| mismatch.within(field_text(key)))?;
        each(converted, value);
        last = key;
    }
    Ok(())
}

/// What messages call the value of a key.
pub(super) fn field_text(key: gc::Value<'_>) -> String {
    match key {
        gc::Value::String(text) => {
            let text = text.to_str_lossy();
            let shown: String = text.chars().take(60).collect();
            format!("field '{shown}'")
        }
        gc::Value::Integer(key) => format!("element {key}"),
        gc::Value::Number(key) => format!("field [{key}]"),
        other => format!("field whose key is of type {}", other.type_name()),
    }
}

impl<'gc, K: FromLua<'gc> + Eq + Hash, V: FromLua<'gc>, S: BuildHasher + Default> FromLua<'gc> for HashMap<K, V, S> {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<HashMap<K, V, S>, Mismatch> {
        let mut map = HashMap::default();
        entries(ctx, value, |key, value| {
            map.insert(key, value);
        })?;
        Ok(map)
    }
}

impl<'gc, K: FromLua<'gc> + Ord, V: FromLua<'gc>> FromLua<'gc> for BTreeMap<K, V> {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<BTreeMap<K, V>, Mismatch> {
        let mut map = BTreeMap::new();
        entries(ctx, value, |key, value| {
            map.insert(key, value);
        })?;
        Ok(map)
    }
}

fn map<'gc, K: IntoLua<'gc>, V: IntoLua<'gc>>(
    ctx: Context<'gc>,
    entries: impl ExactSizeIterator<Item = (K, V)>,
) -> Result<gc::Value<'gc>> {
    ctx.state().charge(2 * entries.len());
    let table = make_table(ctx, 0, entries.len())?;
    for (key, value) in entries {
        let (key, value) = (key.into_lua(ctx)?, value.into_lua(ctx)?);
        table.set(ctx, key, value).map_err(Error::of_table)?;
    }
    Ok(table.into())
}

/// An upper bound of the bytes of a map with these entries. Integer keys may move from nodes to elements.
fn map_bytes<'a, 'gc, K: IntoLua<'gc> + 'a, V: IntoLua<'gc> + 'a>(
    entries: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
) -> usize {
    let table = table_bytes(2 * entries.len(), 2 * entries.len());
    entries.map(|(key, value)| key.lua_bytes().saturating_add(value.lua_bytes())).fold(table, usize::saturating_add)
}

impl<'gc, K: IntoLua<'gc>, V: IntoLua<'gc>, S> IntoLua<'gc> for HashMap<K, V, S> {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        map(ctx, self.into_iter())
    }
    fn lua_bytes(&self) -> usize {
        map_bytes(self.iter())
    }
}

impl<'gc, K: IntoLua<'gc>, V: IntoLua<'gc>> IntoLua<'gc> for BTreeMap<K, V> {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        map(ctx, self.into_iter())
    }
    fn lua_bytes(&self) -> usize {
        map_bytes(self.iter())
    }
}

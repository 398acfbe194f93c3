//! `table.sort` of lists of nothing but integers, nothing but floats, or nothing but short strings, by `<`.
//!
//! Here no comparison calls Lua, and equal elements are indistinguishable, so any algorithm will do. Up to [`LEAF`]
//! elements are copied out, sorted by Rust's library and written back. Longer lists are partitioned in place by a
//! quicksort until the parts are that small; it checks the fuel on the way. While it waits for fuel another task may
//! change the list. If it then meets an element of another kind, the general [`Sort`] takes over.

use super::sort::{Sort, TABLE};
use crate::error::Error;
use crate::native::{Call, Poll, Sequence, Step, finish};
use crate::object::{LuaString, Slot, Table, Value};
use fife_arena::Collect;
use std::cmp::Ordering;

/// How many elements are sorted at once. This also bounds the working memory, to 64 KiB.
pub(super) const LEAF: u32 = 4096;

/// The length up to which strings count as short: comparing them is constant work.
const SHORT: usize = 64;

/// How many elements are examined between two checks of the fuel.
const CHUNK: u32 = 1024;

/// What a list consists of.
#[derive(Collect, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integers,
    /// Floats other than NaN.
    Floats,
    ShortStrings,
}

impl Kind {
    #[inline]
    fn of(value: Slot<'_>) -> Option<Kind> {
        match value.value() {
            Value::Integer(_) => Some(Kind::Integers),
            Value::Number(value) if !value.is_nan() => Some(Kind::Floats),
            Value::String(string) if string.len() <= SHORT => Some(Kind::ShortStrings),
            _ => None,
        }
    }
}

/// The order of two elements of one kind.
#[inline]
fn order(left: Slot<'_>, right: Slot<'_>) -> Option<Ordering> {
    match (left.value(), right.value()) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(&right)),
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(&right),
        (Value::String(left), Value::String(right)) if left.len() <= SHORT && right.len() <= SHORT => {
            Some(left.as_bytes().cmp(right.as_bytes()))
        }
        _ => None,
    }
}

/// Sorts a list that is no longer than a leaf. Returns false, without effect, if it is not of one kind.
pub(super) fn sort_at_once<'gc>(call: &Call<'gc, '_>, table: Table<'gc>, length: u32) -> Result<bool, Error<'gc>> {
    match Kind::of(table.get_slot(1)) {
        Some(kind) => sort_leaf(call, table, kind, 1, length),
        None => Ok(false),
    }
}

/// Sorts the elements `low..=high`, at most a leaf. Returns false, without effect, if one is of another kind.
fn sort_leaf<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    kind: Kind,
    low: u32,
    high: u32,
) -> Result<bool, Error<'gc>> {
    let count = (high - low + 1) as usize;
    let comparisons = count * (usize::BITS - count.leading_zeros()) as usize;
    let elements = (low..=high).map(|index| table.get_slot(i64::from(index)));
    match kind {
        Kind::Integers => {
            call.charge(count + comparisons / 4);
            let Some(mut integers) = elements.map(|slot| slot.as_integer()).collect::<Option<Vec<i64>>>() else {
                return Ok(false);
            };
            integers.sort_unstable();
            write_back(call, table, low, integers.into_iter().map(Slot::integer))
        }
        Kind::Floats => {
            call.charge(count + comparisons / 2);
            let is_plain = |value: &f64| !value.is_nan();
            let key = |slot: Slot<'gc>| slot.as_float().filter(is_plain).map(ordered);
            let Some(mut floats) = elements.map(key).collect::<Option<Vec<i64>>>() else {
                return Ok(false);
            };
            floats.sort_unstable();
            write_back(call, table, low, floats.into_iter().map(|bits| Slot::float(unordered(bits))))
        }
        Kind::ShortStrings => {
            call.charge(count * 2 + comparisons);
            let keyed = |slot: Slot<'gc>| match slot.value() {
                Value::String(string) if string.len() <= SHORT => Some((leading_bytes(string), string)),
                _ => None,
            };
            let Some(mut strings) = elements.map(keyed).collect::<Option<Vec<(u64, LuaString<'gc>)>>>() else {
                return Ok(false);
            };
            strings.sort_unstable_by(|(left_key, left), (right_key, right)| {
                left_key.cmp(right_key).then_with(|| left.as_bytes().cmp(right.as_bytes()))
            });
            write_back(call, table, low, strings.into_iter().map(|(_, string)| Slot::from(Value::String(string))))
        }
    }
}

/// An integer for a float, in the order of `f64::total_cmp`: so all numbers are sorted by one copy of the library's code.
#[inline]
fn ordered(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    // Of negative ones, all bits but the sign are inverted.
    bits ^ (bits >> 63 & i64::MAX)
}

/// The float that [`ordered`] gave an integer for.
#[inline]
fn unordered(bits: i64) -> f64 {
    f64::from_bits((bits ^ (bits >> 63 & i64::MAX)) as u64)
}

/// The first eight bytes as a number with the same order: most comparisons need no more.
#[inline]
fn leading_bytes(string: LuaString<'_>) -> u64 {
    let bytes = string.as_bytes();
    match bytes.first_chunk::<8>() {
        Some(first) => u64::from_be_bytes(*first),
        None => bytes.iter().enumerate().fold(0, |key, (index, &byte)| key | u64::from(byte) << (56 - 8 * index)),
    }
}

fn write_back<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    low: u32,
    sorted: impl Iterator<Item = Slot<'gc>>,
) -> Result<bool, Error<'gc>> {
    for (index, value) in (i64::from(low)..).zip(sorted) {
        call.raw_set(table, index, value)?;
    }
    Ok(true)
}

/// A sort of a longer list, which may turn out not to be plain.
#[derive(Collect)]
pub(super) struct PlainSort<'gc> {
    /// What takes over if the list is not plain, or no longer plain.
    general: Box<Sort<'gc>>,
    is_general: bool,
    length: u32,
    /// How many elements were examined and found to be of one kind.
    scanned: u32,
    kind: Option<Kind>,
    /// The current partition: its interval and the positions of its walks. The pivot is in the window.
    partition: Option<Partition>,
    /// Intervals to sort later. The larger part of each partition is below the smaller one, so they are few.
    stack: Vec<(u32, u32)>,
}

#[derive(Collect, Clone, Copy)]
struct Partition {
    low: u32,
    high: u32,
    up: u32,
    down: u32,
}

/// The place of the window for the pivot.
const PIVOT: usize = 2;

impl<'gc> PlainSort<'gc> {
    /// A sort of the first `length` elements. `general` is ready to take over.
    pub(super) fn new(general: Sort<'gc>, length: u32) -> PlainSort<'gc> {
        PlainSort {
            general: Box::new(general),
            is_general: false,
            length,
            scanned: 0,
            kind: None,
            partition: None,
            stack: Vec::new(),
        }
    }

    /// Sorts to the end. `None` if the list is not plain.
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, Option<u32>> {
        while self.scanned < self.length {
            let Some(table) = call.raw_table(TABLE) else { return Ok(None) };
            let end = self.length.min(self.scanned + CHUNK);
            for index in self.scanned..end {
                let kind = Kind::of(table.get_slot(i64::from(index) + 1));
                if kind.is_none() || self.kind.is_some() && self.kind != kind {
                    return Ok(None);
                }
                self.kind = kind;
            }
            self.scanned = end;
            if end == self.length {
                self.push(1, self.length);
            }
            call.spend(CHUNK as usize)?;
        }
        let Some(kind) = self.kind else { return Ok(None) };
        loop {
            let Some(table) = call.raw_table(TABLE) else { return Ok(None) };
            if let Some(mut partition) = self.partition {
                let pivot = call.slot(PIVOT);
                let Some(is_done) = partition.advance(call, table, pivot)? else { return Ok(None) };
                self.partition = Some(partition);
                if is_done {
                    self.partition = None;
                    self.push_parts(partition);
                }
            } else {
                let Some(&(low, high)) = self.stack.last() else { return Ok(Some(0)) };
                if high - low < LEAF {
                    if !sort_leaf(call, table, kind, low, high)? {
                        return Ok(None);
                    }
                } else {
                    let Some(pivot) = middle_of_three(table, low, high) else { return Ok(None) };
                    call.replace_slot(PIVOT, pivot);
                    self.partition = Some(Partition { low, high, up: low, down: high });
                }
                self.stack.pop();
            }
            call.spend(0)?;
        }
    }

    /// Leaves both parts for later; the smaller one comes first.
    fn push_parts(&mut self, Partition { low, high, up, down }: Partition) {
        let (below, above) = ((low, down), (up, high));
        let (smaller, larger) =
            if down.saturating_sub(low) < high.saturating_sub(up) { (below, above) } else { (above, below) };
        self.push(larger.0, larger.1);
        self.push(smaller.0, smaller.1);
    }

    fn push(&mut self, low: u32, high: u32) {
        if low < high {
            self.stack.push((low, high));
        }
    }
}

/// The median of three elements, from places that no pattern in a list is likely to match.
fn middle_of_three<'gc>(table: Table<'gc>, low: u32, high: u32) -> Option<Slot<'gc>> {
    let size = high - low;
    let offset = (size.wrapping_mul(0x9E37_79B1) >> 16) % (size / 8 + 1);
    let element = |index: u32| table.get_slot(i64::from(index));
    let mut three = [element(low + offset), element(low + size / 2), element(high - offset)];
    for pair in [0, 1, 0] {
        if order(three[pair], three[pair + 1])?.is_gt() {
            three.swap(pair, pair + 1);
        }
    }
    Some(three[1])
}

impl Partition {
    /// Continues for about a `CHUNK` of steps. `None` if it meets an element of another kind. Otherwise returns whether
    /// it is done: no element up to `down` is greater than the pivot, none from `up` on is less, and what is between
    /// them equals it.
    fn advance<'gc>(
        &mut self,
        call: &Call<'gc, '_>,
        table: Table<'gc>,
        pivot: Slot<'gc>,
    ) -> Result<Option<bool>, Error<'gc>> {
        let element = |index: u32| table.get_slot(i64::from(index));
        let mut steps = 0;
        while steps < CHUNK {
            // The bounds matter only if the list was changed meanwhile.
            while self.up < self.high && steps < CHUNK {
                match order(element(self.up), pivot) {
                    Some(Ordering::Less) => self.up += 1,
                    Some(_) => break,
                    None => return Ok(None),
                }
                steps += 1;
            }
            while self.down > self.low && steps < CHUNK {
                match order(pivot, element(self.down)) {
                    Some(Ordering::Less) => self.down -= 1,
                    Some(_) => break,
                    None => return Ok(None),
                }
                steps += 1;
            }
            if steps >= CHUNK {
                break;
            }
            if self.up <= self.down {
                let (upper, lower) = (element(self.up), element(self.down));
                call.raw_set(table, i64::from(self.up), lower)?;
                call.raw_set(table, i64::from(self.down), upper)?;
                self.up += 1;
                self.down -= 1;
            }
            if self.up > self.down {
                call.charge(steps as usize * 3);
                return Ok(Some(true));
            }
            steps += 1;
        }
        call.charge(steps as usize * 3);
        Ok(Some(false))
    }
}

impl<'gc> Sequence<'gc> for PlainSort<'gc> {
    const NAME: &'static str = "table.sort.plain";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.is_general {
            match self.run(call) {
                Ok(None) => self.is_general = true,
                Ok(Some(values)) => return finish(Ok(values)),
                Err(interrupt) => return finish(Err(interrupt)),
            }
        }
        self.general.go_on(call)
    }
}

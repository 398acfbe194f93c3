//! A sort on the public API alone, whose Lua comparator may yield: `own_sort`.
//!
//! `sort(list [, less])` is a stable merge sort, written as the plain loop it is. Every read, store and comparison is
//! one of [`Operations`], which may call Lua, so that the comparator and the list's metamethods may yield, fail, or run
//! out of fuel. While they are sorted, the elements are in the window, in two halves that take turns as source and
//! target.
//!
//! A test, `tests/examples.rs`, compares its output with `own_sort.txt`.

#![forbid(unsafe_code)]

use fife::gc::{Call, Error, Operations, Poll, Reply, Sequence, Slot, Step, finish};
use fife::{Collect, Fuel, Function, Limits, Lua, Status};

/// Places in the window: the list, the comparator or nil, and then the elements.
const LIST: usize = 0;
const LESS: usize = 1;
const ELEMENTS: usize = 2;

/// A sort in progress. Elements are numbered from 0.
#[derive(Collect, Default)]
struct Sort<'gc> {
    operations: Operations<'gc>,
    /// The number of elements, once it is known.
    length: Option<usize>,
    /// The number of elements read, and of those written back.
    read: usize,
    written: usize,
    /// Runs of this many elements are sorted; 0 until all are read.
    width: usize,
    /// Whether the elements are in the second half of the window's places for them.
    is_second: bool,
    /// Where the pair of runs being merged starts, and how many elements of the left and the right run are merged.
    start: usize,
    left: usize,
    right: usize,
}

impl<'gc> Sort<'gc> {
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        let length = match self.length {
            Some(length) => length,
            None => usize::try_from(self.operations.length(call, call.get(LIST))?).unwrap_or(0),
        };
        self.length = Some(length);
        while self.read < length {
            let element = self.operations.get_element(call, LIST, self.read as i64 + 1)?;
            call.reserve_values(1)?;
            call.push(element.value());
            self.read += 1;
            call.spend(1)?;
        }
        if self.width == 0 {
            call.reserve_values(length)?;
            while call.len() < ELEMENTS + 2 * length {
                call.push(None::<i64>);
            }
            self.width = 1;
        }
        while self.width < length {
            while self.start < length {
                self.merge(call, length)?;
                (self.start, self.left, self.right) = (self.start + 2 * self.width, 0, 0);
            }
            (self.width, self.start, self.is_second) = (2 * self.width, 0, !self.is_second);
        }
        while self.written < length {
            let element = Slot::from(call.get(self.place(length, self.written, self.is_second)));
            self.operations.set_element(call, LIST, self.written as i64 + 1, element)?;
            self.written += 1;
            call.spend(1)?;
        }
        Ok(0)
    }

    /// The place of an element in the window.
    fn place(&self, length: usize, element: usize, is_second: bool) -> usize {
        ELEMENTS + element + if is_second { length } else { 0 }
    }

    /// Merges the two runs from `start` on into the other half.
    fn merge(&mut self, call: &mut Call<'gc, '_>, length: usize) -> Step<'gc, ()> {
        let middle = length.min(self.start + self.width);
        let end = length.min(middle + self.width);
        let (left_count, right_count) = (middle - self.start, end - middle);
        while self.left < left_count || self.right < right_count {
            let left = self.place(length, self.start + self.left, self.is_second);
            let right = self.place(length, middle + self.right, self.is_second);
            let takes_right =
                self.left == left_count || self.right < right_count && self.precedes(call, right, left)?;
            let to = self.place(length, self.start + self.left + self.right, !self.is_second);
            call.set(to, call.get(if takes_right { right } else { left }));
            *(if takes_right { &mut self.right } else { &mut self.left }) += 1;
            call.spend(3)?;
        }
        Ok(())
    }

    /// Whether the value in one place of the window comes before that in another.
    fn precedes(&mut self, call: &mut Call<'gc, '_>, left: usize, right: usize) -> Step<'gc, bool> {
        let (less, left, right) = (call.get(LESS), call.get(left), call.get(right));
        if less.is_nil() {
            return self.operations.less(call, left, right);
        }
        Ok(self.operations.call(call, less, [left.into(), right.into()])?.value().to_bool())
    }
}

impl<'gc> Sequence<'gc> for Sort<'gc> {
    const NAME: &'static str = "app.sort";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}

/// `sort(list [, less])`
fn sort<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.any(LIST)?;
    if !call.is_none_or_nil(LESS) {
        call.function(LESS)?;
    }
    call.truncate(ELEMENTS);
    while call.len() < ELEMENTS {
        call.push(None::<i64>);
    }
    call.sequence(Sort::default())
}

// ---- What it can do ----

/// Scripts, each of which returns the text to print.
const SCRIPTS: &[(&str, &str)] = &[
    ("numbers", "local t = {5, 2, 8, 1, 9, 3} sort(t) return table.concat(t, ' ')"),
    ("strings, longest first", "local t = {'a', 'ccc', 'bb'} sort(t, function(a, b) return #a > #b end) return table.concat(t, ' ')"),
    (
        "equal elements stay in their order",
        "local t = {} for i = 1, 8 do t[i] = {i % 2, i} end
        sort(t, function(a, b) return a[1] < b[1] end)
        for i = 1, 8 do t[i] = t[i][2] end return table.concat(t, ' ')",
    ),
    (
        "a thousand elements, as by table.sort",
        "local own, other = {}, {} local x = 1
        for i = 1, 1000 do x = x * 16807 % 2147483647 own[i], other[i] = x, x end
        sort(own) table.sort(other)
        for i = 1, 1000 do assert(own[i] == other[i]) end return 'the same'",
    ),
    (
        "the comparator yields",
        "local t, yields = {4, 3, 2, 1}, 0
        local step = coroutine.wrap(function() sort(t, function(a, b) coroutine.yield('on') return a < b end) return 'done' end)
        while step() == 'on' do yields = yields + 1 end return yields .. ' times: ' .. table.concat(t, ' ')",
    ),
    (
        "the list and its elements have metamethods",
        "local held, meta = {}, {__lt = function(a, b) return a.x < b.x end}
        for i = 1, 5 do held[i] = setmetatable({x = (i * 3) % 5}, meta) end
        local list = setmetatable({}, {__len = function() return #held end,
            __index = function(_, i) return held[i] end, __newindex = function(_, i, v) held[i] = v end})
        sort(list) local xs = {} for i = 1, 5 do xs[i] = held[i].x end return table.concat(xs, ' ')",
    ),
    ("the comparator fails", "return select(2, pcall(sort, {2, 1}, function() error('no order', 0) end))"),
    ("what cannot be compared", "return select(2, pcall(sort, {1, 'one'}))"),
    ("no list", "return select(2, pcall(sort, 1))"),
];

/// Runs a script in steps of this much fuel and returns its result.
fn run(script: &str, step: u64) -> String {
    let mut lua = Lua::builder().limits(Limits::untrusted()).build().unwrap();
    let sort = Function::native(&lua, "sort", sort).expect("there is memory");
    lua.globals().set(&lua, "sort", sort).expect("there is memory");
    let task = lua.load(script).name("=sort").start(()).expect("there is memory");
    while task.run(&mut lua, &mut Fuel::with(step)).expect("it catches its errors") != Status::Finished {}
    task.results(&lua).expect("it returns a text")
}

pub(crate) fn report() -> String {
    let mut lines = String::new();
    for (what, script) in SCRIPTS {
        let outcome = run(script, 100_000);
        assert_eq!(run(script, 1), outcome, "in the smallest steps");
        lines += &format!("{what}: {outcome}\n");
    }
    lines
}

#[allow(dead_code, reason = "a test takes the report alone")]
fn main() {
    print!("{}", report());
}

//! `table.sort`.
//!
//! There are two algorithms. [`Sort`] is the general one: the quicksort of PUC-Rio Lua's `ltablib.c`, comparison by
//! comparison, so that elements which an order function considers equal end up in the same places, and an inconsistent
//! order function raises the same errors. It works on the table in place and keeps its own position, so that an order
//! function may yield, fail, or change the table. After a bad partition it chooses pivots at random. It sorts the
//! larger part last, so that its stack stays within the number of bits of an index. [`plain`] sorts lists of only
//! numbers, or only short strings, by `<`.

use super::{LENGTH, READ, WRITE, check_table, plain};
use crate::error::Error;
use crate::native::{Call, Interrupt, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::Slot;
use fife_arena::Collect;

/// Places of the window: the table, the order function or nil, the pivot, and two elements.
pub(super) const TABLE: usize = 0;
const ORDER: usize = 1;
const PIVOT: usize = 2;
const FIRST: usize = 3;
const SECOND: usize = 4;

/// How many values the window has.
pub(super) const WINDOW: usize = 5;

/// Intervals of at least this size may have their pivot chosen at random.
const RANDOM_LIMIT: u32 = 100;

/// The longest list.
const LENGTH_LIMIT: i64 = i32::MAX as i64;

/// `table.sort`
pub(super) fn sort<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let Some(table) = call.raw_table(TABLE) else {
        check_table(call, TABLE, READ | WRITE | LENGTH)?;
        prepare_window(call);
        return call.sequence(Sort::new());
    };
    let mut sort = Sort::new();
    let length = table.length();
    if !sort.check(call, length)? {
        return call.nothing();
    }
    if call.is_none_or_nil(ORDER) {
        let length = length as u32;
        if length > plain::LEAF {
            prepare_window(call);
            return call.sequence(plain::PlainSort::new(sort, length));
        }
        if plain::sort_at_once(call, table, length)? {
            return call.nothing();
        }
    }
    prepare_window(call);
    call.sequence(sort)
}

/// Gives the window its places.
fn prepare_window(call: &mut Call<'_, '_>) {
    call.truncate(2);
    while call.len() < WINDOW {
        call.push_slot(Slot::NIL);
    }
}

/// An interval to sort, including both ends.
#[derive(Clone, Copy, Default)]
struct Interval {
    low: u32,
    high: u32,
    /// Decides the choice of pivots; 0 for the middle.
    random: u32,
}

/// Intervals to sort later. Each is less than half the size of the one before, so there are at most 31. They are part
/// of the sort, which counts as memory that a script holds.
#[derive(Default)]
struct Later {
    intervals: [Interval; 31],
    count: usize,
}

impl Later {
    fn push(&mut self, interval: Interval) {
        debug_assert!(self.count < self.intervals.len(), "intervals are halved");
        if let Some(place) = self.intervals.get_mut(self.count) {
            *place = interval;
            self.count += 1;
        }
    }

    fn pop(&mut self) -> Option<Interval> {
        self.count = self.count.checked_sub(1)?;
        self.intervals.get(self.count).copied()
    }
}

/// The state of a sort. Elements are read into `FIRST` and `SECOND`.
#[derive(Collect, Clone, Copy)]
enum Stage {
    /// Find out the length.
    Length,
    /// Take the next interval from those for later.
    Next,
    /// Sort the interval: its ends are put in order, then
    Interval,
    ReadHigh,
    CompareEnds,
    /// the middle element is put in order with the low end, then
    Middle,
    ReadLow,
    CompareLow,
    /// with the high end,
    ReadHighAgain,
    CompareHigh,
    /// and goes before the high end, as the pivot.
    Pivot,
    ReadBeforeHigh,
    /// The partition looks upwards for an element not less than the pivot,
    Partition,
    ReadUpwards,
    CompareUpwards,
    /// and downwards for one not greater.
    ReadDownwards,
    CompareDownwards,
    /// The pivot is in its final place.
    Split,
    /// Elements are exchanged: `FIRST` goes to the second place and `SECOND` to the first.
    StoreFirst,
    StoreSecond,
}

impl Stage {
    fn is_comparison(self) -> bool {
        use Stage::{CompareDownwards, CompareEnds, CompareHigh, CompareLow, CompareUpwards};
        matches!(self, CompareEnds | CompareLow | CompareHigh | CompareUpwards | CompareDownwards)
    }
}

/// A sort by any order function.
#[derive(Collect)]
pub(super) struct Sort<'gc> {
    operations: Operations<'gc>,
    stage: Stage,
    /// The stage after an exchange, and the indices it exchanges.
    after: Stage,
    exchange: [u32; 2],
    #[collect(static)]
    current: Interval,
    middle: u32,
    /// The positions of the partition's walks.
    up: u32,
    down: u32,
    #[collect(static)]
    later: Later,
}

impl<'gc> Sort<'gc> {
    fn new() -> Sort<'gc> {
        Sort {
            operations: Operations::default(),
            stage: Stage::Length,
            after: Stage::Next,
            exchange: [0; 2],
            current: Interval::default(),
            middle: 0,
            up: 0,
            down: 0,
            later: Later::default(),
        }
    }

    /// Checks the arguments and the length, and prepares. False if there is nothing to sort.
    fn check(&mut self, call: &Call<'gc, '_>, length: i64) -> Result<bool, Error<'gc>> {
        if length <= 1 {
            return Ok(false);
        }
        if length >= LENGTH_LIMIT {
            return Err(call.argument_error(TABLE, "array too big"));
        }
        if !call.is_none_or_nil(ORDER) {
            call.function(ORDER)?;
        }
        self.current = Interval { low: 1, high: length as u32, random: 0 };
        self.stage = Stage::Interval;
        Ok(true)
    }

    /// Reads an element into a place of the window. `RAW` promises that the table has no metatable, and that no answer
    /// waits for a read or a store.
    #[inline(always)]
    fn read<const RAW: bool>(&mut self, call: &mut Call<'gc, '_>, index: u32, place: usize) -> Step<'gc, ()> {
        let index = i64::from(index);
        let value = if RAW && let Ok(table) = call.table(TABLE) {
            table.get_slot(index)
        } else {
            self.operations.get_element(call, TABLE, index)?
        };
        call.replace_slot(place, value);
        Ok(())
    }

    /// Stores the value in a place of the window. `RAW` is as for [`read`](Self::read).
    #[inline(always)]
    fn store<const RAW: bool>(&mut self, call: &mut Call<'gc, '_>, index: u32, place: usize) -> Step<'gc, ()> {
        let (index, value) = (i64::from(index), call.slot(place));
        if RAW && let Ok(table) = call.table(TABLE) {
            Ok(call.raw_set(table, index, value)?)
        } else {
            self.operations.set_element(call, TABLE, index, value)
        }
    }

    /// Whether the value in one place of the window comes before that in another.
    #[inline(always)]
    fn precedes(&mut self, call: &mut Call<'gc, '_>, left: usize, right: usize) -> Step<'gc, bool> {
        let (order, left, right) = (call.slot(ORDER), call.slot(left), call.slot(right));
        if order.is_nil() {
            self.operations.less(call, left.value(), right.value())
        } else {
            Ok(!self.operations.call(call, order, [left, right])?.is_falsy())
        }
    }

    fn exchange(&mut self, first: u32, second: u32, after: Stage) {
        self.exchange = [first, second];
        self.after = after;
        self.stage = Stage::StoreFirst;
    }

    /// Goes from one comparison of the partition to the next, if an order function was called and the table has no
    /// metatable. It does what [`run`](Self::run) does in these stages, but faster: nearly all polls end here.
    #[inline(always)]
    fn walk(&mut self, call: &mut Call<'gc, '_>) -> Option<Result<Poll, Error<'gc>>> {
        let is_upwards = match self.stage {
            Stage::CompareUpwards => true,
            Stage::CompareDownwards => false,
            _ => return None,
        };
        let order = call.slot(ORDER);
        if !self.operations.is_waiting() || order.is_nil() {
            return None;
        }
        let table = call.raw_table(TABLE)?;
        // The call was made directly after the window's places.
        let precedes = !call.slot(WINDOW).is_falsy();
        match (is_upwards, precedes) {
            (true, true) if self.up < self.current.high - 1 => self.up += 1,
            (true, false) => {
                self.down -= 1;
                self.stage = Stage::CompareDownwards;
            }
            (false, true) if self.down >= self.up => self.down -= 1,
            (false, false) if self.down >= self.up => {
                let exchange = [(self.up, SECOND), (self.down, FIRST)];
                for (index, place) in exchange {
                    if let Err(error) = call.raw_set(table, i64::from(index), call.slot(place)) {
                        return Some(Err(error));
                    }
                }
                self.up += 1;
                self.stage = Stage::CompareUpwards;
            }
            // The walks have met, or the order is inconsistent.
            _ => return None,
        }
        call.truncate(WINDOW);
        let pivot = call.slot(PIVOT);
        call.push_slot(order);
        if let Stage::CompareUpwards = self.stage {
            let element = table.get_slot(i64::from(self.up));
            call.replace_slot(FIRST, element);
            call.push_slot(element);
            call.push_slot(pivot);
        } else {
            let element = table.get_slot(i64::from(self.down));
            call.replace_slot(SECOND, element);
            call.push_slot(pivot);
            call.push_slot(element);
        }
        Some(Ok(Poll::Call(2)))
    }

    /// Continues a sort that is not within the walk of a partition with an order function.
    #[inline(never)]
    pub(super) fn go_on(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        // No Lua code runs before the poll ends, so the table stays as it is. A small build does without the second
        // copy of `run`.
        let is_raw = cfg!(feature = "full")
            && call.raw_table(TABLE).is_some()
            && (!self.operations.has_answer() || self.stage.is_comparison());
        finish(if is_raw { self.run::<true>(call) } else { self.run::<false>(call) })
    }

    /// Sorts to the end. Each stage except the exchanges ends with at most one comparison.
    #[inline(never)]
    fn run<const RAW: bool>(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        loop {
            let Interval { low, high, random } = self.current;
            match self.stage {
                Stage::Length => {
                    let length = self.operations.length(call, call.get(TABLE))?;
                    if !self.check(call, length)? {
                        return Ok(0);
                    }
                }
                Stage::Next => {
                    let Some(interval) = self.later.pop() else { return Ok(0) };
                    self.current = interval;
                    self.stage = Stage::Interval;
                }
                Stage::Interval => {
                    if low >= high {
                        self.stage = Stage::Next;
                        continue;
                    }
                    self.read::<RAW>(call, low, FIRST)?;
                    self.stage = Stage::ReadHigh;
                }
                Stage::ReadHigh => {
                    self.read::<RAW>(call, high, SECOND)?;
                    self.stage = Stage::CompareEnds;
                }
                Stage::CompareEnds => {
                    let after = if high - low == 1 { Stage::Next } else { Stage::Middle };
                    if self.precedes(call, SECOND, FIRST)? {
                        self.exchange(low, high, after);
                    } else {
                        self.stage = after;
                    }
                    call.spend(4)?;
                }
                Stage::Middle => {
                    self.middle = if high - low < RANDOM_LIMIT || random == 0 {
                        low + (high - low) / 2
                    } else {
                        let quarter = (high - low) / 4;
                        random % (quarter * 2) + low + quarter
                    };
                    self.read::<RAW>(call, self.middle, FIRST)?;
                    self.stage = Stage::ReadLow;
                }
                Stage::ReadLow => {
                    self.read::<RAW>(call, low, SECOND)?;
                    self.stage = Stage::CompareLow;
                }
                Stage::CompareLow => {
                    if self.precedes(call, FIRST, SECOND)? {
                        self.exchange(self.middle, low, Stage::Pivot);
                    } else {
                        self.stage = Stage::ReadHighAgain;
                    }
                }
                Stage::ReadHighAgain => {
                    self.read::<RAW>(call, high, SECOND)?;
                    self.stage = Stage::CompareHigh;
                }
                Stage::CompareHigh => {
                    if self.precedes(call, SECOND, FIRST)? {
                        self.exchange(self.middle, high, Stage::Pivot);
                    } else {
                        self.stage = Stage::Pivot;
                    }
                }
                Stage::Pivot => {
                    if high - low == 2 {
                        self.stage = Stage::Next;
                        continue;
                    }
                    self.read::<RAW>(call, self.middle, FIRST)?;
                    call.replace_slot(PIVOT, call.slot(FIRST));
                    self.stage = Stage::ReadBeforeHigh;
                }
                Stage::ReadBeforeHigh => {
                    self.read::<RAW>(call, high - 1, SECOND)?;
                    self.exchange(self.middle, high - 1, Stage::Partition);
                }
                Stage::Partition => {
                    self.up = low;
                    self.down = high - 1;
                    self.up += 1;
                    self.stage = Stage::ReadUpwards;
                }
                Stage::ReadUpwards => {
                    self.read::<RAW>(call, self.up, FIRST)?;
                    self.stage = Stage::CompareUpwards;
                }
                Stage::CompareUpwards => {
                    if self.precedes(call, FIRST, PIVOT)? {
                        // The pivot is before the high end, so the walk does not pass it.
                        if self.up == high - 1 {
                            return Err(invalid_order(call));
                        }
                        self.up += 1;
                        self.stage = Stage::ReadUpwards;
                    } else {
                        self.down -= 1;
                        self.stage = Stage::ReadDownwards;
                    }
                    call.spend(3)?;
                }
                Stage::ReadDownwards => {
                    self.read::<RAW>(call, self.down, SECOND)?;
                    self.stage = Stage::CompareDownwards;
                }
                Stage::CompareDownwards => {
                    if self.precedes(call, PIVOT, SECOND)? {
                        if self.down < self.up {
                            return Err(invalid_order(call));
                        }
                        self.down -= 1;
                        self.stage = Stage::ReadDownwards;
                    } else if self.down < self.up {
                        // The walks have met: the pivot goes between them.
                        call.replace_slot(SECOND, call.slot(FIRST));
                        call.replace_slot(FIRST, call.slot(PIVOT));
                        self.exchange(high - 1, self.up, Stage::Split);
                    } else {
                        self.exchange(self.up, self.down, Stage::ReadUpwards);
                        self.up += 1;
                    }
                    call.spend(3)?;
                }
                Stage::Split => self.split(),
                Stage::StoreFirst => {
                    self.store::<RAW>(call, self.exchange[0], SECOND)?;
                    self.stage = Stage::StoreSecond;
                }
                Stage::StoreSecond => {
                    self.store::<RAW>(call, self.exchange[1], FIRST)?;
                    self.stage = self.after;
                }
            }
        }
    }

    /// Continues with the smaller part, on one side of the pivot, and leaves the larger one for later.
    fn split(&mut self) {
        let Interval { low, high, random } = self.current;
        let pivot = self.up;
        let below = Interval { low, high: pivot - 1, random };
        let above = Interval { low: pivot + 1, high, random };
        let (smaller, mut larger) = if pivot - low < high - pivot { (below, above) } else { (above, below) };
        // The number of elements of the smaller part and the pivot.
        let split_off = (pivot - low).min(high - pivot);
        if larger.high.saturating_sub(larger.low) / 128 > split_off {
            larger.random = scramble(larger.random ^ larger.low ^ larger.high.rotate_left(16));
        }
        if larger.low < larger.high {
            self.later.push(larger);
        }
        self.current = smaller;
        self.stage = Stage::Interval;
    }
}

/// A number that looks random, but is the same in every run; not 0.
fn scramble(seed: u32) -> u32 {
    let mixed = u64::from(seed | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as u32 | 1
}

#[cold]
fn invalid_order<'gc>(call: &Call<'gc, '_>) -> Interrupt<'gc> {
    Interrupt::Fail(call.error("invalid order function for sorting"))
}

impl<'gc> Sequence<'gc> for Sort<'gc> {
    const NAME: &'static str = "table.sort";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.walk(call).unwrap_or_else(|| self.go_on(call))
    }
}

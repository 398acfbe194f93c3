//! Decides when the collector works, and how much: between steps, in proportion to what was allocated.
//!
//! A cycle starts when the heap has grown by five eighths of what the last cycle found alive, or by half of the room
//! under the limit. During a cycle each allocated byte causes several bytes of collection work. A step ends early when much was
//! allocated, so that slices stay short: see [`fife_arena::Arena::set_pressure`].

use crate::object::{Stage, State};
use fife_arena::{Arena, MarkedArena, Phase, Rootable};

type Heap = Arena<Rootable![State<'_>]>;
type Marked<'a> = MarkedArena<'a, Rootable![State<'_>]>;

/// The growth between two cycles, in eighths of what survived. With eight of them programs are no faster on the mean:
/// what more collection takes, smaller heaps give back.
const GROWTH_EIGHTHS: usize = 5;
/// The least growth between two cycles.
const GROWTH_MIN: usize = 256 << 10;
/// The least growth between two cycles when the limit leaves less than that.
const GROWTH_AT_LIMIT: usize = 64 << 10;
/// How many bytes may be allocated during a cycle before the step ends.
const SLICE_ALLOCATION: usize = 160 << 10;
const SLICE_ALLOCATION_MIN: usize = 32 << 10;
/// Bytes of work for each byte allocated.
const WORK_FACTOR: usize = 4;
/// The most work of one slice: about a millisecond.
const SLICE_WORK: usize = 2 << 20;
/// The most debt that one slice works off.
const SLICE_DEBT: isize = (SLICE_WORK / WORK_FACTOR) as isize;
/// The least work of a slice, however little was allocated.
const STEP_WORK_MIN: usize = 4096;
/// The unit of work. After each unit the collector checks whether the next phase of the cycle has come.
const STEP_PART: usize = 16 << 10;

/// The stages between marking and sweeping, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clearing {
    /// Values are tied to the weak keys that keep them alive, and marked if the key is reached.
    Ephemerons,
    /// Entries with dead values are removed from weak tables, if there may be objects to resurrect.
    Values,
    /// Dead objects with a finalizer are queued.
    Separate,
    /// Everything they reach is marked, through weak keys, too.
    Resurrect,
    /// Entries with dead keys or values are removed from weak tables, and so are the identities of dead variables.
    Keys,
    /// Dead strings are removed from the interner. From here on scripts may run.
    Purge,
}

/// Drives the collector: does the work that is due, and what a [`Collector`](crate::gc::Collector) asked for.
#[derive(Debug)]
pub(super) struct Driver {
    /// How many cycles must still end for the full collection that was asked for.
    cycles_wanted: u8,
    /// The next stage, while the phase is `Marked`.
    clearing: Clearing,
    /// How many weak tables have been handled as ephemerons.
    tables_seen: usize,
    is_purged: bool,
    /// How much of the work that a script asked for is left.
    step_left: usize,
    /// Whether a cycle has ended that the script has not been told of.
    has_ended: bool,
    /// Bytes allocated since the cycle began, minus the heap's debt. They survive the cycle, and may be garbage
    /// already.
    born: isize,
}

impl Driver {
    pub(super) fn new(heap: &mut Heap) -> Driver {
        let mut collector = Driver {
            cycles_wanted: 0,
            clearing: Clearing::Ephemerons,
            tables_seen: 0,
            is_purged: false,
            step_left: 0,
            has_ended: false,
            born: 0,
        };
        collector.sleep(heap);
        collector
    }

    /// Decides when the next cycle starts.
    fn sleep(&mut self, heap: &mut Heap) {
        let metrics = heap.metrics();
        let born = self.born.saturating_add(heap.debt()).max(0);
        let buckets = heap.mutate(|_, state| state.interner.bucket_bytes());
        // Dead objects with finalizers, and what they reach, are no reason to wait longer either.
        let doomed = heap.resurrected_bytes();
        let survived = metrics.object_bytes.saturating_sub(born as usize + buckets + doomed);
        let mut growth = (survived / 8 * GROWTH_EIGHTHS).max(GROWTH_MIN);
        if let Some(limit) = metrics.limit {
            let used = metrics.held_bytes - metrics.cached_bytes;
            growth = growth.min(limit.saturating_sub(used) / 2).max(GROWTH_AT_LIMIT);
        }
        heap.keep(growth);
        let debt = heap.debt();
        heap.add_debt(-debt);
        heap.set_pressure(growth as isize);
    }

    /// Whether a step may run: nothing else has to be done first.
    #[inline]
    pub(super) fn lets_step(&self, heap: &Heap) -> bool {
        (self.cycles_wanted, self.step_left) == (0, 0) && !self.is_clearing(heap)
    }

    /// Works off what was allocated since the last slice. Anything beyond one slice's work is left to the next slices.
    #[inline]
    pub(super) fn slice(&mut self, heap: &mut Heap) {
        if heap.phase() != Phase::Sleep || heap.is_under_pressure() {
            self.do_slice(heap);
        }
    }

    #[inline(never)]
    fn do_slice(&mut self, heap: &mut Heap) {
        if heap.phase() == Phase::Sleep {
            self.start_cycle(heap);
            // What was allocated before this cycle counts only as debt for its first slice.
            let debt = heap.debt();
            self.pay(heap, debt - debt.min(SLICE_DEBT));
        }
        heap.set_pressure(slice_allocation(heap));
        let debt = heap.debt().min(SLICE_DEBT);
        self.pay(heap, debt);
        self.work_in_parts(heap, (debt.max(0) as usize * WORK_FACTOR).max(STEP_WORK_MIN));
    }

    fn pay(&mut self, heap: &mut Heap, debt: isize) {
        heap.add_debt(-debt);
        self.born = self.born.saturating_add(debt);
    }

    /// Does this much work, across phases if it suffices. True if that ended a cycle.
    fn work_in_parts(&mut self, heap: &mut Heap, mut work: usize) -> bool {
        while work > 0 {
            let part = work.min(STEP_PART);
            work -= part;
            if self.work(heap, part) {
                return true;
            }
        }
        false
    }

    fn start_cycle(&mut self, heap: &mut Heap) {
        let is_full = self.cycles_wanted > 0;
        heap.mutate(|_, state| state.compiler_blocks.borrow_mut().age(is_full));
        heap.start_marking();
        self.born = -heap.debt();
    }

    /// Does this much work, starting a cycle if none is running. True if that ended a cycle.
    pub(super) fn work(&mut self, heap: &mut Heap, budget: usize) -> bool {
        match heap.phase() {
            Phase::Sleep | Phase::Mark => {
                if heap.phase() == Phase::Sleep {
                    self.start_cycle(heap);
                    heap.set_pressure(slice_allocation(heap));
                }
                if let Some(mut marked) = heap.mark(budget) {
                    self.is_purged = false;
                    self.tables_seen = 0;
                    self.start_clearing(&mut marked);
                    // Most heaps have little to clear, and then no step has to wait for it.
                    self.clear(heap, budget / 2);
                }
                false
            }
            Phase::Marked => {
                self.clear(heap, budget.max(STEP_WORK_MIN));
                false
            }
            Phase::Sweep => {
                let work = budget.max(STEP_WORK_MIN);
                if !heap.mutate(|mc, state| state.interner.move_buckets(mc, 0, work)) {
                    return false;
                }
                let done = heap.sweep(work);
                if done {
                    // Whoever asked for a full collection learns of its end in another way.
                    self.has_ended = self.cycles_wanted == 0;
                    self.cycles_wanted = self.cycles_wanted.saturating_sub(1);
                    self.sleep(heap);
                }
                done
            }
        }
    }

    /// Starts, or restarts, the stages between marking and sweeping.
    fn start_clearing(&mut self, marked: &mut Marked<'_>) {
        self.clearing = Clearing::Ephemerons;
        marked.finalize(|_, state| {
            state.is_clearing.set(true);
            state.tracing.weak.start(0);
        });
    }

    /// Whether scripts have to wait, see [`State::is_clearing`].
    pub(super) fn is_clearing(&self, heap: &Heap) -> bool {
        heap.phase() == Phase::Marked && self.clearing != Clearing::Purge
    }

    /// Does a slice while scripts have to wait.
    pub(super) fn slice_of_clearing(&mut self, heap: &mut Heap) {
        self.clear(heap, SLICE_WORK);
    }

    /// Requests this much work before the next step, or less if that ends a cycle.
    pub(super) fn ask_step(&mut self, work: usize) {
        self.step_left = work.max(1);
    }

    /// Does a slice of the requested work, if there is any. When all is done, returns whether a cycle has ended since
    /// the last request or full collection. Another slice may have ended it: a script that waits for the end of a cycle
    /// must not miss it.
    pub(super) fn asked_step(&mut self, heap: &mut Heap) -> Option<Option<bool>> {
        if self.step_left == 0 {
            return None;
        }
        let slice = self.step_left.min(SLICE_WORK);
        self.step_left -= slice;
        if self.work_in_parts(heap, slice) {
            self.step_left = 0;
        }
        Some((self.step_left == 0).then(|| std::mem::take(&mut self.has_ended)))
    }

    /// Works on the stages between marking and sweeping.
    fn clear(&mut self, heap: &mut Heap, mut budget: usize) {
        while let Some(mut marked) = heap.mark(0) {
            let stage = self.clearing;
            if !self.clear_part(&mut marked, &mut budget) {
                return;
            }
            if stage != Clearing::Purge {
                self.go_on(&mut marked);
            } else if marked.finalize(|_, state| state.tracing.weak.count() == 0) {
                marked.finalize(|_, state| state.tracing.threads.settle());
                marked.start_sweeping();
                return;
            } else {
                // Weak tables made in the meantime: what they hold is alive, but they are listed.
                self.start_clearing(&mut marked);
            }
            if budget == 0 {
                return;
            }
        }
    }

    /// Does a part of the current stage. True if the stage is over.
    fn clear_part(&mut self, marked: &mut Marked<'_>, budget: &mut usize) -> bool {
        match self.clearing {
            Clearing::Ephemerons | Clearing::Resurrect => loop {
                let is_over = advance(marked, Stage::Ephemerons, budget) && marked.mark_resurrected(*budget);
                *budget /= 2;
                // Marking may have found more weak tables.
                let tables = marked.finalize(|_, state| state.tracing.weak.count());
                if !is_over || self.tables_seen == tables {
                    return is_over;
                }
                self.tables_seen = tables;
            },
            Clearing::Values => advance(marked, Stage::Values, budget),
            Clearing::Separate => {
                marked.set_resurrecting(true);
                marked.finalize(|finalization, state| state.finalizers.separate(finalization, budget))
            }
            Clearing::Keys => {
                advance(marked, Stage::Keys, budget)
                    && marked.finalize(|finalization, state| state.identities.borrow_mut().clear(finalization, budget))
            }
            Clearing::Purge => {
                if !self.is_purged {
                    *budget = (*budget).max(STEP_WORK_MIN);
                    self.is_purged = marked.finalize(|finalization, state| state.interner.purge(finalization, budget));
                }
                self.is_purged && marked.mark_again(*budget)
            }
        }
    }

    /// Moves to the next stage.
    fn go_on(&mut self, marked: &mut Marked<'_>) {
        let (tables_seen, is_purged) = (self.tables_seen, self.is_purged);
        self.clearing = marked.finalize(|finalization, state| match self.clearing {
            // Only finalizers resurrect objects, so only before them must values be removed separately from keys.
            Clearing::Ephemerons if !is_purged && !state.finalizers.is_empty() => {
                state.tracing.weak.start(0);
                Clearing::Values
            }
            Clearing::Values => {
                state.finalizers.start_separating();
                Clearing::Separate
            }
            Clearing::Separate => {
                state.tracing.weak.start(tables_seen);
                Clearing::Resurrect
            }
            Clearing::Ephemerons | Clearing::Resurrect => {
                state.tracing.weak.start(0);
                Clearing::Keys
            }
            Clearing::Keys | Clearing::Purge => {
                state.tracing.weak.finish(finalization);
                state.is_clearing.set(false);
                if !is_purged {
                    state.interner.start_purge();
                }
                Clearing::Purge
            }
        });
        if self.clearing == Clearing::Keys {
            marked.set_resurrecting(false);
        }
        if self.clearing == Clearing::Purge {
            self.tables_seen = 0;
        }
    }
    /// Requests a whole cycle that starts after the running one.
    pub(super) fn start_full(&mut self) {
        // The running cycle, if any, does not find what became garbage after its start.
        self.cycles_wanted = 2;
    }

    pub(super) fn is_collecting_fully(&self) -> bool {
        self.cycles_wanted > 0
    }

    /// Does a slice of the full collection. True when that is over.
    pub(super) fn full_slice(&mut self, heap: &mut Heap) -> bool {
        if self.cycles_wanted == 0 {
            self.start_full();
        }
        if self.cycles_wanted == 2 && heap.phase() == Phase::Sleep {
            self.cycles_wanted = 1;
        }
        self.work(heap, SLICE_WORK);
        self.cycles_wanted == 0
    }
}

/// How many bytes may be allocated before the next slice. Less in a small heap: what is allocated during a cycle
/// survives it, and a cycle takes at least two or three slices.
fn slice_allocation(heap: &Heap) -> isize {
    (heap.metrics().object_bytes / 4).clamp(SLICE_ALLOCATION_MIN, SLICE_ALLOCATION) as isize
}

fn advance(marked: &mut Marked<'_>, stage: Stage, budget: &mut usize) -> bool {
    marked.finalize(|finalization, state| state.tracing.weak.advance(finalization, stage, budget))
}

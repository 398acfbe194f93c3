//! When the collector works, and how much: between steps, in proportion to what was allocated.
//!
//! A cycle starts when the heap has grown by as much as was alive after the last one, or by half of what the limit leaves. While
//! it runs, each byte allocated is answered by some bytes of work. A step ends early when much was allocated, so that
//! slices stay short: see [`fife_arena::Arena::set_pressure`].

use crate::object::State;
use fife_arena::{Arena, Phase, Rootable};

type Heap = Arena<Rootable![State<'_>]>;

/// The least growth between two cycles.
const GROWTH_MIN: usize = 256 << 10;
/// What may be allocated during a cycle before the step ends.
const SLICE_ALLOCATION: usize = 256 << 10;
/// Bytes of work for each byte allocated.
const WORK_FACTOR: usize = 4;
/// The most work of one slice: about a millisecond.
const SLICE_WORK: usize = 2 << 20;
/// Interner buckets that are purged for each 16 bytes of work.
const BUCKET_WORK: usize = 32;

#[derive(Debug)]
pub(super) struct Collector {
    /// A full collection that was asked for: cycles that are still to be ended.
    cycles_wanted: u8,
}

impl Collector {
    pub(super) fn new(heap: &mut Heap) -> Collector {
        let mut collector = Collector { cycles_wanted: 0 };
        collector.sleep(heap);
        collector
    }

    /// Sets when the next cycle is to start.
    fn sleep(&mut self, heap: &mut Heap) {
        let metrics = heap.metrics();
        let mut growth = metrics.object_bytes.max(GROWTH_MIN);
        if let Some(limit) = metrics.limit {
            growth = growth.min(limit.saturating_sub(metrics.held_bytes) / 2).max(SLICE_ALLOCATION / 4);
        }
        let debt = heap.debt();
        heap.add_debt(-debt);
        heap.set_pressure(growth as isize);
    }

    /// Works for what was allocated since the last slice.
    pub(super) fn slice(&mut self, heap: &mut Heap) {
        let debt = heap.debt();
        if heap.phase() == Phase::Sleep {
            if !heap.is_under_pressure() {
                return;
            }
            heap.start_marking();
        }
        heap.add_debt(-debt);
        heap.set_pressure(SLICE_ALLOCATION as isize);
        let work = (debt.max(0) as usize).saturating_mul(WORK_FACTOR).min(SLICE_WORK);
        self.work(heap, work);
    }

    /// Does so much work, starting a cycle if none is running; true if that ended one.
    pub(super) fn work(&mut self, heap: &mut Heap, budget: usize) -> bool {
        match heap.phase() {
            Phase::Sleep | Phase::Mark => {
                if heap.phase() == Phase::Sleep {
                    heap.set_pressure(SLICE_ALLOCATION as isize);
                }
                if let Some(mut marked) = heap.mark(budget) {
                    marked.finalize(|_, state| state.interner.start_purge());
                }
                false
            }
            Phase::Marked => {
                let Some(mut marked) = heap.mark(0) else { return false };
                let buckets = (budget / BUCKET_WORK).max(64);
                if marked.finalize(|finalization, state| state.interner.purge(finalization, buckets)) {
                    marked.start_sweeping();
                }
                false
            }
            Phase::Sweep => {
                let done = heap.sweep(budget.max(4096));
                if done {
                    self.cycles_wanted = self.cycles_wanted.saturating_sub(1);
                    self.sleep(heap);
                }
                done
            }
        }
    }

    /// Asks for a whole cycle that starts now, after the running one.
    pub(super) fn start_full(&mut self) {
        // The running cycle, if any, does not see what became garbage since it started.
        self.cycles_wanted = 2;
    }

    pub(super) fn is_collecting_fully(&self) -> bool {
        self.cycles_wanted > 0
    }

    /// Does a slice of the full collection; true when it is over.
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

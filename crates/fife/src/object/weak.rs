//! Weak tables: the collector's work on tables whose metatable has a `__mode` (manual §2.5.4).
//!
//! The marker does not follow the weak references of a table, and notes the table here (see
//! `TableObject::find_weakness`). When everything else is marked, three stages follow, each in slices: values that weak
//! keys keep are marked if the keys were reached (ephemerons); entries with dead values are removed, before finalizers
//! resurrect objects; and entries with dead keys are removed after that. Meanwhile no script runs, since it might read
//! an object that is about to be freed.
//!
//! Strings count as values: they are not removed before the entry is. If the limit on memory leaves no room for the
//! notes, a table is treated as an ordinary one for that cycle.
//!
//! # Safety argument
//!
//! A noted table was reached in this cycle, so it is live until the next cycle, by which the notes are gone. All
//! entries it holds at the end of marking are examined: what a host stores meanwhile is marked
//! (`TableObject::before_store`), and a table whose parts are replaced in the middle is examined again from the start
//! (`flag::RESIZED`).

use super::slot::tag;
use super::table::{TableObject, flag};
use fife_arena::{Finalization, Tracer};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

/// The weak tables of a cycle, and the progress of the current stage.
#[derive(Default)]
pub(crate) struct WeakTables {
    noted: RefCell<Vec<NonNull<TableObject<'static>>>>,
    /// Bytes of `noted` that are counted.
    charged: Cell<usize>,
    /// Where the current stage continues: the numbers of a table and of an entry.
    table: Cell<usize>,
    entry: Cell<usize>,
}

/// The stages of work on noted tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Values are tied to their weak keys.
    Ephemerons,
    /// Entries with dead values are removed.
    Values,
    /// Entries with dead keys or values are removed.
    Keys,
}

impl WeakTables {
    /// Notes a reached table. False if there is no memory for that.
    pub(super) fn note(&self, tracer: &mut Tracer<'_>, table: &TableObject<'_>) -> bool {
        let mut noted = self.noted.borrow_mut();
        if noted.len() == noted.capacity() {
            let more = noted.capacity().max(64);
            // SAFETY: `charged` remembers it, and `finish` discharges that.
            if !unsafe { tracer.hold_external(more * size_of::<usize>()) } {
                return false;
            }
            self.charged.set(self.charged.get() + more * size_of::<usize>());
            if noted.try_reserve_exact(more).is_err() {
                return false;
            }
        }
        noted.push(NonNull::from(table).cast());
        true
    }

    /// How many tables are noted.
    pub(crate) fn count(&self) -> usize {
        self.noted.borrow().len()
    }

    /// Starts a stage with the table of this number.
    pub(crate) fn start(&self, table: usize) {
        self.table.set(table);
        self.entry.set(0);
    }

    /// Continues a stage for about `budget` bytes of work, which are subtracted. True when all tables are done.
    pub(crate) fn advance(&self, finalization: &Finalization<'_>, stage: Stage, budget: &mut usize) -> bool {
        loop {
            let Some(table) = self.noted.borrow().get(self.table.get()).copied() else { return true };
            // SAFETY: a noted table is live.
            let table = unsafe { table.as_ref() };
            if table.flags.get() & flag::RESIZED != 0 {
                table.flags.set(table.flags.get() & !flag::RESIZED);
                self.entry.set(0);
            }
            let weak = table.flags.get() & (flag::WEAK_KEYS | flag::WEAK_VALUES);
            let is_concerned = match stage {
                Stage::Ephemerons => weak == flag::WEAK_KEYS,
                Stage::Values => weak & flag::WEAK_VALUES != 0,
                Stage::Keys => weak != 0,
            };
            if is_concerned {
                let start = self.entry.get();
                let end = table.entry_count();
                let stop = end.min(start + 64 + *budget / ENTRY_WORK);
                for entry in start..stop {
                    // SAFETY: the entry exists.
                    unsafe { look_at(table, entry, finalization, stage) }
                }
                *budget = budget.saturating_sub((stop - start) * ENTRY_WORK);
                if stop < end {
                    self.entry.set(stop);
                    return false;
                }
            }
            if stage == Stage::Keys {
                table.flags.set(table.flags.get() & !flag::OF_ONE_CYCLE);
            }
            self.start(self.table.get() + 1);
            *budget = budget.saturating_sub(TABLE_WORK);
            if *budget == 0 {
                return self.table.get() >= self.noted.borrow().len();
            }
        }
    }

    /// Forgets the tables, after all stages.
    pub(crate) fn finish(&self, finalization: &Finalization<'_>) {
        if self.charged.get() != 0 {
            *self.noted.borrow_mut() = Vec::new();
            // SAFETY: `note` charged it.
            unsafe { finalization.release_external(self.charged.take()) };
        }
        self.start(0);
    }
}

/// The work of examining an entry, and a table, in bytes: an entry's objects may be anywhere.
const ENTRY_WORK: usize = 96;
const TABLE_WORK: usize = 64;

/// # Safety
/// `entry` is below the table's `entry_count`.
unsafe fn look_at(table: &TableObject<'_>, entry: usize, finalization: &Finalization<'_>, stage: Stage) {
    let weak = table.flags.get();
    // Only objects can be dead: strings were marked.
    let is_dead = |slot: super::Slot<'_>| {
        // SAFETY: the payload of a collectable slot points to an object that was not swept: nothing is swept while
        // tables still hold unreached objects.
        slot.tag() > tag::STRING && unsafe { finalization.is_dead_raw(NonNull::new_unchecked(slot.payload().pointer)) }
    };
    let mark = |slot: super::Slot<'_>| {
        if slot.tag() >= tag::STRING {
            // SAFETY: as above.
            unsafe { finalization.resurrect_raw(NonNull::new_unchecked(slot.payload().pointer)) }
        }
    };
    // SAFETY: the caller's promise; the table's parts are its own, and no reference into them exists.
    unsafe {
        let Some(node) = table.node_of_entry(entry) else {
            let Some(slot) = table.array_slot(entry as u32) else { return };
            if stage == Stage::Ephemerons || weak & flag::WEAK_VALUES == 0 {
                return;
            }
            if is_dead(*slot) {
                table.forget_cache();
                super::Slot::write(slot, super::Slot::NIL);
            } else if stage == Stage::Keys {
                mark(*slot);
            }
            return;
        };
        let node = &mut *node;
        let (key, value) = (node.key(), node.value());
        match stage {
            Stage::Ephemerons => {
                if is_dead(key) && value.tag() >= tag::STRING {
                    let pointer = |slot: super::Slot<'_>| NonNull::new_unchecked(slot.payload().pointer);
                    finalization.mark_with(pointer(key), pointer(value));
                } else {
                    mark(value);
                }
            }
            Stage::Values => {
                if is_dead(value) {
                    table.forget_cache();
                    node.remove();
                }
            }
            Stage::Keys => {
                let is_removed =
                    weak & flag::WEAK_VALUES != 0 && is_dead(value) || weak & flag::WEAK_KEYS != 0 && is_dead(key);
                if is_removed {
                    table.forget_cache();
                    node.remove();
                }
                // Entries that stay are alive now. Strings were left for this, and so were keys of removed entries.
                if node.value().is_nil() {
                    if node.bury_key() {
                        mark(key);
                    }
                } else {
                    mark(key);
                    mark(value);
                }
            }
        }
    }
}

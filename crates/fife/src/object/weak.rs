//! Weak tables: what the collector does about tables whose metatable has a `__mode` (manual §2.5.4).
//!
//! The marker does not follow the weak references of a table, and notes the table in the [`TracingContext`]. When everything
//! else is marked, three things are left to do, each in slices: values that weak keys keep are marked if the keys were
//! reached (ephemerons); entries whose value is dead are removed, before finalizers bring objects back; and entries whose key is
//! dead are removed after that. Meanwhile no script runs, since it might read what is about to go away.
//!
//! Strings count as values: they do not go away before the entry does. Where the limit on memory leaves no room for the notes, a table is
//! taken for an ordinary one for that cycle.
//!
//! # Safety argument
//!
//! A table that is noted was reached in this cycle, so it is live until the next one, when the notes are gone. All entries it
//! holds at the end of marking are looked at: what a host stores in the meantime is marked (`TableObject::before_store`), and
//! a table that gets other parts in the middle of it is looked at again from the start (`flag::RESIZED`). `fuel` is used
//! while a `Context` exists, which sets it.

use super::slot::tag;
use super::string::StringObject;
use super::table::{TableObject, flag};
use fife_arena::{Finalization, Gc, Tracer};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

/// What marker and tables need to know of the VM, and notes for the end of marking.
pub(crate) struct TracingContext {
    /// What tables mix numbers with.
    pub(crate) multiplier: u64,
    /// The fuel of the step that runs, for tables; what was one may be gone between steps.
    fuel: Cell<*const Cell<i64>>,
    /// The string `__mode`.
    mode_name: Cell<*mut StringObject>,
    /// How many threads are alive at most: those of the last cycle, and those made since.
    threads: Cell<u32>,
    /// Those that the running cycle reached, those made while it marks, and its number.
    threads_reached: Cell<u32>,
    threads_made: Cell<u32>,
    cycle: Cell<u32>,
    noted: RefCell<Vec<NonNull<TableObject<'static>>>>,
    /// Bytes of `noted` that are counted.
    charged: Cell<usize>,
    /// Where the stage that runs goes on: a table's number, and an entry's.
    table: Cell<usize>,
    entry: Cell<usize>,
}

/// What is done with the tables that were noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Values are tied to their weak keys.
    Ephemerons,
    /// Entries with dead values are removed.
    Values,
    /// Entries with dead keys or values are removed.
    Keys,
}

impl TracingContext {
    pub(crate) fn new(mode_name: Gc<'_, StringObject>, seed: u64) -> TracingContext {
        TracingContext {
            multiplier: super::table::multiplier(seed),
            fuel: Cell::new(std::ptr::null()),
            mode_name: Cell::new(mode_name.as_ptr()),
            threads: Cell::new(0),
            threads_reached: Cell::new(0),
            threads_made: Cell::new(0),
            cycle: Cell::new(1),
            noted: RefCell::default(),
            charged: Cell::new(0),
            table: Cell::new(0),
            entry: Cell::new(0),
        }
    }

    /// Says where the fuel of what runs next is.
    pub(super) fn set_fuel(&self, fuel: &Cell<i64>) {
        self.fuel.set(fuel);
    }

    /// Takes fuel from what runs: for work of a table that its callers do not know of.
    pub(super) fn charge(&self, fuel: usize) {
        // SAFETY: tables are searched by what has a `Context`, which set it to a part of the state that it borrows.
        if let Some(left) = unsafe { self.fuel.get().as_ref() } {
            left.set(left.get().saturating_sub_unsigned(fuel as u64));
        }
    }

    /// How many threads are alive, at most.
    pub(crate) fn threads(&self) -> usize {
        self.threads.get() as usize
    }

    /// Counts a new thread.
    pub(crate) fn thread_made(&self, is_marking: bool) {
        self.threads.set(self.threads.get().saturating_add(1));
        if is_marking {
            self.threads_made.set(self.threads_made.get() + 1);
        }
    }

    /// Counts a thread that was reached, once in each cycle; `counted` is the last one in which it was.
    pub(super) fn count_thread(tracer: &Tracer<'_>, counted: &Cell<u32>) {
        // SAFETY: as in `TableObject::find_weakness`.
        if let Some(context) = unsafe { tracer.context().cast::<TracingContext>().as_ref() }
            && counted.replace(context.cycle.get()) != context.cycle.get()
        {
            context.threads_reached.set(context.threads_reached.get() + 1);
        }
    }

    /// Marking is over: what was counted is what is alive, and perhaps what was made meanwhile.
    pub(crate) fn settle_threads(&self) {
        self.threads.set(self.threads_reached.take() + self.threads_made.take());
        self.cycle.set(self.cycle.get().wrapping_add(1));
    }

    /// Which references of the tables with this metatable are weak: `flag::WEAK_KEYS`, `flag::WEAK_VALUES`.
    pub(super) fn weakness(&self, metatable: Gc<'_, TableObject<'_>>) -> u8 {
        // SAFETY: the name of the event is alive as long as the VM's state is.
        let name: Gc<'_, StringObject> = unsafe { Gc::from_ptr(self.mode_name.get()) };
        let Some(mode) = metatable.get_short_string(name).as_string() else { return 0 };
        let mode = StringObject::bytes(mode);
        let has = |letter: u8, flag: u8| if mode.contains(&letter) { flag } else { 0 };
        has(b'k', flag::WEAK_KEYS) | has(b'v', flag::WEAK_VALUES)
    }

    /// Notes a table that was reached; false if there is no memory for that.
    pub(super) fn note(&self, tracer: &mut Tracer<'_>, table: &TableObject<'_>) -> bool {
        let mut noted = self.noted.borrow_mut();
        if noted.len() == noted.capacity() {
            let more = noted.capacity().max(64);
            if !tracer.charge_external(more * size_of::<usize>()) {
                return false;
            }
            self.charged.set(self.charged.get() + more * size_of::<usize>());
            noted.reserve_exact(more);
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

    /// Goes on with a stage for about `budget` bytes of work, which is taken from it; true when all tables are done.
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

    /// Forgets the tables, which all are dealt with.
    pub(crate) fn finish(&self, finalization: &Finalization<'_>) {
        if self.charged.get() != 0 {
            *self.noted.borrow_mut() = Vec::new();
            finalization.discharge_external(self.charged.take());
        }
        self.start(0);
    }
}

/// What looking at an entry, and at a table, counts as in bytes of work: an entry's objects are anywhere.
const ENTRY_WORK: usize = 96;
const TABLE_WORK: usize = 64;

/// # Safety
/// `entry` is below the table's `entry_count`.
unsafe fn look_at(table: &TableObject<'_>, entry: usize, finalization: &Finalization<'_>, stage: Stage) {
    let weak = table.flags.get();
    // Only objects go away: strings were marked.
    let is_dead = |slot: super::Slot<'_>| {
        // SAFETY: the payload of a collectable slot points to an object that was not swept: nothing is swept while tables
        // still hold what the marker did not reach.
        slot.tag > tag::STRING && unsafe { finalization.is_dead_raw(NonNull::new_unchecked(slot.payload.pointer)) }
    };
    let mark = |slot: super::Slot<'_>| {
        if slot.tag >= tag::STRING {
            // SAFETY: as above.
            unsafe { finalization.resurrect_raw(NonNull::new_unchecked(slot.payload.pointer)) }
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
                if is_dead(key) && value.tag >= tag::STRING {
                    let pointer = |slot: super::Slot<'_>| NonNull::new_unchecked(slot.payload.pointer);
                    finalization.mark_with(pointer(key), pointer(value));
                } else {
                    mark(value);
                }
            }
            Stage::Values => {
                if is_dead(value) {
                    node.remove();
                }
            }
            Stage::Keys => {
                let is_removed =
                    weak & flag::WEAK_VALUES != 0 && is_dead(value) || weak & flag::WEAK_KEYS != 0 && is_dead(key);
                if is_removed {
                    node.remove();
                }
                // What stays is alive now: strings were left for this, and so were keys of removed entries.
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

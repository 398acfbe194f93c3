//! The VM's data for the marker and tables, which have no [`Context`](super::Context): this is the arena's context.
//!
//! # Safety argument
//!
//! The arena is made with the [`TracingContext`], owns it, and gives it only to code that can name its type, which no
//! code outside of this crate can. Large tables have its address: it stays in place as long as the arena's objects
//! exist. The only thing it refers to is `mode_name`, a string that the state marks, and that is set once, when the
//! state is made.

use super::string::StringObject;
use super::table::{self, TableObject, flag};
use super::weak::WeakTables;
use fife_arena::{Gc, Mutation, Tracer};
use std::cell::Cell;

/// VM state the marker and tables need.
pub(crate) struct TracingContext {
    /// The factor with which tables mix numbers.
    pub(super) multiplier: u64,
    /// The fuel left in the running step while natives run; see `vm`. It is here for work of tables that their callers
    /// do not know of.
    pub(crate) fuel: Cell<i64>,
    /// The string `__mode`; null before there is a state.
    mode_name: Cell<*mut StringObject>,
    /// The VM's hash seed.
    pub(super) seed: u64,
    pub(crate) threads: ThreadCount,
    pub(crate) weak: WeakTables,
}

impl TracingContext {
    pub(crate) fn new(seed: u64) -> TracingContext {
        TracingContext {
            multiplier: table::multiplier(seed),
            fuel: Cell::new(0),
            mode_name: Cell::new(std::ptr::null_mut()),
            seed,
            threads: ThreadCount::default(),
            weak: WeakTables::default(),
        }
    }

    /// Sets the name of the event, which lives as long as the VM's state. Later names are ignored: the state marks the
    /// first.
    pub(super) fn set_mode_name(&self, name: Gc<'_, StringObject>) {
        if self.mode_name.get().is_null() {
            self.mode_name.set(name.as_ptr());
        }
    }

    /// The context of the VM that is being marked.
    #[inline]
    pub(super) fn of<'a>(tracer: &Tracer<'a>) -> Option<&'a TracingContext> {
        tracer.context()
    }

    /// Charges the running step. Between steps, and while the collector works, this has no effect: a step begins with
    /// its own fuel.
    #[inline]
    pub(crate) fn charge(&self, fuel: usize) {
        if METERED {
            self.fuel.set(self.fuel.get().saturating_sub_unsigned(fuel as u64));
        }
    }

    /// Charges for the move of a block to a larger one, if that is much. Each move belongs to insertions that were paid
    /// for, but a script can put off the moves of many blocks until all of them come in one step.
    #[inline]
    pub(super) fn charge_move(mc: &Mutation<'_>, bytes: usize) {
        TracingContext::charge_growth(mc, bytes / MOVED_BYTES_PER_UNIT);
    }

    /// Charges for a part of the growth of something, if that is much: small things grow often.
    #[inline]
    pub(super) fn charge_growth(mc: &Mutation<'_>, fuel: usize) {
        if fuel >= GROWTH_FUEL_LEAST
            && let Some(context) = mc.context::<TracingContext>()
        {
            context.charge(fuel);
        }
    }

    /// Which references of the tables with this metatable are weak: `flag::WEAK_KEYS`, `flag::WEAK_VALUES`.
    pub(super) fn weakness(&self, metatable: Gc<'_, TableObject<'_>>) -> u8 {
        if self.mode_name.get().is_null() {
            return 0;
        }
        // SAFETY: the name of the event is alive as long as the VM's state is.
        let name: Gc<'_, StringObject> = unsafe { Gc::from_ptr(self.mode_name.get()) };
        let Some(mode) = metatable.get_short_string(name).as_string() else { return 0 };
        let mode = StringObject::bytes(mode);
        let has = |letter: u8, flag: u8| if mode.contains(&letter) { flag } else { 0 };
        has(b'k', flag::WEAK_KEYS) | has(b'v', flag::WEAK_VALUES)
    }
}

/// How many bytes of a block move to a larger one for a unit of fuel.
const MOVED_BYTES_PER_UNIT: usize = 256;

/// Growth that costs less than this is free.
const GROWTH_FUEL_LEAST: usize = 4;

/// Whether code charges fuel. `--cfg fife_unmetered` is only for measuring what that costs: scripts then run until they
/// are interrupted, for instance by the collector.
pub(crate) const METERED: bool = !cfg!(fife_unmetered);

/// The number of threads alive: those that the last cycle reached, and those made since.
pub(crate) struct ThreadCount {
    alive: Cell<u32>,
    /// Those that the running cycle reached, those made while it marks, and the cycle's number.
    reached: Cell<u32>,
    made: Cell<u32>,
    cycle: Cell<u32>,
}

impl Default for ThreadCount {
    /// A thread that was never reached has the number 0.
    fn default() -> ThreadCount {
        ThreadCount { alive: Cell::new(0), reached: Cell::new(0), made: Cell::new(0), cycle: Cell::new(1) }
    }
}

impl ThreadCount {
    /// An upper bound of the number of threads alive.
    pub(crate) fn alive(&self) -> usize {
        self.alive.get() as usize
    }

    /// Counts a new thread.
    pub(crate) fn add(&self, is_marking: bool) {
        self.alive.set(self.alive.get().saturating_add(1));
        if is_marking {
            self.made.set(self.made.get() + 1);
        }
    }

    /// Counts a reached thread, once per cycle. `counted` is the last cycle in which it was counted.
    pub(super) fn reach(&self, counted: &Cell<u32>) {
        if counted.replace(self.cycle.get()) != self.cycle.get() {
            self.reached.set(self.reached.get() + 1);
        }
    }

    /// Ends the count when marking has ended: the counted threads are alive, and perhaps those made meanwhile.
    pub(crate) fn settle(&self) {
        self.alive.set(self.reached.take() + self.made.take());
        self.cycle.set(self.cycle.get().wrapping_add(1));
    }
}

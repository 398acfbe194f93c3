//! What marker and tables need to know of the VM: they have no [`Context`](super::Context), but the arena's context, which is this.
//!
//! # Safety argument
//!
//! The arena is made with the [`TracingContext`], owns it, and gives it only to those who can name its type, which nobody outside of this
//! crate can. Large tables have its address: it stays where it is as long as the arena's objects exist. What it refers to itself is
//! `mode_name` alone, a string that the state marks, and that is set once, when the state is made.

use super::string::StringObject;
use super::table::{self, TableObject, flag};
use super::weak::WeakTables;
use fife_arena::{Gc, Tracer};
use std::cell::Cell;

/// What marker and tables need to know of the VM.
pub(crate) struct TracingContext {
    /// What tables mix numbers with.
    pub(super) multiplier: u64,
    /// Fuel left to the running step while natives run; see `vm`. It is here for the work of tables that their callers do not
    /// know of.
    pub(crate) fuel: Cell<i64>,
    /// The string `__mode`; null before there is a state.
    mode_name: Cell<*mut StringObject>,
    /// What the VM hashes with.
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

    /// Tells it the name of the event, which is alive as long as the VM's state is. Later names are not taken: the state marks the first.
    pub(super) fn set_mode_name(&self, name: Gc<'_, StringObject>) {
        if self.mode_name.get().is_null() {
            self.mode_name.set(name.as_ptr());
        }
    }

    /// The VM's, as the marker knows it.
    #[inline]
    pub(super) fn of<'a>(tracer: &Tracer<'a>) -> Option<&'a TracingContext> {
        tracer.context()
    }

    /// Takes fuel from what runs. Between steps, and while the collector works, that is nothing: a step begins with its own.
    #[inline]
    pub(crate) fn charge(&self, fuel: usize) {
        if METERED {
            self.fuel.set(self.fuel.get().saturating_sub_unsigned(fuel as u64));
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

/// Whether code takes fuel. `--cfg fife_unmetered` is for measuring what that costs, nothing else: scripts then run until they are
/// interrupted, for instance by the collector.
pub(crate) const METERED: bool = !cfg!(fife_unmetered);

/// How many threads are alive: those that the last cycle reached, and those made since.
pub(crate) struct ThreadCount {
    alive: Cell<u32>,
    /// Those that the running cycle reached, those made while it marks, and its number.
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
    /// How many threads are alive, at most.
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

    /// Counts a thread that was reached, once in each cycle; `counted` is the last one in which it was.
    pub(super) fn reach(&self, counted: &Cell<u32>) {
        if counted.replace(self.cycle.get()) != self.cycle.get() {
            self.reached.set(self.reached.get() + 1);
        }
    }

    /// Marking is over: what was counted is what is alive, and perhaps what was made meanwhile.
    pub(crate) fn settle(&self) {
        self.alive.set(self.reached.take() + self.made.take());
        self.cycle.set(self.cycle.get().wrapping_add(1));
    }
}

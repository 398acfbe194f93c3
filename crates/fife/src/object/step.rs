//! The state of the running step. Between steps only their number remains: every step begins with the rest in its
//! initial state.

use super::{Cancelling, ExecutorObject, ThreadObject};
use fife_arena::{Collect, Gc, Tracer};
use std::cell::Cell;

/// What happens when memory is refused in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It may wait for a collection.
    Waits,
    /// It was refused to a native, which is called again after a collection.
    Waiting,
    /// It was refused before, and a collection did not help: it is an error.
    Fails,
}

/// The state of a running step, for all code that runs in it.
pub(crate) struct StepState<'gc> {
    /// Whether a step runs: steps do not nest.
    is_running: Cell<bool>,
    /// How many steps have begun.
    number: Cell<u64>,
    /// Fuel withheld to end the step early.
    withheld: Cell<i64>,
    refusal: Cell<Refusal>,
    /// The running thread of the running executor.
    pub(crate) running: Cell<Option<Gc<'gc, ThreadObject<'gc>>>>,
    /// The running executor.
    pub(crate) task: Cell<Option<Gc<'gc, ExecutorObject<'gc>>>>,
    /// Whether the running executor is in a finalizer.
    pub(crate) is_finalizing: Cell<bool>,
}

impl Default for StepState<'_> {
    fn default() -> Self {
        StepState {
            is_running: Cell::new(false),
            number: Cell::new(0),
            withheld: Cell::new(0),
            refusal: Cell::new(Refusal::Waits),
            running: Cell::new(None),
            task: Cell::new(None),
            is_finalizing: Cell::new(false),
        }
    }
}

// SAFETY: shows the thread and the executor. The step's state is part of the arena's root, which is traced again at the
// end of marking.
unsafe impl Collect for StepState<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(running) = self.running.get() {
            tracer.mark(running);
        }
        if let Some(task) = self.task.get() {
            tracer.mark(task);
        }
    }
}

impl<'gc> StepState<'gc> {
    pub(crate) fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// The number of the running step, or of the last one. While it is the same, no thread has continued except a
    /// running one.
    pub(crate) fn number(&self) -> u64 {
        self.number.get()
    }

    /// Begins a step of an executor. `is_finalizing` says whether that is in a finalizer, `was_refused` whether the
    /// step retries what was refused before a collection.
    pub(crate) fn begin(&self, is_finalizing: bool, was_refused: bool, withheld: i64) {
        debug_assert!(!self.is_running.get());
        self.is_running.set(true);
        self.number.set(self.number.get() + 1);
        self.withheld.set(withheld);
        self.refusal.set(if was_refused { Refusal::Fails } else { Refusal::Waits });
        self.is_finalizing.set(is_finalizing);
    }

    /// Ends a step, also after a panic. Returns whether the executor is in a finalizer, and the withheld fuel.
    pub(crate) fn end(&self) -> (bool, i64) {
        let before = (self.is_finalizing.get(), self.withheld.get());
        self.is_running.set(false);
        self.withheld.set(0);
        self.refusal.set(Refusal::Waits);
        self.running.set(None);
        self.task.set(None);
        self.is_finalizing.set(false);
        before
    }

    /// Whether the running executor is being cancelled.
    pub(crate) fn is_cancelling(&self) -> bool {
        self.task.get().is_some_and(|task| task.cancelling.get() != Cancelling::No)
    }

    /// Withholds fuel.
    pub(crate) fn withhold(&self, fuel: i64) {
        self.withheld.set(self.withheld.get() + fuel);
    }

    /// Whether memory that is refused may wait for a collection.
    pub(crate) fn may_wait(&self) -> bool {
        self.refusal.get() != Refusal::Fails
    }

    /// Lets the next refusal wait: the one that had a collection is settled.
    pub(crate) fn let_wait(&self) {
        if self.refusal.get() == Refusal::Fails {
            self.refusal.set(Refusal::Waits);
        }
    }

    /// Notes that a native was refused memory. If it may wait, it is called again.
    pub(crate) fn refuse(&self) {
        if self.may_wait() {
            self.refusal.set(Refusal::Waiting);
        }
    }

    /// Whether a native must be called again.
    pub(crate) fn is_refused(&self) -> bool {
        self.refusal.get() == Refusal::Waiting
    }

    /// As [`is_refused`](Self::is_refused), and clears the note.
    pub(crate) fn take_refusal(&self) -> bool {
        let is_refused = self.is_refused();
        if is_refused {
            self.refusal.set(Refusal::Waits);
        }
        is_refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_waits_once() {
        let step = StepState::default();
        step.begin(false, false, 5);
        assert!(step.may_wait() && !step.is_refused());
        step.refuse();
        assert!(step.is_refused() && step.may_wait() && step.take_refusal() && !step.take_refusal());
        assert_eq!((step.end(), step.is_running()), ((false, 5), false));
        step.begin(true, true, 0);
        step.refuse();
        assert!(!step.may_wait() && !step.is_refused() && !step.take_refusal());
        step.let_wait();
        step.refuse();
        step.let_wait();
        assert!(step.is_refused(), "what waits already is not changed");
        assert_eq!(step.end(), (true, 0));
        assert!(step.may_wait(), "the next step begins anew");
    }
}

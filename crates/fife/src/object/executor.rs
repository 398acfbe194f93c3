//! Executors as objects of the heap: the state of tasks between steps, and the tasks that hosts have dropped.

use super::{Context, Error, LuaString, Status, ThreadObject, Wakeup};
use fife_arena::{Collect, DynamicRoot, Gc, Mutation, Phase, Rootable, Static, Tracer};
use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExecutorMode {
    /// It has more to do.
    Ready,
    /// An allocation was refused; it goes on when the collector has completed a cycle.
    NeedsMemory,
    /// A sequence in it waits for a wake-up, as an async function does.
    Waiting,
    /// It returned.
    Finished,
    /// It ended with an error.
    Failed,
}

impl ExecutorMode {
    /// Whether the task has ended.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, ExecutorMode::Finished | ExecutorMode::Failed)
    }
}

/// Whether a task is being cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelling {
    No,
    /// It is to begin with the next step.
    Wanted,
    /// Variables are being closed.
    Begun,
    /// It ended before all were closed, as there was no memory for its stack.
    Abandoned,
}

/// The number of a task in its VM: of no other one, and for as long as the VM exists. A host can keep it, compare it and show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

impl TaskId {
    /// Of no task.
    pub(crate) const NONE: TaskId = TaskId(0);

    /// The task made after this one. The lower half of the number is never 0, which says of a coroutine that it is of no task yet.
    pub(crate) fn after(last: u64) -> TaskId {
        let next = last.wrapping_add(1);
        TaskId(if next as u32 == 0 { next.wrapping_add(1) } else { next })
    }

    /// The number, from 1 on.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A task.
pub(crate) struct ExecutorObject<'gc> {
    pub(crate) id: Cell<TaskId>,
    /// The thread the task started with.
    pub(crate) main: Gc<'gc, ThreadObject<'gc>>,
    /// The thread that goes on in the next step.
    pub(crate) current: Cell<Gc<'gc, ThreadObject<'gc>>>,
    pub(crate) mode: Cell<ExecutorMode>,
    /// Fuel used beyond what steps gave.
    pub(crate) debt: Cell<i64>,
    /// Whether the collection that a refused allocation waited for has been made.
    pub(crate) collected: Cell<bool>,
    /// While it waits for one: how many collections will have ended when that has been made.
    pub(crate) collections_wanted: Cell<u64>,
    /// Whether it is in a finalizer.
    pub(crate) is_finalizing: Cell<bool>,
    /// Whether there is a message handler: what the main thread returns then are the results of an `xpcall`.
    pub(crate) is_guarded: bool,
    /// The message of an error that the next step begins with.
    pub(crate) interruption: Cell<Option<LuaString<'gc>>>,
    /// How many handles the host has.
    pub(crate) handles: Cell<u32>,
    /// The stack's size of the current thread, if it was given back and is to be there again before that runs.
    pub(crate) given_stack: Cell<u32>,
    pub(crate) cancelling: Cell<Cancelling>,
    /// How many calls of async functions it has begun.
    pub(crate) async_calls: Cell<u64>,
    /// What its wakers refer to, once there was one. An object of its own, since tasks have nothing to drop.
    wakeup: Cell<Option<Gc<'gc, Static<Arc<Wakeup>>>>>,
}

impl<'gc> ExecutorObject<'gc> {
    /// A task that begins on this thread.
    pub(crate) fn new(id: TaskId, main: Gc<'gc, ThreadObject<'gc>>, is_guarded: bool) -> ExecutorObject<'gc> {
        ExecutorObject {
            id: Cell::new(id),
            main,
            current: Cell::new(main),
            mode: Cell::new(ExecutorMode::Ready),
            debt: Cell::new(0),
            collected: Cell::new(false),
            collections_wanted: Cell::new(0),
            is_finalizing: Cell::new(false),
            is_guarded,
            interruption: Cell::new(None),
            handles: Cell::new(0),
            given_stack: Cell::new(0),
            cancelling: Cell::new(Cancelling::No),
            async_calls: Cell::new(0),
            wakeup: Cell::new(None),
        }
    }

    /// What its wakers refer to.
    pub(crate) fn wakeup(this: Gc<'gc, Self>, mc: &Mutation<'gc>) -> Arc<Wakeup> {
        if let Some(wakeup) = this.wakeup.get() {
            return wakeup.as_ref().0.clone();
        }
        let wakeup = Arc::<Wakeup>::default();
        mc.barrier_backward(this);
        // It is small, and most tasks never wait.
        this.wakeup.set(Some(Gc::new(mc, Static(wakeup.clone()))));
        wakeup
    }

    /// The same, if there was ever a waker.
    #[inline]
    pub(crate) fn known_wakeup(&self) -> Option<&'gc Wakeup> {
        self.wakeup.get().map(|wakeup| &*wakeup.as_ref().0)
    }

    /// Waits for a collection, since memory was refused.
    pub(crate) fn wait_for_memory(&self, mc: &Mutation<'gc>) {
        // The running cycle does not see what became garbage since it began.
        let running = u64::from(mc.phase() != Phase::Sleep);
        self.collections_wanted.set(mc.metrics().collections + 1 + running);
        self.mode.set(ExecutorMode::NeedsMemory);
    }

    /// Drops all that the task was doing, in the thread that goes on next and those that it runs within. The task has failed then.
    pub(crate) fn abandon(&self, ctx: Context<'gc>, current: Gc<'gc, ThreadObject<'gc>>, error: Error<'gc>) {
        let mut released = ctx.state().released.borrow_mut();
        let mut thread = Some(current);
        while let Some(abandoned) = thread {
            thread = abandoned.resumer.take();
            abandoned.abandon(&mut *released);
        }
        self.main.abandon(&mut *released);
        self.main.status.set(Status::Failed);
        self.main.failure.set(Some(error));
        self.mode.set(ExecutorMode::Failed);
        self.debt.set(0);
        self.given_stack.set(0);
        self.interruption.set(None);
    }
}

/// Handles of tasks that were dropped, perhaps in another thread. They still keep the tasks alive.
#[derive(Default)]
pub(crate) struct DroppedTasks {
    roots: Mutex<Vec<TaskRoot>>,
    /// Whether there may be some, so that a step need not lock.
    pub(crate) is_any: AtomicBool,
    /// Whether the VM is gone.
    is_closed: AtomicBool,
}

/// What keeps a task alive from outside.
pub(crate) type TaskRoot = DynamicRoot<Rootable![ExecutorObject<'_>]>;

impl DroppedTasks {
    pub(crate) fn push(&self, root: TaskRoot) {
        self.roots.lock().unwrap_or_else(PoisonError::into_inner).push(root);
        self.is_any.store(true, Ordering::Release);
    }

    pub(crate) fn take(&self) -> Vec<TaskRoot> {
        if !self.is_any.swap(false, Ordering::Acquire) {
            return Vec::new();
        }
        std::mem::take(&mut *self.roots.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the VM whose tasks these are is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }
}

/// The VM's own hold of them, which says so when the VM is gone.
#[derive(Default)]
pub(crate) struct OwnDroppedTasks(Arc<DroppedTasks>);

impl OwnDroppedTasks {
    pub(crate) fn queue(&self) -> &Arc<DroppedTasks> {
        &self.0
    }
}

impl Drop for OwnDroppedTasks {
    fn drop(&mut self) {
        self.0.is_closed.store(true, Ordering::Relaxed);
    }
}

// SAFETY: shows both threads, the message and the wakeup; `current`, `interruption` and `wakeup` are written after the barrier.
unsafe impl Collect for ExecutorObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.main);
        tracer.mark(self.current.get());
        if let Some(message) = self.interruption.get() {
            message.trace(tracer);
        }
        if let Some(wakeup) = self.wakeup.get() {
            tracer.mark(wakeup);
        }
    }
}

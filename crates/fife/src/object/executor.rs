//! Executors as objects of the heap: the state of tasks between steps, and the tasks that hosts dropped.

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
    /// An allocation was refused. It continues after the collector has completed a cycle.
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
    /// It begins with the next step.
    Wanted,
    /// Variables are being closed.
    Begun,
    /// It ended before all were closed, because there was no memory for its stack.
    Abandoned,
}

/// The number of a task in its VM, which no other task of the VM ever has. A host can keep it, compare it and show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

impl TaskId {
    /// The number of no task.
    pub(crate) const NONE: TaskId = TaskId(0);

    /// The number of the next task. Its lower half is never 0, which marks a coroutine that belongs to no task yet.
    pub(crate) fn after(last: u64) -> TaskId {
        let next = last.wrapping_add(1);
        TaskId(if next as u32 == 0 { next.wrapping_add(1) } else { next })
    }

    /// The number, counted from 1.
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
    /// The thread that continues in the next step.
    pub(crate) current: Cell<Gc<'gc, ThreadObject<'gc>>>,
    pub(crate) mode: Cell<ExecutorMode>,
    /// Fuel used beyond what steps gave.
    pub(crate) debt: Cell<i64>,
    /// Whether the collection that a refused allocation waited for has been made.
    pub(crate) collected: Cell<bool>,
    /// While it waits for a collection: the count of collections after which that has been made.
    pub(crate) collections_wanted: Cell<u64>,
    /// Whether it is in a finalizer.
    pub(crate) is_finalizing: Cell<bool>,
    /// Whether there is a message handler. The main thread then returns the results of an `xpcall`.
    pub(crate) is_guarded: bool,
    /// The message of an error that the next step begins with.
    pub(crate) interruption: Cell<Option<LuaString<'gc>>>,
    /// How many handles the host has.
    pub(crate) handles: Cell<u32>,
    /// The size of the current thread's stack, if the stack was released and must exist again before the thread runs.
    pub(crate) given_stack: Cell<u32>,
    pub(crate) cancelling: Cell<Cancelling>,
    /// How many calls of async functions it has begun.
    pub(crate) async_calls: Cell<u64>,
    /// The object that its wakers refer to, once there was one. A separate object, since tasks have nothing to drop.
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
        // The running cycle does not find what became garbage after its start.
        let running = u64::from(mc.phase() != Phase::Sleep);
        self.collections_wanted.set(mc.metrics().collections + 1 + running);
        self.mode.set(ExecutorMode::NeedsMemory);
    }

    /// Drops everything that the task was doing, in its current thread and those that wait for it. The task has failed
    /// then.
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

/// Dropped handles of tasks, perhaps from another thread. They still keep the tasks alive.
#[derive(Default)]
pub(crate) struct DroppedTasks {
    roots: Mutex<Vec<TaskRoot>>,
    /// Whether there may be handles, so that a step need not lock.
    pub(crate) is_any: AtomicBool,
    /// Whether the VM was dropped.
    is_closed: AtomicBool,
}

/// Keeps a task alive from outside.
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

    /// Whether the VM of these tasks was dropped.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }
}

/// The VM's own reference, which notes when the VM is dropped.
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

// SAFETY: shows both threads, the message and the wakeup; `current`, `interruption` and `wakeup` are written after the
// barrier.
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

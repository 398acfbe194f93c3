//! Runs finalizers in a task of their own.
//!
//! Finalizers run in the next step of the virtual machine, whatever task that is of (see `__gc` in the manual): what
//! one prompt has dropped would run in the middle of another's code, and write among its lines. So this task, which
//! does nothing itself, takes a step before each step of a job. Finalizers that are due run in that step, on the fuel
//! of the job that must wait for them, and their output is marked as a finalizer's.
//!
//! # How long a job waits for them
//! Nothing marks where one finalizer ends and the next one begins, but dropping the task drops just the running one.
//! That is done after [`RUN_MAX`] units, and from then on after each [`SHORT_RUN_MAX`], until none is due. Finalizers
//! that make objects with finalizers could still continue forever, so after [`WAIT_MAX`] units the machine accepts no
//! more of them. Those that exist run or are dropped, one after the other; the memory of the machine bounds their
//! number.

use crate::output::{Kind, Output};
use fife::arena::Static;
use fife::gc::{Call, Error, Poll, Sequence};
use fife::{Collect, Fuel, Function, Lua, Stepped, Task};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The fuel for finalizers, one after the other, before the running one is dropped.
const RUN_MAX: u64 = 16 << 20;

/// The same, once one was dropped and others are still due.
const SHORT_RUN_MAX: u64 = 1024;

/// The fuel they may use while a job waits for them. After that, objects get no more finalizers.
const WAIT_MAX: u64 = 64 << 20;

/// The most fuel of a step in which no finalizer was due.
const REST_MAX: u64 = 16;

/// Ends each step as soon as the finalizers, which come first, are done.
#[derive(Collect)]
struct Rest(Static<Arc<AtomicBool>>);

impl<'gc> Sequence<'gc> for Rest {
    const NAME: &'static str = "web.rest";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.0.0.store(true, Ordering::Relaxed);
        call.interrupt();
        Ok(Poll::Pending)
    }
}

pub(crate) struct Finalizers {
    output: Output,
    rest: Function,
    /// Whether the last step got to the task's own code.
    is_resting: Arc<AtomicBool>,
    task: Option<Task>,
    /// The fuel used since none was due, and since one was dropped.
    waited: u64,
    run: u64,
    /// The number dropped since none was due.
    dropped: u64,
    /// Until none is due, none may run for long.
    is_hurried: bool,
    /// Objects get no more finalizers.
    is_closed: bool,
}

impl Finalizers {
    pub(crate) fn new(lua: &Lua, output: Output) -> fife::Result<Finalizers> {
        let is_resting = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_resting);
        let rest = Function::native(lua, "rest", move |call| call.sequence(Rest(Static(Arc::clone(&flag)))))?;
        let task = Some(rest.start(lua, ())?);
        Ok(Finalizers {
            output,
            rest,
            is_resting,
            task,
            waited: 0,
            run: 0,
            dropped: 0,
            is_hurried: false,
            is_closed: false,
        })
    }

    /// Runs finalizers that are due, on fuel that it takes from `left`. True if none is due any more.
    pub(crate) fn run(&mut self, lua: &mut Lua, left: &mut u64) -> bool {
        while *left > 0 {
            if self.run >= self.run_max() {
                self.drop_one(lua);
            }
            // Without memory for the task, finalizers run as they would without it.
            let Some(task) = self.task.take().or_else(|| self.rest.start(lua, ()).ok()) else { return true };
            let given = (*left).min(self.run_max() - self.run);
            let mut fuel = Fuel::with(given);
            self.is_resting.store(false, Ordering::Relaxed);
            self.output.set_finalizing(true);
            let stepped = lua.step(&task, &mut fuel);
            self.output.set_finalizing(false);
            let used = given.saturating_sub(fuel.remaining().max(0) as u64);
            let is_resting = self.is_resting.load(Ordering::Relaxed);
            if !matches!(stepped, Stepped::Finished | Stepped::Failed) {
                self.task = Some(task);
            }
            if is_resting && used <= REST_MAX {
                self.tell();
                (self.waited, self.run, self.is_hurried) = (0, 0, false);
                return true;
            }
            *left = left.saturating_sub(used);
            self.waited += used;
            self.run = if is_resting { 0 } else { self.run + used };
            if used == 0 && self.task.is_some() {
                // The collector needs a slice.
                return false;
            }
        }
        false
    }

    /// Limits the finalizers that are due now to a short time: a person wants the job that waits for them to continue.
    pub(crate) fn interrupt(&mut self) {
        self.is_hurried = true;
    }

    fn run_max(&self) -> u64 {
        if self.dropped > 0 || self.is_hurried { SHORT_RUN_MAX } else { RUN_MAX }
    }

    fn drop_one(&mut self, lua: &mut Lua) {
        self.task = None;
        self.run = 0;
        self.dropped += 1;
        if self.waited >= WAIT_MAX && !self.is_closed {
            self.is_closed = true;
            self.task = lua.start_closing();
        }
    }

    /// Reports the finalizers that were dropped, once that is over.
    fn tell(&mut self) {
        let dropped = std::mem::take(&mut self.dropped);
        let end = if self.is_closed { "; this machine takes no more of them" } else { "" };
        let text = match dropped {
            0 => return,
            1 => format!("a finalizer took too long, and was dropped{end}\n"),
            _ => format!("{dropped} finalizers took too long, and were dropped{end}\n"),
        };
        self.output.set_finalizing(true);
        self.output.write(Kind::Finalizer, text.as_bytes());
        self.output.set_finalizing(false);
    }
}
